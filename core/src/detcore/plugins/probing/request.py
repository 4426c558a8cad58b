"""What a process is told to try out, and what is left of it afterwards."""

import json
from pathlib import Path
from typing import Any, Literal, NamedTuple

from detcore.plugins.component import Component

__all__ = ["ANSWERS", "STACK", "WORK", "Answers", "Ending", "Request", "Stage"]

ANSWERS, STACK, WORK = "answers.jsonl", "stack.txt", "work"
"""In the folder of a request: what it answers, a line each; where it was when it died; and its working directory."""


Stage = Literal["config", "build"]
"""``"config"``: import it where nothing heavy is loaded. ``"build"``: with torch there, build its defaults too."""


class Request(NamedTuple):
    """One component, to be tried out by a process of its own."""

    number: int
    component: Component
    interface: Component | None
    """Of a component in a group that a plugin opens: what opens it."""

    stage: Stage
    folder: str
    time_limit_s: float
    path: list[str]
    """``sys.path``, absolute: the process has a working directory of its own."""

    def as_json(self) -> str:
        """On one line."""
        return json.dumps(self)

    @classmethod
    def from_json(cls, text: str) -> "Request":
        """What :meth:`as_json` wrote."""
        number, component, interface, *rest = json.loads(text)
        return cls(number, _component(component), _component(interface) if interface else None, *rest)

    def answers(self) -> list[dict[str, Any]]:
        """What has been told until now; a line that was begun when the process died does not count."""
        path = Path(self.folder, ANSWERS)
        lines = path.read_text(encoding="utf-8").split("\n")[:-1] if path.exists() else []
        return [json.loads(line) for line in lines]

    def stack(self) -> str:
        """Where the process was when it died or ran out of time, as ``faulthandler`` tells it."""
        path = Path(self.folder, STACK)
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def files(self) -> list[str]:
        """Names of what lies in its working directory, which was empty."""
        return sorted(path.name for path in Path(self.folder, WORK).iterdir())


class Ending(NamedTuple):
    """How a process ended, seen from outside."""

    number: int
    """Of the request."""

    exit_status: int
    """Negative: the signal that ended it."""

    is_late: bool
    """It was ended, because its time was up."""

    output: str
    """The beginning of what it wrote to its standard streams."""

    output_size: int
    """Bytes that it wrote altogether."""

    left_processes: bool
    """It had started others, which were still running."""


class Answers:
    """The file that the process answers into; nothing that a plugin prints gets there."""

    def __init__(self, folder: str) -> None:
        self._file = Path(folder, ANSWERS).open("a", encoding="utf-8")  # noqa: SIM115  # open while the process lives

    def tell(self, **facts: object) -> None:
        """Add a line, which is there whatever happens next."""
        self._file.write(f"{json.dumps(facts)}\n")
        self._file.flush()


def _component(values: list[Any]) -> Component:
    *others, extras = values
    return Component._make((*others, tuple(extras)))
