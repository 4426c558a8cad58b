"""The tables of an experiment, as classes: what a config file may say."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import PurePath
from typing import Literal

from attrs import field, frozen
from attrs.validators import and_, deep_iterable, ge, gt, in_, le, optional

from detcore.specs import (
    ArchitectureConfig,
    AugmentationConfig,
    DatasetConfig,
    EvaluatorConfig,
    ExporterConfig,
    FrozenTable,
    OptimizerConfig,
    SamplerConfig,
    ScheduleConfig,
    TrainerHookConfig,
    WriterConfig,
    distinct,
    finite,
    names,
    not_empty,
)

__all__ = [
    "DataConfig",
    "EvaluationConfig",
    "ExperimentConfig",
    "ExportConfig",
    "LoaderConfig",
    "PluginsConfig",
    "Precision",
    "RunConfig",
    "SplitConfig",
    "TrainingConfig",
    "TrainingSplitConfig",
    "WeightsConfig",
]


_DEVICES = ("auto", "cpu", "cuda", "hpu", "mps", "mtia", "npu", "xla", "xpu")
"""Kinds of devices that torch can train on, so far as is known without asking it."""


class Precision(StrEnum):
    """Number format of the forward pass; weights and their updates are always float32."""

    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"
    FLOAT16 = "float16"


@frozen(kw_only=True)
class PluginsConfig:
    """Which installed plugins may be used, and which of several that share a name."""

    require: tuple[str, ...] = field(default=(), validator=names)
    """Distributions that must be installed, with versions: ``"det-plugin-maskrcnn>=0.1"``."""

    hooks: tuple[str, ...] = field(default=(), validator=names)
    """Hook plugins that are active in this run, in this order."""

    allow: tuple[str, ...] = field(default=(), validator=names)
    """Patterns on distribution names; empty: every installed one."""

    deny: tuple[str, ...] = field(default=(), validator=names)
    """Patterns on distribution names that must not be used."""

    prefer: Mapping[str, str] = field(factory=FrozenTable, converter=FrozenTable)
    """Settles a name that several distributions provide: ``"backbones.swin" = "some-distribution"``."""


@frozen(kw_only=True)
class SplitConfig:
    """One stream of pictures: where they come from and what is done to them."""

    datasets: tuple[DatasetConfig, ...] = field(validator=not_empty)
    """Seen as one dataset, laid end to end; their classes must agree."""

    augmentations: tuple[AugmentationConfig, ...] = ()
    """Applied in this order."""


@frozen(kw_only=True)
class TrainingSplitConfig(SplitConfig):
    """The stream to learn from. Test pictures have no sampler: they are seen once, in the order of their dataset."""

    sampler: SamplerConfig | None = None
    """The order of pictures; left out: shuffled."""


@frozen(kw_only=True)
class LoaderConfig:
    """How pictures are brought to the model."""

    workers: int = field(default=0, validator=ge(0))
    """Processes that read and augment; 0: in the training process itself."""

    aspect_ratio_grouping: bool = True
    """Batches hold either tall or wide pictures, which wastes less padding."""


@frozen(kw_only=True)
class DataConfig:
    """Pictures for training and for testing."""

    train: TrainingSplitConfig
    """Pictures to learn from."""

    test: SplitConfig | None = None
    """Needed to evaluate."""

    root: str | None = field(default=None, validator=optional(not_empty))
    """A folder for other values to refer to as ``"${data.root}"``."""

    classes: tuple[str, ...] | None = field(default=None, validator=optional(and_(not_empty, names)))
    """Class names, checked against every dataset; by default the training dataset's own."""

    loader: LoaderConfig = field(factory=LoaderConfig)
    """How pictures are brought to the model."""


@frozen(kw_only=True)
class WeightsConfig:
    """The weights a run starts from."""

    path: str | None = field(default=None, validator=optional(not_empty))
    """A file, a checkpoint folder or a run directory; left out: fresh weights."""

    reinitialise: tuple[str, ...] = field(default=(), validator=names)
    """Patterns of parameter names that start fresh although the file has them."""


@frozen(kw_only=True)
class TrainingConfig:
    """How long and how to train."""

    batch_size: int = field(default=16, validator=ge(1))
    """Pictures per optimizer step, over all ranks and micro-batches."""

    micro_batches: int = field(default=1, validator=ge(1))
    """Forward and backward passes per optimizer step; must divide ``batch_size``."""

    epochs: float | None = field(default=None, validator=optional(and_(finite, gt(0))))
    """Length of the run in passes over the training data; or give ``steps``."""

    steps: int | None = field(default=None, validator=optional(ge(1)))
    """Length of the run in optimizer steps; or give ``epochs``."""

    precision: Precision = field(default=Precision.FLOAT32, validator=in_(tuple(Precision)))
    """Number format of the forward pass; weights and their updates are always float32."""

    device: str = field(default="auto", validator=lambda _, a, v: _names_device(a.name, v))
    """``"auto"``: a GPU where there is one; or a torch device such as ``"cpu"`` or ``"cuda:1"``."""

    clip_gradients: float | None = field(default=None, validator=optional(and_(finite, gt(0))))
    """Largest norm of all gradients together; left out: not clipped."""

    log_every_steps: int = field(default=20, validator=ge(1))
    """Optimizer steps between lines of metrics."""

    checkpoint_every_steps: int | None = field(default=None, validator=optional(ge(1)))
    """Optimizer steps between checkpoints; left out: ten a run. One is always written at the end."""

    keep_checkpoints: int = field(default=2, validator=ge(1))
    """How many of the latest checkpoints to keep, beside the best."""

    hooks: tuple[TrainerHookConfig, ...] = ()
    """What else happens at certain points of the run, in this order."""

    writers: tuple[WriterConfig, ...] = ()
    """Where metrics go beside ``metrics.jsonl``, which is always written."""

    def __attrs_post_init__(self) -> None:
        if (self.epochs is None) == (self.steps is None):
            found = "neither" if self.epochs is None else "both"
            raise ValueError(f"needs either 'epochs' or 'steps', found {found}")
        if self.batch_size % self.micro_batches:
            raise ValueError(f"'micro_batches' ({self.micro_batches}) must divide 'batch_size' ({self.batch_size})")


