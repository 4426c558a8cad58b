# pathlib takes longer to import than the whole scan does.
# ruff: noqa: PTH100, PTH110, PTH112, PTH118, PTH119, PTH123
"""Entry points of installed distributions, read straight from their metadata files.

``importlib.metadata`` finds the same, but importing it takes longer than all of this scan; it is asked only about
places that are not folders (zip files, custom finders).
"""

import os
import sys
from collections.abc import Iterable, Iterator
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from importlib.metadata import Distribution as StandardDistribution

__all__ = ["Distribution", "EntryPoint", "normalised", "scan"]


class EntryPoint(NamedTuple):
    """One line of a distribution's entry points."""

    group: str
    name: str
    target: str
    """``"module:qualname"``."""


class Distribution(NamedTuple):
    """What an installed distribution's metadata says."""

    name: str
    """Lower case, words joined by ``-``."""

    version: str
    summary: str
    licence: str
    requirements: tuple[str, ...]
    """The lines of ``Requires-Dist``."""

    entry_points: tuple[EntryPoint, ...]
    location: str
    """The metadata folder."""


def scan(paths: Iterable[str] | None = None) -> list[Distribution]:
    """Distributions with entry points, the first of each name on ``paths`` (default: ``sys.path``), by name."""
    found: dict[str, Distribution] = {}
    for distribution in _all_distributions(sys.path if paths is None else paths, finders=paths is None):
        found.setdefault(distribution.name, distribution)
    return [found[name] for name in sorted(found)]


def normalised(name: str) -> str:
    """A distribution's name as comparisons need it: ``Det_Plugin.X`` is ``det-plugin-x``."""
    return "-".join(part for part in name.lower().replace("_", "-").replace(".", "-").split("-") if part)


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
        names = sorted(entry.name for entry in os.scandir(folder) if entry.name.endswith((".dist-info", ".egg-info")))
    except OSError:  # a folder we may not read holds no plugin we could import
        return
    for name in names:
        location = os.path.join(folder, name)
        entry_points = _parse_entry_points(_text(location, "entry_points.txt"))
        if entry_points:
            header = _text(location, "METADATA") or _text(location, "PKG-INFO")
            yield _distribution(header, entry_points, location)


def _in_archive(path: str) -> Iterator[Distribution]:
    from importlib.metadata import distributions

    yield from _converted(distributions(path=[path]))


def _from_custom_finders() -> Iterator[Distribution]:
    for finder in sys.meta_path:
        if finder is not PathFinder and hasattr(finder, "find_distributions"):
            yield from _converted(finder.find_distributions())


def _converted(distributions: "Iterable[StandardDistribution]") -> Iterator[Distribution]:
    for found in distributions:
        entry_points = _parse_entry_points(found.read_text("entry_points.txt") or "")
        if entry_points:
            header = found.read_text("METADATA") or found.read_text("PKG-INFO") or ""
            yield _distribution(header, entry_points, str(found.locate_file("")))


def _text(folder: str, name: str) -> str:
    try:
        with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def _parse_entry_points(text: str) -> tuple[EntryPoint, ...]:
    group, found = "", []
    for line in map(str.strip, text.splitlines()):
        if line.startswith("[") and line.endswith("]"):
            group = line[1:-1].strip()
        elif "=" in line and not line.startswith(("#", ";")):
            name, _, target = line.partition("=")
            found.append(EntryPoint(group, name.strip(), target.partition("[")[0].replace(" ", "")))
    return tuple(found)


def _distribution(header: str, entry_points: tuple[EntryPoint, ...], location: str) -> Distribution:
    fields = _parse_header(header)
    stem = os.path.basename(location).removesuffix(".dist-info").removesuffix(".egg-info")
    return Distribution(
        name=normalised(_first(fields, "name") or stem.partition("-")[0]),
        version=_first(fields, "version") or stem.partition("-")[2],
        summary=_first(fields, "summary"),
        licence=_first(fields, "license-expression") or _first(fields, "license"),
        requirements=tuple(fields.get("requires-dist", ())),
        entry_points=entry_points,
        location=location,
    )


def _parse_header(text: str) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for line in text.splitlines():
        if not line.strip():
            break
        key, colon, value = line.partition(":")
        if colon and not line[0].isspace():  # an indented line continues the one before; none of ours has any
            fields.setdefault(key.lower(), []).append(value.strip())
    return fields


def _first(fields: dict[str, list[str]], key: str) -> str:
    return fields.get(key, [""])[0]
