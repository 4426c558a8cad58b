"""Which checkpoints of a run a tracker is sent."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

__all__ = ["UPLOADS", "CheckpointUploads"]

UPLOADS: Final = ("false", "end", "checkpoint")
"""None; the last, when the run ends well; each, when it is written. W&B's own integrations have these words."""


class CheckpointUploads:
    """Sends each checkpoint, the last one or none."""

    def __init__(self, when: str, upload: Callable[[Path, int], None]) -> None:
        self._when = when
        self._upload = upload
        self._latest: tuple[Path, int] | None = None

    def saved(self, path: Path, step: int) -> None:
        """A checkpoint's folder is there."""
        if self._when == "checkpoint":
            self._upload(path, step)
        elif self._when == "end":
            self._latest = path, step

    def ended(self, error: BaseException | None) -> None:
        """The run is over."""
        if self._latest is not None and error is None:
            self._upload(*self._latest)