@frozen(kw_only=True)
class EvaluationConfig:
    """What is measured on the test split, and when."""

    every_epochs: float | None = field(default=None, validator=optional(and_(finite, gt(0))))
    """Epochs between evaluations while training; left out: only at the end."""

    evaluators: tuple[EvaluatorConfig, ...] = ()
    """The measures, each with its own numbers in the results."""

    batch_size: int = field(default=1, validator=ge(1))
    """Pictures per forward pass."""

    precision: Precision = field(default=Precision.FLOAT32, validator=in_(tuple(Precision)))
    """Number format of the model's convolutions and products, also in ``detcore predict``; boxes stay float32."""

    pictures: int = field(default=16, validator=ge(0))
    """How many test pictures to draw with predictions beside their ground truth."""

    score_threshold: float = field(default=0.5, validator=and_(ge(0), le(1)))
    """Detections below this score are not drawn; they still count in the numbers."""

    best: str | None = field(default=None, validator=optional(not_empty))
    """Metric that decides the best checkpoint, such as ``"bbox.AP"``; left out: the first evaluator's first. Needs
    ``every_epochs``: without evaluations on the way the last checkpoint is the best that is known."""

    def __attrs_post_init__(self) -> None:
        if self.best is not None and self.every_epochs is None:
            raise ValueError("'best' chooses between evaluations while training, so it needs 'every_epochs'")


@frozen(kw_only=True)
class ExportConfig:
    """What the trained model is exported to."""

    formats: tuple[ExporterConfig, ...] = field(default=(), validator=lambda _, a, v: _none_yet(a.name, v))
    """Has to be empty: nothing exports yet."""


@frozen(kw_only=True)
class RunConfig:
    """The run itself."""

    name: str = field(default="run", validator=lambda _, a, v: _inside(a.name, v))
    """Name of the run's folder."""

    directory: str = field(default="runs", validator=not_empty)
    """Folder that holds runs."""

    seed: int = field(default=0, validator=ge(0))
    """Decides weights, order and augmentation."""

    do: tuple[Literal["train", "evaluate"], ...] = field(
        default=("train", "evaluate"), validator=and_(not_empty, distinct, deep_iterable(in_(("train", "evaluate"))))
    )
    """What ``detcore run`` does, in this order; after training, evaluation is left out where there is nothing to
    evaluate on."""


@frozen(kw_only=True)
class ExperimentConfig:
    """One experiment, complete."""

    data: DataConfig
    """Pictures for training and for testing."""

    model: ArchitectureConfig
    """What is trained."""

    optimizer: OptimizerConfig
    """The rule that turns gradients into steps."""

    schedule: ScheduleConfig
    """The learning rate over the run."""

    training: TrainingConfig
    """How long and how to train."""

    plugins: PluginsConfig = field(factory=PluginsConfig)
    """Which installed plugins may be used."""

    weights: WeightsConfig = field(factory=WeightsConfig)
    """The weights the run starts from."""

    evaluation: EvaluationConfig = field(factory=EvaluationConfig)
    """What is measured on the test split, and when."""

    export: ExportConfig = field(factory=ExportConfig)
    """What the trained model is exported to."""

    run: RunConfig = field(factory=RunConfig)
    """Where the run is kept, its seed, and what it does."""


def _names_device(name: str, value: str) -> None:
    """Whether it could be one; whether it is here is known when it is used."""
    from detcore.plugins import did_you_mean  # only ever needed for a mistake

    kind, colon, index = value.partition(":")
    if kind not in _DEVICES or (colon and not index.isdigit()) or (colon and kind == "auto"):
        near = did_you_mean(kind, _DEVICES) if kind not in _DEVICES else ""
        raise ValueError(f"'{name}' must be 'auto' or a torch device such as 'cpu' or 'cuda:1', not {value!r}{near}")


def _none_yet(name: str, value: tuple[object, ...]) -> None:
    if value:
        raise ValueError(f"'{name}' must be empty: this version of det-core does not export yet")


def _inside(name: str, value: str) -> None:
    path = PurePath(value)
    if not path.name or path.is_absolute() or ".." in path.parts:
        raise ValueError(f"'{name}' must name a folder inside 'directory', not {value!r}")
