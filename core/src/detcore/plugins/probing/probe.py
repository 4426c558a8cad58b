"""Tries components out, as many at a time as there are processors."""

import os
import sys
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, Protocol

from detcore.plugins.component import USABLE, Component, Row
from detcore.plugins.groups import GROUPS_WITHOUT_CONFIG, INTERFACES_GROUP, opened_group
from detcore.plugins.probing.installed_files import distribution_reports
from detcore.plugins.probing.report import FAILURES, Finding, Kind, Report, findings_of, last_told
from detcore.plugins.probing.request import WORK, Ending, Request
from detcore.plugins.probing.spawning import Interpreters, spawned
from detcore.plugins.probing.splitting import SplitProcesses

__all__ = ["TIME_LIMIT_S", "examine", "why_not_imported"]

TIME_LIMIT_S = 30.0
"""What takes longer hangs."""

_ORDER: tuple[Kind, ...] = Kind.__args__  # type: ignore[attr-defined]  # a Literal has them


class _Processes(Protocol):
    def start(self, request: Request) -> None: ...
    def finished(self) -> Iterable[Ending]: ...
    def close(self) -> None: ...


def examine(
    rows: Sequence[Row], *, among: Sequence[Row] | None = None, time_limit_s: float = TIME_LIMIT_S
) -> list[Report]:
    """A report for each row, in their order, then one for each distribution whose files are not what they should be.

    ``among`` are all rows of the environment, where ``rows`` are some of them.
    """
    interfaces = _interfaces(rows if among is None else among)
    with tempfile.TemporaryDirectory(prefix="detcore-check-", ignore_cleanup_errors=True) as folder:
        trials = [_Trial(row, interfaces, Path(folder)) for row in rows]
        _try_all(trials, time_limit_s)
        return [*(trial.report() for trial in trials), *distribution_reports(rows)]


def why_not_imported(row: Row, *, among: Sequence[Row], time_limit_s: float = TIME_LIMIT_S) -> str:
    """What would happen to a process that imports a component and that must not end by it; empty: nothing bad."""
    with tempfile.TemporaryDirectory(prefix="detcore-check-", ignore_cleanup_errors=True) as folder:
        trial = _Trial(row, _interfaces(among), Path(folder))
        request = trial.request("config", 0, time_limit_s)
        trial.take(request, spawned(request))
        return next((text for kind, text in trial.findings if kind in ("crashes", "exits", "hangs")), "")


def _interfaces(rows: Iterable[Row]) -> dict[str, Component]:
    """What opens each group that a plugin opens."""
    return {
        opened_group(row.component.name, row.component.target): row.component
        for row in rows
        if row.component.group == INTERFACES_GROUP and row.status in USABLE
    }


class _Trial:
    """One row, and what has been found out about it until now."""

    def __init__(self, row: Row, interfaces: Mapping[str, Component], folder: Path) -> None:
        self.row = row
        self._interface = interfaces.get(row.component.group)
        self._folder = folder
        self._told: dict[str, object] = {}
        self.findings: list[Finding] = []

    @property
    def first_stage(self) -> Literal["config", "build"] | None:
        """``None``: what metadata say is enough."""
        if self.row.status not in USABLE:
            return None
        group = self.row.component.group
        return "build" if group in GROUPS_WITHOUT_CONFIG and group != INTERFACES_GROUP else "config"

    def request(self, stage: Literal["config", "build"], number: int, time_limit_s: float) -> Request:
        folder = self._folder / str(number)
        (folder / WORK).mkdir(parents=True)
        return Request(number, self.row.component, self._interface, stage, str(folder), time_limit_s, sys.path)

    def take(self, request: Request, ending: Ending) -> bool:
        """Remember what a process has found out; whether another one shall go on."""
        told = last_told(request.answers())
        self._told = {**told, **{key: self._told[key] for key in ("import_ms",) if key in self._told}}
        self.findings += [found for found in findings_of(request, ending) if found not in self.findings]
        return request.stage == "config" and ("heavy" in told or "is_buildable" in told) and not self._has_failed()

    def _has_failed(self) -> bool:
        return any(found.kind in (*FAILURES, "needs-extra") for found in self.findings)

    def report(self) -> Report:
        component, status, reason, _ = self.row
        findings = sorted(self.findings, key=lambda found: _ORDER.index(found.kind))
        if findings and (status == "ok" or findings[0].kind in FAILURES):
            status = findings[0].kind
        times = {name: self._told.get(name) for name in ("import_ms", "build_ms")}
        not_built = str(self._told.get("not_built", ""))
        return Report(component, status, reason, tuple(findings), not_built=not_built, **times)


def _try_all(trials: Iterable[_Trial], time_limit_s: float) -> None:
    workers = os.cpu_count() or 1
    waiting = deque((trial, trial.first_stage) for trial in trials if trial.first_stage)
    running: dict[int, tuple[_Trial, Request]] = {}
    numbers: Iterator[int] = iter(range(sys.maxsize))
    processes: _Processes = SplitProcesses() if sys.platform == "linux" else Interpreters(workers)
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
                    waiting.append((trial, "build"))
    finally:
        processes.close()
