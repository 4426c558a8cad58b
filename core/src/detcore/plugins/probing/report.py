"""What came of trying a component out, as sentences for whoever installed it, and for whoever wrote it."""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from detcore.plugins.component import Component
from detcore.plugins.enumerating import enumerated
from detcore.plugins.guard import failure_sentence
from detcore.plugins.probing.request import Ending, Request
from detcore.plugins.process_death import cause_of_death, place_in

__all__ = ["FAILURES", "Finding", "Kind", "Report", "findings_of", "home_in", "last_told"]

Kind = Literal[
    "crashes", "exits", "hangs", "failed", "needs-extra", "outdated", "edited", "heavy", "prints", "side-effects"
]
"""What can be found, worst first.

``crashes``: the process was killed. ``exits``: the plugin ended it, or meant to by ``SystemExit``. ``hangs``: it was
not done in time. ``failed``: it raised, or is not what its group asks for. ``needs-extra``: an optional dependency is
not installed. ``outdated``: what is installed does not know the entry points of its ``pyproject.toml``. ``edited``: its
files are not those that were installed. ``heavy``: its config imports torch or the like. ``prints`` and
``side-effects``: when it is imported.
"""

FAILURES: tuple[Kind, ...] = ("crashes", "exits", "hangs", "failed")
"""With these a plugin cannot be used."""


class Finding(NamedTuple):
    """One thing that somebody should put right."""

    kind: Kind
    text: str
    """A sentence that names the distribution, the place and what to do."""

    @property
    def is_failure(self) -> bool:
        """Whether the plugin cannot be used here."""
        return self.kind in (*FAILURES, "needs-extra")


class Report(NamedTuple):
    """One line of ``detcore plugins check``."""

    component: Component
    status: str
    """``"ok"``, the worst finding, or what metadata already say."""

    reason: str
    """What metadata say, empty where they say that all is well."""

    findings: tuple[Finding, ...] = ()
    import_ms: float | None = None
    """How long it took to import the entry point; ``None``: it was not, or it failed."""

    build_ms: float | None = None
    """How long it took to build the component from its defaults; ``None``: it was not built."""

    not_built: str = ""
    """Why not."""

    hooks: tuple[str, ...] = ()
    """Those that a hook plugin implements, in the order of a run."""

    @property
    def failures(self) -> tuple[Finding, ...]:
        """Those of the findings with which it cannot be used here."""
        return tuple(finding for finding in self.findings if finding.is_failure)


def findings_of(request: Request, ending: Ending) -> Iterator[Finding]:
    """What one process has found out, and how it ended."""
    component, answers = request.component, request.answers()
    told = last_told(answers)
    if "error" in told:
        yield Finding(told["status"], told["error"])
    elif "done" not in told and "heavy" not in told:
        yield _death(request, ending, told.get("doing", "being imported"))
    whose = f"{component.distribution} {component.version}".rstrip()
    home = home_in(answers)
    if "heavy" in told:
        yield Finding(
            "heavy",
            f"{whose} imports {told['heavy']} where its config class is defined ({told['place']}); import it in "
            "build(), or under TYPE_CHECKING, so that lists and checks stay quick",
        )
    if ending.output.strip() and "heavy" not in told:
        yield Finding("prints", f"{whose} prints {_shown(ending)}{home}; print when asked to")
    if told.get("changed"):
        parts = enumerated(told["changed"])
        yield Finding("side-effects", f"{whose} changes {parts} when it is imported{home}; do so in a function")
    if ending.left_processes:
        yield Finding("side-effects", f"{whose} leaves a process running{home}; start it when asked to, and end it")
    if files := request.files():
        text = f"{whose} leaves {enumerated(files)} in the working directory{home}; write where one is told to"
        yield Finding("side-effects", text)


def last_told(answers: list[dict[str, Any]]) -> dict[str, Any]:
    """Every fact by its name, the last that was told of each."""
    return {name: value for answer in answers for name, value in answer.items()}


def home_in(answers: list[dict[str, Any]]) -> str:
    """``" (file:line)"`` of what the entry point names, empty where it could not be imported."""
    return str(last_told(answers).get("home", ""))


def _death(request: Request, ending: Ending, doing: str) -> Finding:
    stack = request.stack()
    kind: Kind = "crashes" if ending.exit_status < 0 else "exits"
    cause = cause_of_death(ending.exit_status, stack)
    if ending.is_late or "Timeout (" in stack:
        kind, cause = "hangs", f"it was not done after {request.time_limit_s:g} s{place_in(stack)}"
    return Finding(kind, failure_sentence(request.component, doing, cause))


def _shown(ending: Ending) -> str:
    first = ending.output.strip().splitlines()[0][:80]
    return f"{first!r}" if ending.output_size <= len(first) + 2 else f"{first!r} and more, {ending.output_size} bytes,"
