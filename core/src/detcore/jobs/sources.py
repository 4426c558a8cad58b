"""Pictures that a user points at."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath

from attrs import frozen

from detcore.errors import DatasetError

__all__ = ["SUFFIXES", "Source", "find_sources"]

SUFFIXES = (".avif", ".bmp", ".jpeg", ".jpg", ".jp2", ".pbm", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")
"""What counts as a picture in a folder; a file that is named itself may be called anything."""


@frozen
class Source:
    """One picture."""

    path: Path
    name: PurePath
    """Where its results go, below the output folder: as it lay below the folder that was named."""


def find_sources(places: Sequence[str | os.PathLike[str]]) -> list[Source]:
    """The pictures that ``places`` (files and folders) mean, folders searched to the bottom, each in sorted order.

    Raises:
        DatasetError: a place does not exist, or a folder holds no picture.
    """
    return [source for place in places for source in _sources(Path(place))]


def _sources(place: Path) -> Iterator[Source]:
    if not place.is_dir():
        if not place.exists():
            raise DatasetError(f"{place} does not exist")
        yield Source(place, PurePath(place.name))
        return
    found = sorted(path for path in place.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    if not found:
        raise DatasetError(f"{place} holds no picture (looked for {', '.join(SUFFIXES)})")
    for path in found:
        yield Source(path, path.relative_to(place))
