"""A hook plugin that writes down what it is told."""

from pathlib import Path
from typing import Any

from detcore.plugins import hookimpl
from detcore.specs import RunState

__all__ = ["Diary"]


class Diary:
    """Implements the hooks of a run; an entry of ``told`` for each call, in order."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Any]] = []

    @hookimpl
    def detcore_run_start(self, directory: Path) -> None:
        """Write it down, and the folder's name."""
        self.told.append(("run_start", directory.name))

    @hookimpl
    def detcore_after_step(self, *, run: RunState) -> None:
        """Write it down, and the step."""
        self.told.append(("after_step", run.step))

    @hookimpl
    def detcore_run_end(self, error: BaseException | None) -> None:
        """Write it down, and the error."""
        self.told.append(("run_end", error))
