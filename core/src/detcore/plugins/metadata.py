# pathlib takes longer to import than the whole scan does.
# ruff: noqa: PTH100, PTH110, PTH112, PTH118, PTH119, PTH120, PTH208
"""Entry points of installed distributions, read straight from their metadata files.

``importlib.metadata`` finds the same, but importing it takes longer than all of this scan; it is asked only about
places that are not folders (zip files, custom finders). Differs from it:

- of two folders with one name in one place, the newer version counts, wherever the file system lists it;
- a folder without a header, which an interrupted installation leaves behind, hides no whole one;
- what does not count is found too, and says why.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING

from detcore.plugins.distribution import Distribution, Standing, normalised
from detcore.plugins.entry_points import parse_entry_points

if TYPE_CHECKING:
    from importlib.metadata import Distribution as StandardDistribution

__all__ = ["counting", "distribution_at", "scan", "text_in"]

_SUFFIXES = (".dist-info", ".egg-info")
_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0)
_READ_AT_ONCE = 1 << 14
"""Bytes. Nearly every header is shorter; what follows it is a description that nobody asks for."""

_ENDS_OF_HEADER = (b"\n\n", b"\r\n\r\n", b"\r\r")


def scan(paths: Iterable[str] | None = None) -> list[Distribution]:
    """Distributions with entry points, and metadata folders without a header, on ``paths`` (default: ``sys.path``).

    By name; of several folders with one name the first counts (``standing`` ``"ok"``), the others follow it and say why
    not. The same whatever order a file system lists folders in.
    """
    found = _by_name(paths)
    return [judged for name in sorted(found) for judged in _judged(found[name])]


def counting() -> dict[str, Distribution]:
    """Every distribution that is installed, with entry points or without, by name."""
    found = {name: _counting(namesakes) for name, namesakes in _by_name(None).items() if not name.startswith("~")}
    return {name: distribution for name, distribution in found.items() if not _lacks_header(distribution)}


def distribution_at(location: str) -> Distribution:
    """What one metadata folder says; nothing much where it is none."""
    return _in_metadata_folder(os.path.dirname(location), os.path.basename(location))


def _by_name(paths: Iterable[str] | None) -> dict[str, list[Distribution]]:
    found: dict[str, list[Distribution]] = {}
    for distribution in _all_distributions(sys.path if paths is None else paths, finders=paths is None):
        found.setdefault(distribution.name, []).append(distribution)
    return found


def _all_distributions(paths: Iterable[str], *, finders: bool) -> Iterator[Distribution]:
    for path in dict.fromkeys(os.path.abspath(path) for path in paths):
        if os.path.isdir(path):
            yield from _in_folder(path)
        elif os.path.exists(path):
            yield from _in_archive(path)
    if finders:
        yield from _from_custom_finders()


def _in_folder(folder: str) -> Iterator[Distribution]:
    try:
        names = os.listdir(folder)
    except OSError:  # a folder we may not read holds no plugin we could import
        return
    found = [_in_metadata_folder(folder, name) for name in names if name.lower().endswith(_SUFFIXES)]
    if folder.lower().endswith(".egg"):
        found += [_in_egg(folder, name) for name in names if name.lower() == "egg-info"]
    yield from _newest_first(found) if _has_namesakes(found) else found


def _in_metadata_folder(folder: str, name: str) -> Distribution:
    stem, _, version = name.rpartition(".")[0].partition("-")
    return _distribution(os.path.join(folder, name), stem, version)


def _in_egg(folder: str, name: str) -> Distribution:
    stem, _, version = os.path.basename(folder).rpartition(".")[0].partition("-")
    return _distribution(os.path.join(folder, name), stem, version.partition("-")[0])


def _distribution(location: str, stem: str, version: str) -> Distribution:
    read = partial(text_in, location)
    return Distribution(
        # Pip renames what it is about to replace, so that it begins with "~".
        name=f"~{normalised(stem[1:])}" if stem.startswith("~") else normalised(stem),
        version=version,
        entry_points=parse_entry_points(read("entry_points.txt")),
        location=location,
        read=read,
    )


def _has_namesakes(found: list[Distribution]) -> bool:
    return len({distribution.name for distribution in found}) < len(found)


def _newest_first(found: list[Distribution]) -> list[Distribution]:
    from detcore.plugins.versions import precedence  # only ever needed where something is installed twice

    by_location = sorted(found, key=lambda distribution: distribution.location)
    return sorted(by_location, key=lambda distribution: precedence(distribution.version), reverse=True)


def _in_archive(path: str) -> Iterator[Distribution]:
    from importlib.metadata import distributions

    yield from _converted(distributions(path=[path]))


def _from_custom_finders() -> Iterator[Distribution]:
    for finder in sys.meta_path:
        if finder is not PathFinder and hasattr(finder, "find_distributions"):
            yield from _converted(finder.find_distributions())


def _converted(distributions: "Iterable[StandardDistribution]") -> Iterator[Distribution]:
    for found in distributions:
        yield Distribution(
            name=normalised(found.metadata["Name"] or ""),
            version=found.version,
            entry_points=parse_entry_points(found.read_text("entry_points.txt") or ""),
            location=str(found.locate_file("")),
            read=lambda name, found=found: found.read_text(name) or "",  # type: ignore[misc]  # bound here, not later
        )


def text_in(folder: str, name: str) -> str:
    """A file's header, at least, or all of it where it is a list; read without what makes ``open`` slow."""
    try:
        file = os.open(f"{folder}/{name}", _FLAGS)
    except OSError:
        return ""
    try:
        text = os.read(file, _READ_AT_ONCE)
        while _goes_on(text, name) and (more := os.read(file, _READ_AT_ONCE)):
            text += more
        return text.decode("utf-8", "replace")
    except OSError:
        return ""
    finally:
        os.close(file)


