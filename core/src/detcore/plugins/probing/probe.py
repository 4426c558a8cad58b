"""Tries components out, as many at a time as there are processors."""

import os
import sys
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from detcore.plugins.component import USABLE, Component, Row
from detcore.plugins.groups import GROUPS_WITHOUT_CONFIG, INTERFACES_GROUP, opened_group
from detcore.plugins.guard import whose
from detcore.plugins.heavy_imports import HEAVY
from detcore.plugins.probing.installed_files import distribution_reports
from detcore.plugins.probing.report import FAILURES, Finding, Kind, Report, findings_of, last_told
from detcore.plugins.probing.request import WORK, Ending, Request, Stage
from detcore.plugins.probing.spawning import Interpreters
from detcore.plugins.probing.splitting import SplitProcesses
from detcore.plugins.search_path import search_path

__all__ = ["Preloaded", "examine", "imports"]

Preloaded = Mapping[Stage, Sequence[str]]

NOTHING: Preloaded = {}

_ORDER: tuple[Kind, ...] = Kind.__args__  # type: ignore[attr-defined]  # a Literal has them


class _Processes(Protocol):
    def expect(self, stage: Stage) -> None: ...
    def start(self, request: Request) -> None: ...
    def finished(self) -> Iterable[Ending]: ...
    def close(self) -> None: ...


def examine(
    rows: Sequence[Row], *, among: Sequence[Row], time_limit_s: float, preloaded: Preloaded = NOTHING
) -> list[Report]:
    """A report for each row, in their order, then one for each distribution whose files are not what they should be.

    ``among`` are all rows of the environment; ``rows`` are those of them that are tried out. ``preloaded`` are modules
    that most of a stage load anyway: it only saves time.
    """
    interfaces = _interfaces(among)
    with tempfile.TemporaryDirectory(prefix="detcore-check-", ignore_cleanup_errors=True) as folder:
        trials = [_Trial(row, interfaces, Path(folder)) for row in rows]
        _try_all(trials, time_limit_s, preloaded)
        return [*(trial.report() for trial in trials), *distribution_reports(rows)]


def imports(
    rows: Sequence[Row], *, among: Sequence[Row], time_limit_s: float, preloaded: Preloaded = NOTHING
) -> dict[Component, Report]:
    """What comes of importing components, in processes where torch is not loaded; none is built."""
    with tempfile.TemporaryDirectory(prefix="detcore-check-", ignore_cleanup_errors=True) as folder:
        trials = [_Trial(row, _interfaces(among), Path(folder), stages=("config",)) for row in rows]
        _try_all(trials, time_limit_s, preloaded)
        return {trial.row.component: trial.report() for trial in trials}


def _interfaces(rows: Iterable[Row]) -> dict[str, Component]:
    """What opens each group that a plugin opens."""
    return {
        opened_group(row.component.name, row.component.target): row.component
        for row in rows
        if row.component.group == INTERFACES_GROUP and row.status in USABLE
    }


class _Trial:
    """One row, and what has been found out about it until now."""

    def __init__(
        self, row: Row, interfaces: Mapping[str, Component], folder: Path, stages: Sequence[Stage] = ("config", "build")
    ) -> None:
        self.row = row
        self._stages = stages
        self._interface = interfaces.get(row.component.group)
        self._folder = folder
        self._told: dict[str, Any] = {}
        self.findings: list[Finding] = []

    @property
    def first_stage(self) -> Stage | None:
        """``None``: what metadata say is enough."""
        if self.row.status not in USABLE:
            return None
        group = self.row.component.group
        is_light = group not in GROUPS_WITHOUT_CONFIG or group == INTERFACES_GROUP
        return "config" if is_light else self._stages[-1]

    def request(self, stage: Stage, number: int, time_limit_s: float) -> Request:
        folder = self._folder / str(number)
        (folder / WORK).mkdir(parents=True)
        return Request(number, self.row.component, self._interface, stage, str(folder), time_limit_s, search_path())

    def take(self, request: Request, ending: Ending) -> bool:
        """Remember what a process has found out; whether another one shall go on."""
        told = last_told(request.answers())
        self._told = {**told, **{key: self._told[key] for key in ("import_ms",) if key in self._told}}
        self.findings += [found for found in findings_of(request, ending) if found not in self.findings]
        is_unfinished = request.stage == "config" and ("heavy" in told or "is_buildable" in told)
        return is_unfinished and "build" in self._stages and not self._has_failed()

    def _has_failed(self) -> bool:
        return any(found.is_failure for found in self.findings)

    def report(self) -> Report:
        component, in_metadata, reason, _ = self.row
        findings = sorted(self.findings, key=lambda found: _ORDER.index(found.kind))
        is_worse = bool(findings) and (in_metadata == "ok" or findings[0].kind in FAILURES)
        return Report(
            component=component,
            status=findings[0].kind if is_worse else in_metadata,
            reason=reason,
            findings=tuple(findings),
            import_ms=self._told.get("import_ms"),
            build_ms=self._told.get("build_ms"),
            not_built=self._told.get("not_built", ""),
            hooks=tuple(self._told.get("hooks", ())),
        )


def _try_all(trials: Iterable[_Trial], time_limit_s: float, preloaded: Preloaded) -> None:
    workers = os.cpu_count() or 1
    waiting = deque((trial, trial.first_stage) for trial in trials if trial.first_stage)
    running: dict[int, tuple[_Trial, Request]] = {}
    numbers: Iterator[int] = iter(range(sys.maxsize))
    processes = _processes(workers, preloaded)
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                trial, stage = waiting.popleft()
                request = trial.request(stage, next(numbers), time_limit_s)
                running[request.number] = trial, request
                processes.start(request)
            for ending in processes.finished():
                trial, request = running.pop(ending.number)
                if trial.take(request, ending):
                    processes.expect("build")
                    waiting.append((trial, "build"))
    except KeyboardInterrupt as interruption:
        for trial, _ in running.values():
            interruption.add_note(f"{whose(trial.row.component)} was being tried out")
        raise
    finally:
        processes.close()


def _processes(workers: int, preloaded: Preloaded) -> _Processes:
    if sys.platform != "linux":  # there a process that has loaded torch either cannot be split, or not safely
        return Interpreters(workers)
    light, complete = preloaded.get("config", ()), preloaded.get("build", ())
    return SplitProcesses({"config": light, "build": (*HEAVY, "pycocotools.mask", *complete)})
