# pathlib takes longer to import than the whole scan does.
# ruff: noqa: PTH100
"""Where an import looks: ``sys.path`` as it is meant now, whatever the working directory will be."""

import os
import sys
from collections.abc import Iterable

__all__ = ["absolute_places", "search_path"]


def search_path() -> list[str]:
    """The entries of ``sys.path``, absolute; what is no text, a ``Path`` included, is passed over as by an import."""
    entries: Iterable[object] = sys.path
    return absolute_places(entry for entry in entries if isinstance(entry, str))


def absolute_places(entries: Iterable[str]) -> list[str]:
    """Each place once; an empty entry is the working directory, and none where that has been removed."""
    found = []
    for entry in entries:
        try:
            found.append(os.path.abspath(entry))
        except FileNotFoundError:
            continue
    return list(dict.fromkeys(found))
