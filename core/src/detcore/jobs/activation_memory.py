"""What a training step and a prediction hold in memory at their peak, found by going through them without computing.

Memory grows evenly with the number of pictures: two runs, with one and with three of a large batch, tell that of all.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import torch
from attrs import evolve, frozen
from torch import Tensor
from torch.optim import Optimizer

from detcore.config import ExperimentConfig, Precision
from detcore.evaluation.random_state import untouched_random_state
from detcore.interfaces import Architecture
from detcore.jobs.assembly import build_optimizer, build_precision
from detcore.jobs.building import built
from detcore.jobs.model_parts import num_bytes
from detcore.jobs.plan_facts import BatchShape
from detcore.jobs.state_memory import step_once
from detcore.plugins import Registry
from detcore.rehearsal import Hollow, LiveMemory, count_multiply_adds
from detcore.structures import ModelInput
from detcore.training import MixedPrecision

__all__ = ["Rehearsal"]

GONE_THROUGH: Final = 3
"""Pictures of a batch that are gone through; an odd number, so that one is in the middle."""

UNDECIDED: Final = 0.01
"""Spread of a fresh network's outputs: its proposals are little more than anchors, which is how training begins."""

DECIDED: Final = 1.0
"""Spread of outputs from which thresholds let detections through, as many as may be."""


@frozen(kw_only=True, eq=False)
class Rehearsal:
    """A model and its optimizer without values."""

    experiment: ExperimentConfig
    hollow: Hollow
    model: Architecture
    optimizer: Optimizer
    precision: MixedPrecision

    @classmethod
    def of(cls, experiment: ExperimentConfig, registry: Registry) -> "Rehearsal":
        """The experiment's, with the optimizer's state made."""
        hollow = Hollow()
        with hollow:
            model = built(registry, experiment.model)
            optimizer = build_optimizer(experiment, model, registry=registry)
            step_once(optimizer)
        precision = build_precision(_on_cpu(experiment), torch.device("cpu"))
        return cls(experiment=experiment, hollow=hollow, model=model, optimizer=optimizer, precision=precision)

    def shape(self, first: Sequence[ModelInput], largest: Sequence[ModelInput]) -> BatchShape:
        """What the network is given of two batches."""
        return BatchShape(first=self._shape(first), largest=self._shape(largest))

    def _shape(self, inputs: Sequence[ModelInput]) -> tuple[int, ...]:
        with self.hollow:
            pixels: Tensor = self.model.preprocess([self._without_pixels(each) for each in inputs]).pixels
        return tuple(pixels.shape)

    def test_batch(self, inputs: Sequence[ModelInput]) -> Sequence[ModelInput]:
        """What to predict where there is no test split."""
        return inputs[: self.experiment.evaluation.batch_size]

    def training(self, inputs: Sequence[ModelInput]) -> int:
        """Bytes at the peak of a training step beyond weights, gradients and what else stays."""
        gradients = num_bytes(parameter for parameter in self.model.parameters() if parameter.requires_grad)
        return self._peak(self._train, inputs) - gradients

    def inference(self, inputs: Sequence[ModelInput]) -> int:
        """Bytes at the peak of a prediction beyond the weights."""
        return self._peak(self._predict, inputs)

    @torch.no_grad()
    def multiply_adds(self, inputs: Sequence[ModelInput]) -> Mapping[str, int]:
        """Multiply-adds of ``infer`` for the first of these pictures, as large as their batch is, by module."""
        self.hollow.spread = DECIDED
        self.model.eval()
        with untouched_random_state(self.model), self.hollow:
            torch.manual_seed(0)
            columns = self.model.preprocess([self._padded(inputs[0], inputs)])
            return count_multiply_adds(self.model, self.model.infer, columns)

    def _peak(self, work: Callable[[list[ModelInput]], None], inputs: Sequence[ModelInput]) -> int:
        padded = sorted((self._padded(each, inputs) for each in inputs), key=_num_objects)
        if len(padded) <= GONE_THROUGH:
            return self._measured(work, padded)
        # From those with few objects to those with many, and the one in the middle alone.
        chosen = [padded[len(padded) * (2 * place + 1) // (2 * GONE_THROUGH)] for place in range(GONE_THROUGH)]
        one, several = self._measured(work, [chosen[GONE_THROUGH // 2]]), self._measured(work, chosen)
        return several + (len(padded) - GONE_THROUGH) * (several - one) // (GONE_THROUGH - 1)

    def _measured(self, work: Callable[[list[ModelInput]], None], inputs: list[ModelInput]) -> int:
        with untouched_random_state(self.model), self.hollow, LiveMemory() as memory:
            torch.manual_seed(0)
            work(inputs)
        peak: int = memory.peak
        return peak

    def _train(self, inputs: list[ModelInput]) -> None:
        """A training step, as :class:`detcore.training.Trainer` does it; a second pass meets the first's gradients."""
        self.hollow.spread = UNDECIDED
        self.model.train()
        passes = min(2, self.experiment.training.micro_batches)
        for _ in range(passes):
            with self.precision.forward():
                losses = self.model.losses(inputs)
            self.precision.backward(torch.stack([loss.float() for loss in losses.values()]).sum() / passes)
        parameters = [parameter for group in self.optimizer.param_groups for parameter in group["params"]]
        norm = self.precision.gradient_norm(self.optimizer, parameters)
        clip = self.experiment.training.clip_gradients
        self.precision.step(self.optimizer, parameters, norm=norm, clip=clip)
        self.optimizer.zero_grad(set_to_none=True)

    @torch.no_grad()
    def _predict(self, inputs: list[ModelInput]) -> None:
        self.hollow.spread = DECIDED
        self.model.eval()
        self.model(inputs)

    def _padded(self, model_input: ModelInput, others: Sequence[ModelInput]) -> ModelInput:
        """The picture as large as its batch is, so that one of them takes what each of them takes."""
        height, width = (max(each["image"].shape[axis] for each in others) for axis in (-2, -1))
        image = model_input["image"]
        larger = ModelInput(**{**model_input, "image": image.new_empty((image.shape[0], height, width))})
        return self._without_pixels(larger)

    def _without_pixels(self, model_input: ModelInput) -> ModelInput:
        return ModelInput(**{**model_input, "image": self.hollow.hollow(model_input["image"])})


def _num_objects(model_input: ModelInput) -> int:
    return len(model_input["instances"]) if "instances" in model_input else 0


def _on_cpu(experiment: ExperimentConfig) -> ExperimentConfig:
    """With the number format that takes as much memory where ``float16`` needs a GPU."""
    if experiment.training.precision != Precision.FLOAT16:
        return experiment
    return evolve(experiment, training=evolve(experiment.training, precision=Precision.BFLOAT16))
