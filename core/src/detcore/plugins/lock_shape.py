"""Whether a record from a file has the shape of one: its tables may be absent, what they hold is complete."""

from collections.abc import Mapping
from typing import Any, Final

__all__ = ["fault_of"]

_TABLES: Final = {"libraries": dict, "distributions": list, "components": list, "hooks": list}

_WORDS: Final = {"distributions": ("name", "version", "origin"), "components": ("id", "target")}
"""What every entry of a table says in a text."""


def fault_of(lock: Mapping[str, Any]) -> str:
    """The first thing that is not as in a record, with its place; empty if there is none."""
    for table, kind in _TABLES.items():
        if not isinstance(lock.get(table, kind()), kind):
            return f"{table} is {lock[table]!r}, not {'a table' if kind is dict else 'a list'}"
    faults = [*_of_entries(lock), *_of_texts(lock), *_of_owners(lock)]
    return faults[0] if faults else ""


def _of_entries(lock: Mapping[str, Any]) -> list[str]:
    found = []
    for table, keys in _WORDS.items():
        for index, entry in enumerate(lock.get(table, [])):
            words = (*keys, "url", "commit") if isinstance(entry, dict) and "commit" in entry else keys
            lacking = [key for key in words if not isinstance(entry, dict) or not isinstance(entry.get(key), str)]
            found += [f"{table}[{index}] has no text {key!r}" for key in lacking]
            if table == "distributions" and not lacking and not _is_texts(entry.get("packages")):
                found.append(f"{table}[{index}] has no table 'packages' of digests")
    return found


def _of_texts(lock: Mapping[str, Any]) -> list[str]:
    found = [f"hooks holds {hook!r}, which is no text" for hook in lock.get("hooks", []) if not isinstance(hook, str)]
    if not _is_texts(lock.get("libraries", {})):
        found.append("libraries holds what is no version")
    if not isinstance(lock.get("python", ""), str):
        found.append(f"python is {lock['python']!r}, not a version")
    return found


def _of_owners(lock: Mapping[str, Any]) -> list[str]:
    """Components of distributions that the record does not describe: nobody could say what to install."""
    described = [entry.get("name") for entry in lock.get("distributions", []) if isinstance(entry, dict)]
    full_ids = [str(entry.get("id")) for entry in lock.get("components", []) if isinstance(entry, dict)]
    owners = {full_id: full_id.rpartition(":")[2].partition("/")[0] for full_id in full_ids}
    lacking = [full_id for full_id, owner in owners.items() if owner not in described]
    return [f"nothing is said of the distribution of {full_id}" for full_id in lacking]


def _is_texts(table: object) -> bool:
    return isinstance(table, dict) and all(isinstance(value, str) for value in table.values())
