"""The record of what a config's components and hooks come from, and what differs from one made elsewhere."""

import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from detcore.errors import ConfigError
from detcore.plugins.component import LOCAL, USABLE, Component, Row
from detcore.plugins.distribution import Distribution, normalised
from detcore.plugins.enumerating import enumerated
from detcore.plugins.groups import HOOKS_GROUP, kind_of
from detcore.plugins.lock_shape import fault_of
from detcore.plugins.metadata import counting
from detcore.plugins.package_digest import UNREADABLE, package_digests
from detcore.plugins.provenance import Provenance, provenance_of
from detcore.plugins.remedies import is_of_program, remedy
from detcore.plugins.versions import requirement_on

__all__ = ["drift", "lock_of", "missing", "read_lock", "read_lock_or_fault"]

SCHEMA: Final = 1

CORE: Final = "det-core"

Lock = Mapping[str, Any]
"""``schema``, ``python``, ``libraries``, ``distributions``, ``components``, ``hooks``; nothing that is JSON only by
chance, no time, and no folder of this machine: made anew in the same environment, it is the same."""


def lock_of(
    components: Iterable[Component], hooks: Sequence[Component], *, executed: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The record; ``hooks`` in the order in which they are called.

    ``executed`` has the digests of users' own files as they were executed, by module: they may be edited meanwhile.
    """
    used = sorted({*components, *hooks}, key=lambda component: component.full_id)
    libraries = counting()
    installed = {name: each for name, each in libraries.items() if each.entry_points}
    names = _with_required({CORE} | {component.distribution for component in used}, installed)
    return {
        "schema": SCHEMA,
        "python": platform.python_version(),
        "libraries": _libraries(names, installed, libraries),
        "distributions": [_described(name, installed, used, executed or {}) for name in sorted(names)],
        "components": [{"id": component.full_id, "target": component.target} for component in used],
        "hooks": [component.id for component in hooks],
    }


def read_lock(path: Path) -> dict[str, Any]:
    """A record from a file.

    Raises:
        ConfigError: there is none, or it is no record that this version reads.
    """
    lock, fault = read_lock_or_fault(path)
    if not fault:
        return lock
    raise ConfigError(f"{path}: {fault}; {_way_to_record(path)}")


def _way_to_record(path: Path) -> str:
    """A command that writes one: over what is there only where that has been one, be it of another version."""
    command = "detcore plugins lock CONFIG --output"
    if not path.exists():
        return f"write one with: {command} {path}"
    if _may_have_been_record(path):
        return f"replace it with: {command} {path} --force"
    return f"give a run's folder or its plugins.lock.json, or write one with: {command} FILE"


def _may_have_been_record(path: Path) -> bool:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(held, dict) and "schema" in held


def read_lock_or_fault(path: Path) -> tuple[dict[str, Any], str]:
    """A record from a file and nothing, or an empty one and why it cannot be read."""
    try:
        lock = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        return {}, f"cannot be read: {error.strerror or error}"
    except (ValueError, RecursionError) as error:  # the latter: of brackets without end
        return {}, f"is no lock record: {error}"
    if not isinstance(lock, dict) or lock.get("schema") != SCHEMA:
        return {}, f"is no lock record of schema {SCHEMA}"
    fault = fault_of(lock)
    return ({}, f"is no lock record of schema {SCHEMA}: {fault}") if fault else (lock, "")


def drift(locked: Lock, found: Lock) -> list[str]:
    """One sentence for each difference; ``found`` is what is there now."""
    told = _changed("Python", locked.get("python"), found["python"])
    told += _compared("", locked.get("libraries", {}), found["libraries"])
    told += _drifted_distributions(_by(locked, "distributions", "name"), _by(found, "distributions", "name"))
    told += _drifted_components(_by(locked, "components", "id"), _by(found, "components", "id"))
    return told + _drifted_hooks(locked.get("hooks", []), found["hooks"])


def missing(locked: Lock, rows: Iterable[Row], *, copies: Path | None = None) -> list[str]:
    """One sentence for all components of the record that cannot be had for one reason: why not, or what to install.

    ``copies`` is where the run keeps those of its users' own files.
    """
    rows = list(rows)
    usable = {row.component.full_id for row in rows if row.status in USABLE}
    unusable = {row.component.full_id: row for row in rows if row.component.full_id not in usable and not _poses(row)}
    distributions = _by(locked, "distributions", "name")
    # What a hook plugin declares is there as soon as that plugin is active.
    declaring = {
        hook.partition("/")[0] for hook in locked.get("hooks", []) if f"{kind_of(HOOKS_GROUP)}:{hook}" in usable
    }
    lacking: dict[str, list[str]] = {}
    for entry in locked.get("components", []):
        full_id, owner = entry["id"], _owner(entry["id"])
        if full_id not in usable and owner not in declaring:
            why = _why_missing(entry["target"], unusable.get(full_id), distributions[owner], copies)
            lacking.setdefault(why, []).append(full_id)
    return [f"{enumerated(ids)} {'is' if len(ids) == 1 else 'are'} {why}" for why, ids in lacking.items()]


def _why_missing(target: str, row: Row | None, distribution: Mapping[str, Any], copies: Path | None) -> str:
    if row is not None:  # to install what is there already would change nothing
        return f"installed and cannot be used: {row.reason} ({row.status})"
    what = "here" if is_of_program(distribution) else "installed"
    return f"not {what}: {remedy(distribution, target, copies)}"


def _poses(row: Row) -> bool:
    """Whether something installed is called as users' own files are: a record means those."""
    return row.component.distribution == LOCAL and not row.component.is_local


def _owner(full_id: str) -> str:
    return full_id.rpartition(":")[2].partition("/")[0]


def _with_required(names: set[str], installed: Mapping[str, Distribution]) -> set[str]:
    """The distributions, and those among their requirements that are plugins themselves."""
    todo, found = sorted(names), set(names)
    while todo:
        distribution = installed.get(todo.pop())
        required = _requirements(distribution) if distribution else set()
        fresh = {name for name in required if name in installed and CORE in _requirements(installed[name])} - found
        found |= fresh
        todo += sorted(fresh)
    return found


def _requirements(distribution: Distribution) -> set[str]:
    parsed = (requirement_on(line) for line in distribution.requirements)
    return {normalised(each[0]) for each in parsed if each is not None}


def _libraries(
    names: set[str], installed: Mapping[str, Distribution], libraries: Mapping[str, Distribution]
) -> dict[str, str]:
    """Versions of whatever else the distributions require; a marker of another system or Python may keep one out."""
    required = set().union(*(_requirements(installed[name]) for name in names if name in installed)) - names
    return {name: libraries[name].version for name in sorted(required & libraries.keys())}


def _described(
    name: str, installed: Mapping[str, Distribution], used: Sequence[Component], executed: Mapping[str, str]
) -> dict[str, Any]:
    own = [component for component in used if component.distribution == name]
    distribution = installed.get(name)
    modules = {component.target.partition(":")[0] for component in own}
    if distribution:
        modules |= {point.target.partition(":")[0] for point in distribution.entry_points}
    version = distribution.version if distribution else next((each.version for each in own), "")
    provenance = _provenance(distribution, own)
    packages = package_digests(modules, executed=executed)
    facts = {"name": name, "version": version, "origin": provenance.kind, "packages": packages}
    if provenance.commit:
        facts |= {"url": provenance.url, "commit": provenance.commit}
    return facts


def _provenance(distribution: Distribution | None, own: Sequence[Component]) -> Provenance:
    if distribution is None:
        return provenance_of(own[0])
    return provenance_of(Component("", "", distribution.name, distribution.version, "", location=distribution.location))


def _by(lock: Lock, table: str, key: str) -> dict[str, Mapping[str, Any]]:
    return {entry[key]: entry for entry in lock.get(table, [])}


def _drifted_distributions(
    locked: Mapping[str, Mapping[str, Any]], found: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    told = [f"{name} {locked[name]['version']} is in the record and not used here" for name in locked.keys() - found]
    told += [f"{name} {found[name]['version']} is used here and not in the record" for name in found.keys() - locked]
    for name in locked.keys() & found:
        before, now = locked[name], found[name]
        told += _changed(name, before["version"], now["version"])
        told += _changed(f"{name}: the place it was installed from", before["origin"], now["origin"])
        told += _changed(f"{name}: its commit", before.get("commit"), now.get("commit"))
        told += _drifted_packages(name, before["packages"], now["packages"])
    return sorted(told)


def _drifted_packages(name: str, locked: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    told = [f"{name}: {each} is in the record and not here" for each in locked.keys() - found]
    told += [f"{name}: {each} is here and not in the record" for each in found.keys() - locked]
    for each in locked.keys() & found:
        told += _drifted_files(f"{name}: the files of {each}", locked[each], found[each])
    return told


def _drifted_files(what: str, locked: str, found: str) -> list[str]:
    if found.startswith(UNREADABLE):
        return [f"{what} cannot be compared: {found.removeprefix(UNREADABLE)} cannot be read here"]
    if locked.startswith(UNREADABLE):
        file = locked.removeprefix(UNREADABLE)
        return [f"{what} cannot be compared: {file} could not be read when the record was made"]
    return [] if locked == found else [f"{what} are not those of the record"]


def _drifted_components(locked: Mapping[str, Mapping[str, Any]], found: Mapping[str, Mapping[str, Any]]) -> list[str]:
    told = [f"{name} is in the record and not in the config" for name in sorted(locked.keys() - found)]
    told += [f"{name} is in the config and not in the record" for name in sorted(found.keys() - locked)]
    for name in sorted(locked.keys() & found):
        told += _changed(f"{name}: its target", locked[name]["target"], found[name]["target"])
    return told


def _drifted_hooks(locked: Sequence[str], found: Sequence[str]) -> list[str]:
    if list(locked) == list(found):
        return []
    return [f"the hooks are {', '.join(found) or 'none'}, in the record {', '.join(locked) or 'none'}"]


def _compared(what: str, locked: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    names = sorted(locked.keys() | found)
    return [line for name in names for line in _changed(f"{what}{name}", locked.get(name), found.get(name))]


def _changed(what: str, locked: str | None, found: str | None) -> list[str]:
    return [] if locked == found else [f"{what} is {found or 'missing'} here, {locked or 'missing'} in the record"]
