"""Where a run's time goes: torch's profiler around some steps and the begin of an evaluation, as a plugin of hooks."""

import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from det_plugin_debug.profiled_steps import VARIABLE, Steps, profiled_steps, wanted_steps
from detcore.config import ExperimentConfig
from detcore.errors import DetcoreWarning
from detcore.plugins import hookimpl
from detcore.specs import Problem, RunState

if TYPE_CHECKING:
    from torch import nn
    from torch.utils.hooks import RemovableHandle

    from det_plugin_debug.trace_recording import TraceRecording

__all__ = ["Profiler"]

_BATCHES: Final = 5
"""Of an evaluation; a trace of a thousand pictures is too large for those who draw it."""

_PLACE = ("plugins", "hooks")


class Profiler:
    """Writes traces of some training steps and of the first evaluation into ``profile/`` in the run's folder.

    ``DETCORE_PROFILE_STEPS`` says which steps, such as ``10-12``. Nothing that is computed changes.
    """

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self._directory: Path | None = None
        self._made: Steps | None = None
        """The steps that are made between the start and the end of the run, so far as that is known."""

        self._steps: Steps | None = None
        self._recording: TraceRecording | None = None
        self._has_profiled_steps = False
        self._has_profiled_evaluation = False
        self._handle: RemovableHandle | None = None

    @hookimpl
    def detcore_check_config(self, experiment: ExperimentConfig) -> Iterator[Problem]:
        """Whether the variable names steps, and steps that the run makes."""
        try:
            wanted = wanted_steps(os.environ.get(VARIABLE, ""))
        except ValueError as error:
            yield Problem(str(error), _PLACE)
            return
        steps = experiment.training.steps
        if wanted is not None and steps is not None and wanted.first > steps:
            yield Problem(
                f"{VARIABLE} is {str(wanted)!r}, but the run ends after step {steps}: no step will be profiled",
                _PLACE,
                severity="doubtful",
            )

    @hookimpl
    def detcore_run_start(self, directory: Path) -> None:
        """Remember where traces go: one object serves every run of a process."""
        from detcore.training import is_main

        self._forget()
        if is_main():
            self._directory = directory

    @hookimpl
    def detcore_before_step(self, run: RunState) -> None:
        """Begin to record, one step early where there is one, for the profiler itself to warm up."""
        if self._directory is None:
            return
        step = run.step + 1
        if self._made is None:
            self._made = Steps(step, run.total_steps)
            wanted = wanted_steps(os.environ.get(VARIABLE, ""))
            self._steps = profiled_steps(wanted, begin=step, end=run.total_steps)
        if self._steps is not None:
            warmup = min(1, self._steps.first - self._made.first)
            if step == self._steps.first - warmup:
                self._record(warmup=warmup, active=self._steps.last - self._steps.first + 1)

    @hookimpl
    def detcore_after_step(self, run: RunState) -> None:
        """Write when the last of the steps is over."""
        if self._recording is not None and self._steps is not None:
            self._recording.step()
            if run.step == self._steps.last:
                self._write_steps(self._recording, self._steps)

    @hookimpl
    def detcore_before_evaluation(self, model: "nn.Module", step: int) -> None:
        """Begin to record, unless an evaluation has been recorded or this one lies between steps that are."""
        if self._directory is not None and self._recording is None and not self._has_profiled_evaluation:
            recording = self._record(warmup=0, active=_BATCHES)
            self._handle = model.register_forward_hook(lambda *_: recording.step())

    @hookimpl
    def detcore_after_evaluation(self, step: int) -> None:
        """Write what was recorded of it."""
        if self._handle is not None and self._recording is not None:
            recording = self._stopped(self._recording)
            batches = "1 batch" if recording.num_recorded == 1 else f"{recording.num_recorded} batches"
            self._write(recording, f"evaluation-after-step-{step}", f"{batches} of an evaluation")
            self._has_profiled_evaluation = True

    @hookimpl
    def detcore_run_end(self) -> None:
        """Write what an interrupted run has recorded; say why where no step was."""
        if self._recording is not None and self._handle is None and self._steps is not None:
            self._write_steps(self._recording, self._steps)
        elif self._recording is not None:
            self._stopped(self._recording)
        if self._made is not None and not self._has_profiled_steps:
            warnings.warn(self._no_steps(self._made), DetcoreWarning, stacklevel=2)
        self._forget()

    def _record(self, *, warmup: int, active: int) -> "TraceRecording":
        from det_plugin_debug.trace_recording import TraceRecording

        self._recording = TraceRecording(warmup=warmup, active=active)
        return self._recording

    def _stopped(self, recording: "TraceRecording") -> "TraceRecording":
        """The recording, at its end; the model is as it was."""
        self._recording = None
        if self._handle is not None:
            self._handle.remove()
            self._handle = None
        recording.stop()
        return recording

    def _write_steps(self, recording: "TraceRecording", steps: Steps) -> None:
        self._stopped(recording)
        if recording.num_recorded:
            recorded = Steps(steps.first, steps.first + recording.num_recorded - 1)
            self._write(recording, f"steps-{recorded}", recorded.told)
            self._has_profiled_steps = True

    def _write(self, recording: "TraceRecording", name: str, what: str) -> None:
        from detcore.training import RunLog

        assert self._directory is not None, "nothing is recorded before the run has started"
        stem = self._directory / "profile" / name
        recording.write(stem)
        log = RunLog()
        log.open(self._directory / "log.txt")
        log.say(f"profiled {what}: {stem}.json.gz for ui.perfetto.dev, the most expensive operators in {stem}.txt")

    def _no_steps(self, made: Steps) -> str:
        if self._steps is None:
            wanted = os.environ.get(VARIABLE, "")
            return (
                f"profiler: no step was profiled: {VARIABLE} is {wanted!r}, and {made.told} "
                f"{'was' if made.first == made.last else 'were'} to be made"
            )
        return f"profiler: no step was profiled: the run ended before step {self._steps.first} was over"