def _goes_on(text: bytes, name: str) -> bool:
    """Whether something is missing yet, as far as what has been read can tell.

    A header ends at an empty line. What comes before has no limit: some put a licence of any length there.
    """
    is_cut = bool(text) and len(text) % _READ_AT_ONCE == 0
    return is_cut and (name.endswith(".txt") or not any(end in text for end in _ENDS_OF_HEADER))


def _judged(namesakes: list[Distribution]) -> Iterator[Distribution]:
    """What counts, where it has entry points, and everything of which it has to be said that it does not."""
    if len(namesakes) == 1 and namesakes[0].entry_points and not namesakes[0].name.startswith("~"):
        yield namesakes[0]  # as it nearly always is
        return
    counts = _counting(namesakes)
    if counts.entry_points and not counts.name.startswith("~"):
        yield counts
    for each in namesakes:
        if each.name.startswith("~"):
            yield _not_counted(each, "stale", "left behind when an installation was interrupted")
        elif each is not counts or not each.entry_points:
            yield from _explained(each, counts)


def _counting(namesakes: list[Distribution]) -> Distribution:
    return next((each for each in namesakes if not _lacks_header(each)), namesakes[0])


def _explained(each: Distribution, counts: Distribution) -> Iterator[Distribution]:
    if _lacks_header(each):
        yield _not_counted(each, "stale", "its folder holds no metadata")
    elif each is not counts and (each.version, each.entry_points) != (counts.version, counts.entry_points):
        yield _not_counted(each, "duplicate", f"{counts.name} {counts.version} in {counts.location} counts instead")


def _not_counted(distribution: Distribution, standing: Standing, reason: str) -> Distribution:
    return distribution.judged(standing, f"{reason}; remove {distribution.location}")


def _lacks_header(distribution: Distribution) -> bool:
    folder = distribution.location
    is_metadata = folder.lower().endswith((*_SUFFIXES, "egg-info")) and os.path.isdir(folder)
    return is_metadata and not any(os.path.exists(os.path.join(folder, name)) for name in ("METADATA", "PKG-INFO"))
