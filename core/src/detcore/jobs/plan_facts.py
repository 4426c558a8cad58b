"""What is known of a run before it starts."""

from collections.abc import Mapping
from pathlib import Path

from attrs import field, frozen

__all__ = [
    "Activations",
    "BatchShape",
    "InferenceMemory",
    "ParameterGroupSize",
    "PartSize",
    "Plan",
    "PlannedFiles",
    "RatePoint",
    "RunLength",
    "TrainingMemory",
]


@frozen(kw_only=True)
class RunLength:
    """How long the run is; ``None`` where that takes training data which cannot be opened."""

    pictures: int | None
    """Training pictures."""

    epoch_pictures: int | None
    """Pictures of one epoch: a sampler may repeat some, or leave some out."""

    test_pictures: int | None
    """``None`` also where there is no test split."""

    batch_size: int
    """Pictures of an optimizer step."""

    processes: int
    micro_batches: int
    pictures_per_pass: int
    """Pictures of one forward and backward pass of one process."""

    steps_per_epoch: float | None
    steps: int | None
    epochs: float | None


@frozen(kw_only=True)
class RatePoint:
    """The learning rate at one optimizer step."""

    step: int
    """Steps done before it."""

    epoch: float | None
    rate: float
    what: str


@frozen(kw_only=True)
class ParameterGroupSize:
    """Parameters that the optimizer treats alike."""

    rate: float
    """Learning rate at multiplier 1 of the schedule."""

    weight_decay: float | None
    """``None`` where the optimizer knows of none."""

    parameters: int


@frozen(kw_only=True)
class PartSize:
    """A part of the model."""

    name: str
    """Its place in the model, as in the names of parameters; empty: the whole model."""

    parameters: int
    """A parameter that two parts share counts in both, and once in what holds them."""

    trainable: int
    multiply_adds: int | None = None
    """Of one picture's inference, as torch counts them; ``None``: the model cannot be rehearsed."""


@frozen(kw_only=True)
class TrainingMemory:
    """Bytes on one device. All but ``activations`` is exact."""

    parameters: int
    gradients: int
    optimizer: int
    buffers: int
    weight_copies: int
    """What hooks keep of the model, such as an average of its weights."""

    activations: int | None
    """Estimate of what the peak holds beyond these: what is kept for the backward pass, and temporaries."""

    @property
    def exact(self) -> int:
        """Everything but the estimate."""
        return self.parameters + self.gradients + self.optimizer + self.buffers + self.weight_copies

    @property
    def peak(self) -> int | None:
        """The most that is alive at once."""
        return None if self.activations is None else self.exact + self.activations


@frozen(kw_only=True)
class InferenceMemory:
    """Bytes on one device. All but ``activations`` is exact."""

    parameters: int
    buffers: int
    activations: int | None
    """Estimate of what the peak holds beyond these, with as many detections as the model's settings let through."""

    @property
    def exact(self) -> int:
        """Everything but the estimate."""
        return self.parameters + self.buffers

    @property
    def peak(self) -> int | None:
        """The most that is alive at once."""
        return None if self.activations is None else self.exact + self.activations


@frozen(kw_only=True)
class BatchShape:
    """What the network is given in one pass: N×C×H×W, normalised and padded."""

    first: tuple[int, ...]
    """The first one."""

    largest: tuple[int, ...]
    """The largest among the first few; what the memory is estimated for."""


@frozen(kw_only=True)
class Activations:
    """What going through a training step and a prediction tells; ``None`` where it is not possible."""

    training_shape: BatchShape | None
    test_shape: BatchShape | None
    training: int | None
    """Bytes, as :attr:`TrainingMemory.activations`."""

    inference: int | None
    """Bytes, as :attr:`InferenceMemory.activations`."""

    multiply_adds: Mapping[str, int] | None
    """Of one picture's inference, by module; the whole model's under the empty name."""


@frozen(kw_only=True)
class PlannedFiles:
    """What the run writes."""

    directory: Path
    is_taken: bool
    """Whether something is there already, so that the run would be refused."""

    checkpoints_written: int | None
    checkpoints_kept: int | None
    """At most, beside the best one where that is older."""

    checkpoint_bytes: int
    """Of each: the tensors; what else is in it is some kilobytes."""

    evaluations: int | None
    """Those while training, and the one after it."""

    names: tuple[str, ...]
    """Files and folders in the directory."""


@frozen(kw_only=True)
class Plan:
    """A run, told before it starts."""

    length: RunLength
    rates: tuple[RatePoint, ...]
    """In order of steps; empty where the number of steps is not known."""

    groups: tuple[ParameterGroupSize, ...]
    parts: tuple[PartSize, ...]
    """The whole model first, then its parts, each before those inside it."""

    training_shape: BatchShape | None
    test_shape: BatchShape | None
    """``None``: there is no test split, or the model cannot be rehearsed."""

    training_memory: TrainingMemory
    inference_memory: InferenceMemory
    precision: str
    device: str
    files: PlannedFiles
    unknown: Mapping[str, str] = field(factory=dict)
    """Why something is not known, or only assumed, by what it is."""
