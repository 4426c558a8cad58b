"""How far a pass over pictures has come."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from detcore.structures import ModelInput, ModelOutput

__all__ = ["BatchProgress"]


class BatchProgress:
    """A bar on a terminal, nothing in a log; called with every batch."""

    def __init__(self, description: str, *, total: int, console: Console) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task = self._progress.add_task(description, total=total)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __call__(self, inputs: Sequence[ModelInput], outputs: Sequence[ModelOutput]) -> None:
        self._progress.advance(self._task, len(inputs))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()
