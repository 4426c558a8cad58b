"""What records of earlier runs say of a name that nothing here answers to."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from detcore.errors import ConfigError
from detcore.plugins.component import Row
from detcore.plugins.groups import kind_of
from detcore.plugins.lock import read_lock
from detcore.plugins.remedies import is_of_program, remedy

__all__ = ["recorded_ids", "told_of_recorded"]


def told_of_recorded(group: str, name: str, records: Iterable[Path], rows: Sequence[Row]) -> str:
    """Where the first record that knows the name has it from, and how to have it again; empty where none does."""
    for path in records:
        lock = _readable(path)
        for entry in lock.get("components", []):
            if name in _names_of(entry["id"], group):
                return _told(path, entry, lock, rows)
    return ""


def recorded_ids(group: str, records: Iterable[Path]) -> dict[str, str]:
    """Short names of a group's components to the distributions that they come from in records."""
    entries = [entry["id"] for path in records for entry in _readable(path).get("components", [])]
    found = [_names_of(full_id, group) for full_id in entries]
    return {names[0]: names[1].partition("/")[0] for names in found if names}


def _readable(path: Path) -> dict[str, Any]:
    """The record; nothing where it cannot be read, which is not what was asked."""
    try:
        return read_lock(path)
    except ConfigError:
        return {}


def _names_of(full_id: str, group: str) -> tuple[str, ...]:
    """What else a component of a group is called: short, with its distribution, in full."""
    kind, _, with_owner = full_id.partition(":")
    return (with_owner.partition("/")[2], with_owner, full_id) if kind == kind_of(group) else ()


def _told(path: Path, entry: dict[str, str], lock: dict[str, Any], rows: Sequence[Row]) -> str:
    owner = _names_of(entry["id"], entry["id"].partition(":")[0])[1].partition("/")[0]
    distribution = next(each for each in lock["distributions"] if each["name"] == owner)
    way = remedy(distribution, entry["target"], path.parent / "local")
    if is_of_program(distribution):
        return f"; {way}"
    here = sorted({row.component.version for row in rows if row.component.distribution == owner})
    lack = f"of which {' and '.join(here)} is here" if here else "which is not installed"
    return f"; {path} has it from {owner} {distribution['version']}, {lack}: {way}"
