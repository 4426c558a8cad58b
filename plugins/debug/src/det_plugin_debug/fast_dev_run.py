"""Everything that a run does, gone through in a minute, as a plugin of hooks."""

import warnings
from collections.abc import Sequence
from math import isfinite
from typing import Final

from det_plugin_debug.brief_experiment import brief
from detcore.config import ExperimentConfig
from detcore.errors import DetcoreWarning
from detcore.plugins import hookimpl
from detcore.specs import RunState

__all__ = ["FastDevRun"]

_MOST_NAMES: Final = 8


class FastDevRun:
    """Cuts an experiment to a few steps, and warns at the end of what no config, but a real step, shows.

    That is: parameters that no gradient has reached, and numbers and weights that were not finite. A loss or a gradient
    that is not finite ends any run by itself; weights become so one step earlier.
    """

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self._steps = 0
        self._parameters: dict[str, bool] = {}
        """Whether a gradient has reached it, of everything that should learn."""

        self._strange: dict[str, int] = {}
        """The first step after which something was not finite."""

    @hookimpl
    def detcore_configure(self, experiment: ExperimentConfig) -> ExperimentConfig:
        """The experiment, brief."""
        return brief(experiment)

    @hookimpl
    def detcore_run_start(self) -> None:
        """Begin to watch: one object serves every run of a process."""
        self._forget()

    @hookimpl
    def detcore_after_step(self, run: RunState) -> None:
        """Look at the gradients, which stay until the next step, and at what the step has made of the weights."""
        self._steps += 1
        for name, parameter in run.model.named_parameters():
            if parameter.requires_grad:
                self._parameters[name] = self._parameters.get(name, False) or parameter.grad is not None
                if not parameter.isfinite().all():
                    self._strange.setdefault(name, run.step)
        for name, value in run.metrics.items():
            if not isfinite(value):
                self._strange.setdefault(name, run.step)

    @hookimpl
    def detcore_run_end(self) -> None:
        """Warn of everything at once."""
        found = [told for told in (self._unreached(), self._not_finite()) if told]
        if found:
            warnings.warn(f"fast-dev-run: {'; '.join(found)}", DetcoreWarning, stacklevel=2)
        self._forget()

    def _unreached(self) -> str:
        names = [name for name, reached in self._parameters.items() if not reached]
        if not names:
            return ""
        return (
            f"no gradient has reached {len(names)} of {len(self._parameters)} parameters in {self._steps} steps "
            f"({_few(names)}): no loss depends on them, so freeze them, or look for the loss that is missing"
        )

    def _not_finite(self) -> str:
        if not self._strange:
            return ""
        told = [f"{name} after step {step}" for name, step in self._strange.items()]
        return f"not finite: {_few(told)}; a lower optimizer.lr or training.clip_gradients usually helps"


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more
