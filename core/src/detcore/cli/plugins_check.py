"""``detcore plugins check``: every plugin tried out in a process of its own, whatever it does there."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from detcore.cli.columns import columns
from detcore.cli.counting import counted

if TYPE_CHECKING:
    from detcore.plugins import Row
    from detcore.plugins.probing import Report

__all__ = ["add_arguments", "run"]

TIME_LIMIT_S = 30.0


def add_arguments(parser: ArgumentParser) -> None:
    """What to try out, and for how long."""
    parser.add_argument(
        "ids", nargs="*", metavar="ID", help="name, distribution, distribution/name or kind:distribution/name; all"
    )
    parser.add_argument(
        "--timeout", type=_seconds, default=TIME_LIMIT_S, metavar="S",
        help="seconds after which a plugin hangs (default: %(default)g)",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="as JSON, for programs")


def run(arguments: Namespace) -> int:
    """Print what was found; 3 where a plugin failed, 1 where there is anything else to put right, 0 otherwise.

    Raises:
        UnknownComponentError: nothing is called by one of the names.
    """
    import time

    from detcore.cli.preloaded import PRELOADED
    from detcore.plugins import installed_registry
    from detcore.plugins.probing import examine

    registry = installed_registry()
    chosen = _chosen(arguments.ids)
    start = time.perf_counter()
    reports = examine(chosen, among=registry.rows, time_limit_s=arguments.timeout, preloaded=PRELOADED)
    taken_s = time.perf_counter() - start
    print(_as_json(reports) if arguments.json else _as_table(reports, taken_s))
    return _exit_status(reports)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise ArgumentTypeError(f"must be a number of seconds above 0, not {text!r}")
    return seconds


def _chosen(ids: Sequence[str]) -> "list[Row]":
    """The rows that are asked for, each once and in the order of the list."""
    from detcore.plugins import installed_registry

    registry = installed_registry()
    wanted = {row for word in ids for row in registry.rows_of(word)}
    return [row for row in registry.rows if not ids or row in wanted]


def _is_failure(report: "Report") -> bool:
    from detcore.plugins.probing import FAILURES

    return any(finding.kind in FAILURES for finding in report.findings)


def _is_problem(report: "Report") -> bool:
    from detcore.plugins.component import PROBLEMS

    return bool(report.findings) or report.status in PROBLEMS


def _exit_status(reports: "Sequence[Report]") -> int:
    if any(map(_is_failure, reports)):
        return 3
    return int(any(map(_is_problem, reports)))


def _as_table(reports: "Sequence[Report]", taken_s: float) -> str:
    table = [("KIND", "ID", "VERSION", "STATUS", "IMPORT", "BUILD")]
    notes = []
    for report in reports:
        component = report.component
        build = _milliseconds(report.build_ms) or report.not_built or "-"
        cells = (component.kind or "-", component.id, component.version or "-", report.status)
        table.append((*cells, _milliseconds(report.import_ms) or "-", build))
        told = [(report.status, report.reason)] if report.reason else []
        notes += [f"{component.full_id}: {kind}: {text}" for kind, text in [*told, *report.findings]]
    return "\n".join([*columns(table), *(["", *notes] if notes else []), "", _closing(reports, taken_s)])


def _milliseconds(value: float | None) -> str:
    return "" if value is None else f"{value:.0f} ms"


def _closing(reports: "Sequence[Report]", taken_s: float) -> str:
    components = [report for report in reports if report.component.name]
    distributions = {report.component.distribution for report in reports}
    failed = sum(map(_is_failure, reports))
    others = sum(map(_is_problem, reports)) - failed
    counts = f"{failed} failed" if failed else "none failed"
    more = f", {others} with another problem" if others else ""
    whole = f"{counted(len(components), 'component')} from {counted(len(distributions), 'distribution')}"
    return f"{whole} tried out in {taken_s:.1f} s: {counts}{more}"


def _as_json(reports: "Sequence[Report]") -> str:
    import json

    entries = [
        {
            "kind": report.component.kind,
            "name": report.component.name,
            "id": report.component.full_id,
            "group": report.component.group,
            "distribution": report.component.distribution,
            "version": report.component.version,
            "target": report.component.target,
            "location": report.component.location,
            "status": report.status,
            "reason": report.reason,
            "findings": [finding._asdict() for finding in report.findings],
            "import_ms": report.import_ms,
            "build_ms": report.build_ms,
            "not_built": report.not_built,
        }
        for report in reports
    ]
    return json.dumps(entries, indent=2)
