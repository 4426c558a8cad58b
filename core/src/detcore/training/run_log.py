"""``log.txt`` and the terminal: what a run says, once for reading now and once for later."""

import time
from pathlib import Path

from rich.console import Console

__all__ = ["RunLog"]


class RunLog:
    """Says things on the terminal and writes them, with the time, to a file once there is one."""

    def __init__(self, *, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)
        self._path: Path | None = None
        self._early: list[str] = []

    def open(self, path: Path) -> None:
        """From now on append to this file; what was said before comes first."""
        self._path = path
        self._append(self._early)
        self._early = []

    def say(self, text: str) -> None:
        """On the terminal and in the file."""
        # Soft wrap: a log line that rich breaks at 80 columns can no longer be searched.
        self.console.print(text, markup=False, soft_wrap=True)
        self.note(text)

    def note(self, text: str) -> None:
        """In the file alone."""
        line = f"{time.strftime('%Y-%m-%d %H:%M:%S')}  {text}"
        if self._path is None:
            self._early.append(line)
        else:
            self._append([line])

    def _append(self, lines: list[str]) -> None:
        assert self._path is not None, "nothing to append to"
        with self._path.open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
