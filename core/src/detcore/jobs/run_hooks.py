"""Where a run meets the hooks of plugins."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any
from warnings import warn

from detcore.config import ExperimentConfig
from detcore.errors import DetcoreError, DetcoreWarning, PluginError
from detcore.interfaces import RunState, TrainerHook, Writer
from detcore.jobs.assembly import registry_of
from detcore.plugins import ActiveHooks, Component

if TYPE_CHECKING:
    from detcore.plugins.implementations import Implementation

__all__ = ["LoggedMetrics", "StepHooks", "ToldRun"]


class ToldRun:
    """Tells plugins once that a run starts, and once, however it goes, that it ends.

    As a context manager it spans everything that belongs to the run: training, and the evaluation after it. What is
    inside says when the run starts: not before its folder is there.
    """

    def __init__(self, experiment: ExperimentConfig, directory: Path) -> None:
        self.experiment = experiment
        self.directory = directory
        self.hooks = registry_of(experiment).hooks
        self._goes_on = False
        self._waiting: set[Component] = set()
        """Plugins that are yet to hear of the start."""

    def start(self) -> None:
        """Tell that the run starts, unless that has been told."""
        if not self._goes_on:
            self._goes_on = True
            starts = self.hooks.of("detcore_run_start")
            self._waiting = {start.component for start in starts}
            for start in starts:
                self._waiting.discard(start.component)
                start(experiment=self.experiment, directory=self.directory)

    @contextmanager
    def failure_told(self) -> Iterator[None]:
        """Tell at once of an error that ends the run, before others clear away what it leaves behind."""
        try:
            yield
        except BaseException as error:
            self._end(error)
            raise

    def __enter__(self) -> "ToldRun":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._end(error)

    def _end(self, error: BaseException | None) -> None:
        """Every plugin hears of the end, also where one before it fails, but those that never heard of the start.

        What ended the run stays what is raised, or else the first failure; the others are told as warnings.
        """
        if not self._goes_on:
            return
        self._goes_on = False
        failures = []
        for end in self.hooks.of("detcore_run_end"):
            if end.component in self._waiting:
                continue
            try:
                end(experiment=self.experiment, directory=self.directory, error=error)
            except DetcoreError as raised:
                failures.append(raised)
        for failure in failures if error is not None else failures[1:]:
            warn(str(failure), DetcoreWarning, stacklevel=2)
        if failures and error is None:
            raise failures[0]


class StepHooks(TrainerHook):
    """Calls the hooks around a step. Keeps nothing, so a checkpoint knows nothing of it."""

    def __init__(self, hooks: ActiveHooks) -> None:
        self.hooks = hooks

    def before_step(self, run: RunState) -> None:
        """Before the forward pass."""
        for implementation in self.hooks.of("detcore_before_step"):
            implementation(run=run)

    def after_step(self, run: RunState) -> None:
        """Before anything of the step is logged.

        Raises:
            PluginError: a hook failed, or added to the metrics what is no number.
        """
        for implementation in self.hooks.of("detcore_after_step"):
            implementation(run=run)
            for name, value in run.metrics.items():
                if type(value) is not float:
                    run.metrics[name] = _as_number(value, name, implementation)


def _as_number(value: Any, name: str, implementation: "Implementation") -> float:
    """What a hook has added, where it is one number, such as a tensor of one element."""
    try:
        return float(value.__float__())
    except (AttributeError, TypeError, ValueError, RuntimeError) as error:
        told = f"sets run.metrics[{name!r}] to {repr(value)[:60]}, which is no number"
        raise PluginError(f"{implementation.place} {told}") from error


class LoggedMetrics(Writer):
    """Hands what is logged to the plugins that ask for it."""

    def __init__(self, hooks: ActiveHooks) -> None:
        self.hooks = hooks

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        """One line of ``metrics.jsonl``."""
        self.hooks.call("detcore_metrics_logged", metrics=values, step=step)
