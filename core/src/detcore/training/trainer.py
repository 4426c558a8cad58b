"""The training loop: optimizer steps over a stream of batches, with hooks at the points where others may act."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from detcore.data import Batch, TrainingStream
from detcore.errors import TrainingError
from detcore.interfaces import Architecture, EvaluationResult, Losses, Schedule, TrainerHook
from detcore.structures import ModelInput
from detcore.training.clock import StepClock
from detcore.training.distributed import mean_over_ranks
from detcore.training.interrupts import Interrupts
from detcore.training.namespaces import inside, outside
from detcore.training.optimizer_state import optimizer_tensors, optimizer_values, restore_optimizer
from detcore.training.precision import MixedPrecision
from detcore.training.random_state import capture_random_state, restore_random_state

__all__ = ["Trainer"]


class Trainer:
    """Steps an optimizer over a stream; what hooks see of it is :class:`detcore.interfaces.RunState`.

    Everything that decides the next step can be taken out with :meth:`tensors` and :meth:`values` and put into a
    trainer built from the same config with :meth:`restore`; that trainer then continues bit for bit.
    """

    def __init__(
        self,
        *,
        model: Architecture,
        optimizer: Optimizer,
        schedule: Schedule,
        stream: TrainingStream,
        hooks: Sequence[TrainerHook],
        precision: MixedPrecision,
        total_steps: int,
        epoch_length: int,
        batch_size: int,
        micro_batches: int,
        clip_gradients: float | None,
        clock: StepClock,
    ) -> None:
        self.model = model
        self.optimizer = optimizer
        self.schedule = schedule
        self.stream = stream
        self.hooks = list(hooks)
        self.precision = precision
        self.total_steps = total_steps
        self.epoch_length = epoch_length
        self.batch_size = batch_size
        self.micro_batches = micro_batches
        self.clip_gradients = clip_gradients
        self.clock = clock
        self.step = 0
        self.metrics: dict[str, float] = {}
        self.stream_state: Any = None
        for group in optimizer.param_groups:
            group.setdefault("initial_lr", group["lr"])

    @property
    def epoch(self) -> float:
        """Epochs done."""
        return self.step * self.batch_size / self.epoch_length

    def train(self) -> bool:
        """Step until ``total_steps``; ``False`` where Ctrl-C ended it earlier, between two steps.

        Raises:
            TrainingError: a loss or a gradient is not finite.
        """
        interrupts = Interrupts()
        with interrupts.watched(), self._hooked():
            batches = self._batches(interrupts)
            while self.step < self.total_steps and (batch := next(batches, None)) is not None:
                self.advance(batch)
        return self.step >= self.total_steps

    @contextmanager
    def _hooked(self) -> Iterator[None]:
        for hook in self.hooks:
            hook.before_training(self)
        try:
            yield
        finally:
            for hook in self.hooks:
                hook.after_training(self)

    def _batches(self, interrupts: Interrupts) -> Iterator[Batch]:
        """Batches of the stream until an interrupt; the wait for each is measured."""
        batches: Iterator[Batch] | None = None
        while not interrupts.requested:
            batch = None
            with self.clock.data(), interrupts.at_once():
                batches = batches or iter(self.stream)
                batch = next(batches)
            if batch is not None:
                yield batch

    def advance(self, batch: Batch) -> None:
        """One optimizer step on one batch, and the hooks around it."""
        for hook in self.hooks:
            hook.before_step(self)
        with self.clock.compute():
            self._optimize(batch)
        self.step += 1
        self.stream_state = batch.state
        for hook in self.hooks:
            hook.after_step(self)

    def _optimize(self, batch: Batch) -> None:
        rate = self._set_learning_rate()
        self.model.train()
        self.optimizer.zero_grad(set_to_none=True)
        losses: dict[str, float] = {}
        for inputs in _split(batch.inputs, self.micro_batches):
            for name, value in self._backward(inputs, rate).items():
                losses[name] = losses.get(name, 0.0) + value / self.micro_batches
        norm = self._update(losses, rate, batch.inputs)
        losses = mean_over_ranks(losses)
        self.metrics = {"loss": sum(losses.values()), **losses, "lr": rate}
        if self.clip_gradients is not None:
            self.metrics["gradient_norm"] = norm

    def _update(self, losses: Mapping[str, float], rate: float, inputs: Sequence[ModelInput]) -> float:
        """Change the weights by their gradients; the norm of these before clipping."""
        parameters = [parameter for group in self.optimizer.param_groups for parameter in group["params"]]
        norm = self.precision.gradient_norm(self.optimizer, parameters)
        if not math.isfinite(norm) and not self.precision.leaves_steps_out:
            raise TrainingError(_not_finite("a gradient", losses, self.step, rate, inputs))
        self.precision.step(self.optimizer, parameters, norm=norm, clip=self.clip_gradients)
        return float(norm)

    def _set_learning_rate(self) -> float:
        """Apply the schedule to every group; the first group's rate, which is the one reported."""
        multiplier = self.schedule(self.step / self.total_steps, self.step)
        for group in self.optimizer.param_groups:
            group["lr"] = group["initial_lr"] * multiplier
        return float(self.optimizer.param_groups[0]["lr"])

    def _backward(self, inputs: list[ModelInput], rate: float) -> dict[str, float]:
        """Add the gradients of one micro-batch; its losses."""
        with self.precision.forward():
            losses = self.model.losses(inputs)
        values = dict(zip(losses, _values(losses), strict=True))
        if not all(map(math.isfinite, values.values())):
            raise TrainingError(_not_finite("a loss", values, self.step, rate, inputs))
        self.precision.backward(torch.stack([loss.float() for loss in losses.values()]).sum() / self.micro_batches)
        return values

    def evaluation_weights(self) -> dict[str, Tensor]:
        """The state dict to evaluate and to keep as the result: the model's, or what a hook has to offer instead."""
        weights = dict(self.model.state_dict())
        for hook in self.hooks:
            weights.update(hook.evaluation_weights() or {})
        return weights

    def evaluate(self, evaluate: Callable[[Architecture], EvaluationResult]) -> EvaluationResult:
        """What ``evaluate`` says of the model as it would be kept now; hooks are told; training is not disturbed."""
        for hook in self.hooks:
            hook.before_evaluation(self)
        own = {name: tensor.clone() for name, tensor in self.model.state_dict().items()}
        self.model.load_state_dict(self.evaluation_weights())
        results = evaluate(self.model)
        self.model.load_state_dict(own)
        for hook in self.hooks:
            hook.after_evaluation(self, results)
        return results

    def tensors(self) -> dict[str, Tensor]:
        """Every tensor that decides the next step."""
        found = inside("optimizer", optimizer_tensors(self.optimizer, self.model))
        found |= inside("architecture", self.model.training_state())
        found |= inside("random", capture_random_state())
        for name, hook in self._named_hooks():
            found |= inside(f"hooks/{name}", hook.state_dict())
        if any(hook.evaluation_weights() is not None for hook in self.hooks):
            found |= inside("model", self.model.state_dict())
        return found

    def values(self) -> dict[str, Any]:
        """Everything else that decides the next step; ready for JSON."""
        return {
            "step": self.step,
            "total_steps": self.total_steps,
            "epoch": self.epoch,
            "stream": self.stream_state,
            "optimizer": optimizer_values(self.optimizer, self.model),
            "scaler": self.precision.state(),
        }

    def restore(self, *, model: Mapping[str, Tensor], trainer: Mapping[str, Tensor], state: Mapping[str, Any]) -> None:
        """Continue from a checkpoint's evaluation weights, :meth:`tensors` and :meth:`values`."""
        self.model.load_state_dict(outside("model", trainer) or dict(model))
        restore_optimizer(self.optimizer, self.model, outside("optimizer", trainer), state["optimizer"])
        for name, hook in self._named_hooks():
            hook.load_state_dict(outside(f"hooks/{name}", trainer))
        self.model.load_training_state(outside("architecture", trainer))
        self.precision.restore(state["scaler"])
        self.step = state["step"]
        self.stream_state = state["stream"]
        self.stream.resume(self.stream_state)
        restore_random_state(outside("random", trainer))

    def _named_hooks(self) -> list[tuple[str, TrainerHook]]:
        return [(f"{index}-{type(hook).__name__}", hook) for index, hook in enumerate(self.hooks)]


def _split(inputs: list[ModelInput], parts: int) -> list[list[ModelInput]]:
    size = math.ceil(len(inputs) / parts)
    return [inputs[start : start + size] for start in range(0, len(inputs), size)]


def _values(losses: Losses) -> list[float]:
    """All losses as numbers, with one wait for the device."""
    values: list[float] = torch.stack([loss.detach().float() for loss in losses.values()]).tolist()
    return values


def _not_finite(what: str, losses: Mapping[str, float], step: int, rate: float, inputs: Sequence[ModelInput]) -> str:
    told = ", ".join(f"{name} {value:.4g}" for name, value in losses.items())
    pictures = ", ".join(str(i.get("file_name", i.get("image_id", "unnamed"))) for i in inputs)
    return (
        f"step {step + 1}: {what} is not finite ({told}) at learning rate {rate:.4g} on the pictures {pictures}; "
        "a lower optimizer.lr, a longer schedule.warmup_steps or training.clip_gradients usually help"
    )
