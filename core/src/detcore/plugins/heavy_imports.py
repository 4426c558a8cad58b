"""Notices that a config's module imports what takes long to load."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

import detcore

__all__ = ["HEAVY", "HeavyImportWatch"]

HEAVY = ("torch", "torchvision", "cv2", "pycocotools", "numpy", "safetensors", "rich")
"""What the module of a config class does not load."""

_IMPORTING = "<frozen importlib._bootstrap"

_OUR_FOLDER = str(Path(detcore.__file__).parent)


class HeavyImportWatch:
    """A finder that finds nothing, and tells of the first heavy import and the line of the plugin that asks for it."""

    def __init__(self, tell: Callable[[str, str], None]) -> None:
        self._tell = tell

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: object = None) -> None:
        """Asked before any other finder."""
        if name.partition(".")[0] not in HEAVY:
            return
        frames = [frame for frame in _frames_above() if not frame.f_code.co_filename.startswith(_IMPORTING)]
        if frames[0].f_globals.get("__name__") == "importlib.util":
            return  # somebody only asks whether it is there
        theirs = (frame for frame in frames if not frame.f_code.co_filename.startswith(_OUR_FOLDER))
        importer = next(theirs, frames[0])
        self._tell(name.partition(".")[0], f"{importer.f_code.co_filename}:{importer.f_lineno}")


def _frames_above() -> list[FrameType]:
    """Those of the callers of ``find_spec``, innermost first."""
    found, frame = [], sys._getframe(2)  # noqa: SLF001  # inspect.stack reads the source of every frame
    while frame is not None:
        found.append(frame)
        if frame.f_back is None:
            break
        frame = frame.f_back
    return found
