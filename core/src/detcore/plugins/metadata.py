# pathlib takes longer to import than the whole scan does.
# ruff: noqa: PTH110, PTH112, PTH113, PTH118, PTH119, PTH208
"""Entry points of installed distributions, read straight from their metadata files.

``importlib.metadata`` finds the same, but importing it takes longer than all of this scan. Differs from it:

- a distribution is called what its header says, also where the folder's name could be read in two ways;
- of two folders with one name in one place, the newer version counts, wherever the file system lists it; a plain file,
  as distutils wrote it, counts after them, because it can offer nothing;
- a folder without a header, which an interrupted installation leaves behind, hides no whole one;
- what does not count is found too, and says why;
- neither a byte that is no UTF-8, nor a byte-order mark, nor a finder that raises ends or empties the list.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING

from detcore.plugins.distribution import Distribution, Standing, normalised
from detcore.plugins.entry_points import parse_entry_points
from detcore.plugins.search_path import absolute_places

if TYPE_CHECKING:
    from detcore.plugins.archives import Archive

__all__ = ["counting", "decoded", "distribution_at", "scan", "text_in"]

_SUFFIXES = (".dist-info", ".egg-info")
_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0)
_READ_AT_ONCE = 1 << 14
"""Bytes. Nearly every header is shorter; what follows it is a description that nobody asks for."""

_ENDS_OF_HEADER = (b"\n\n", b"\r\n\r\n", b"\r\r")


def scan(paths: Iterable[str] | None = None) -> list[Distribution]:
    """Distributions with entry points, and metadata folders without a header, on ``paths`` (default: ``sys.path``).

    By name; of several folders with one name the first counts (``standing`` ``"ok"``), the others follow it and say why
    not. The same whatever order a file system lists folders in.

    Warns:
        DetcoreWarning: a finder that something else has added cannot say what it has.
    """
    found = _by_name(paths)
    return [judged for name in sorted(found) for judged in _judged(found[name])]


def counting() -> dict[str, Distribution]:
    """Every distribution that is installed, with entry points or without, by name."""
    found = {name: _counting(namesakes) for name, namesakes in _by_name(None).items() if not name.startswith("~")}
    return {name: distribution for name, distribution in found.items() if distribution.has_header}


def distribution_at(location: str) -> Distribution:
    """What one metadata folder says; nothing much where it is none."""
    around, name = os.path.split(location)
    return _named(_archive(around) if os.path.isfile(around) else _Folder(around), name)


def _by_name(paths: Iterable[str] | None) -> dict[str, list[Distribution]]:
    found: dict[str, list[Distribution]] = {}
    for distribution in _all_distributions(sys.path if paths is None else paths, finders=paths is None):
        found.setdefault(distribution.name, []).append(distribution)
    return found


def _all_distributions(paths: Iterable[object], *, finders: bool) -> Iterator[Distribution]:
    # An import passes over what is no text; importlib.metadata does not, and what is there cannot be imported.
    places = (os.fsdecode(path) for path in paths if isinstance(path, (str, bytes, os.PathLike)))
    for path in absolute_places(places):
        if os.path.isdir(path):
            yield from _in_place(_Folder(path))
        elif os.path.exists(path):
            yield from _in_place(_archive(path))
    if finders:
        yield from _of_custom_finders()


class _Folder:
    """An entry of ``sys.path``, as nearly all are; an ``Archive`` can be asked the same."""

    def __init__(self, path: str) -> None:
        self.path = path

    def names(self) -> Iterable[str]:
        """Of all that lies in it directly."""
        try:
            return os.listdir(self.path)
        except OSError:  # a folder we may not read holds no plugin we could import
            return ()

    def text(self, information: str, name: str) -> str:
        """Of a file in one of its metadata folders."""
        return text_in(f"{self.path}/{information}", name)


def _archive(path: str) -> "Archive":
    from detcore.plugins.archives import Archive  # what reads them takes long to import, and they are rare

    return Archive(path)


def _of_custom_finders() -> Iterator[Distribution]:
    for finder in sys.meta_path:
        if finder is not PathFinder and hasattr(finder, "find_distributions"):
            from detcore.plugins.custom_finders import distributions_of  # imports importlib.metadata

            yield from distributions_of(finder)


def _in_place(place: "_Folder | Archive") -> Iterable[Distribution]:
    names = place.names()
    found = [_named(place, name) for name in names if name.lower().endswith(_SUFFIXES)]
    if place.path.lower().endswith(".egg"):
        found += [_in_egg(place, name) for name in names if name.lower() == "egg-info"]
    return _newest_first(found) if _has_namesakes(found) else found


def _named(place: "_Folder | Archive", information: str) -> Distribution:
    stem, _, version = information.rpartition(".")[0].partition("-")
    distribution = _distribution(place, information, stem, version)
    is_ambiguous = bool(version) and ("-" in version or not version[0].isdecimal())  # acme-net-1.0, acme-1.0-py3.11
    if is_ambiguous and not stem.startswith("~"):
        distribution.name = normalised(distribution.stated_name) or distribution.name
    return distribution


def _in_egg(place: "_Folder | Archive", information: str) -> Distribution:
    stem, _, version = os.path.basename(place.path).rpartition(".")[0].partition("-")
    return _distribution(place, information, stem, version.partition("-")[0])


def _distribution(place: "_Folder | Archive", information: str, stem: str, version: str) -> Distribution:
    read = partial(place.text, information)
    return Distribution(
        # Pip renames what it is about to replace, so that it begins with "~".
        name=f"~{normalised(stem[1:])}" if stem.startswith("~") else normalised(stem),
        version=version,
        entry_points=parse_entry_points(read("entry_points.txt")),
        location=os.path.join(place.path, information),
        read=read,
    )


def _has_namesakes(found: list[Distribution]) -> bool:
    return len({distribution.name for distribution in found}) < len(found)


def _newest_first(found: list[Distribution]) -> list[Distribution]:
    from detcore.plugins.versions import precedence  # only ever needed where something is installed twice

    by_location = sorted(found, key=lambda distribution: distribution.location)
    by_version = sorted(by_location, key=lambda distribution: precedence(distribution.version), reverse=True)
    return sorted(by_version, key=lambda distribution: os.path.isfile(distribution.location))


def text_in(folder: str, name: str) -> str:
    """A file's header, at least, or all of it where it is a list; read without what makes ``open`` slow.

    Without a name, of the folder itself, which then is a file. Empty where there is none.
    """
    try:
        file = os.open(f"{folder}/{name}" if name else folder, _FLAGS)
    except OSError:
        return ""
    try:
        text = os.read(file, _READ_AT_ONCE)
        while _goes_on(text, name) and (more := os.read(file, _READ_AT_ONCE)):
            text += more
        return decoded(text)
    except OSError:
        return ""
    finally:
        os.close(file)


def decoded(text: bytes) -> str:
    """As UTF-8, whatever it is; editors of Windows put a mark in front, which is none of it."""
    return text.decode("utf-8", "replace").removeprefix("\ufeff")


def _goes_on(text: bytes, name: str) -> bool:
    """Whether something is missing yet, as far as what has been read can tell.

    A header ends at an empty line. What comes before has no limit: some put a licence of any length there.
    """
    is_cut = bool(text) and len(text) % _READ_AT_ONCE == 0
    return is_cut and (name.endswith(".txt") or not any(end in text for end in _ENDS_OF_HEADER))


def _judged(namesakes: list[Distribution]) -> Iterator[Distribution]:
    """What counts, where it has entry points, and everything of which it has to be said that it does not."""
    if len(namesakes) == 1 and _is_ordinary(namesakes[0]):  # as it nearly always is
        yield from (each for each in namesakes if each.entry_points)
        return
    counts = _counting(namesakes)
    if counts.entry_points and not counts.name.startswith("~"):
        yield counts
    for each in namesakes:
        if each.name.startswith("~"):
            yield _not_counted(each, "stale", "left behind when an installation was interrupted")
        elif each is not counts or not each.entry_points:
            yield from _explained(each, counts)


def _is_ordinary(distribution: Distribution) -> bool:
    is_whole = bool(distribution.entry_points) or os.path.exists(f"{distribution.location}/METADATA")
    return is_whole and not distribution.name.startswith("~")


def _counting(namesakes: list[Distribution]) -> Distribution:
    return next((each for each in namesakes if each.has_header), namesakes[0])


def _explained(each: Distribution, counts: Distribution) -> Iterator[Distribution]:
    if not each.has_header:
        yield _not_counted(each, "stale", "its folder holds no metadata")
    elif each is not counts and (each.version, each.entry_points) != (counts.version, counts.entry_points):
        yield _not_counted(each, "duplicate", f"{counts.name} {counts.version} in {counts.location} counts instead")


def _not_counted(distribution: Distribution, standing: Standing, reason: str) -> Distribution:
    return distribution.judged(standing, f"{reason}; remove {distribution.location}")
