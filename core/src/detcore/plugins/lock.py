"""The record of what a config's components and hooks come from, and what differs from one made elsewhere."""

import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from detcore.errors import ConfigError
from detcore.plugins.component import LOCAL, USABLE, Component, Row
from detcore.plugins.distribution import Distribution, normalised
from detcore.plugins.groups import HOOKS_GROUP, kind_of
from detcore.plugins.lock_shape import fault_of
from detcore.plugins.metadata import scan
from detcore.plugins.package_digest import package_digests
from detcore.plugins.provenance import Provenance, provenance_of
from detcore.plugins.remedies import is_of_program, remedy
from detcore.plugins.versions import requirement_on

__all__ = ["drift", "lock_of", "missing", "read_lock"]

SCHEMA: Final = 1

CORE: Final = "det-core"

Lock = Mapping[str, Any]
"""``schema``, ``python``, ``libraries``, ``distributions``, ``components``, ``hooks``; nothing that is JSON only by
chance, no time, and no folder of this machine: made anew in the same environment, it is the same."""


def lock_of(components: Iterable[Component], hooks: Sequence[Component]) -> dict[str, Any]:
    """The record; ``hooks`` in the order in which they are called."""
    used = sorted({*components, *hooks}, key=lambda component: component.full_id)
    installed = {each.name: each for each in scan() if each.standing == "ok"}
    names = _with_required({CORE} | {component.distribution for component in used}, installed)
    return {
        "schema": SCHEMA,
        "python": platform.python_version(),
        "libraries": _libraries(names, installed),
        "distributions": [_described(name, installed, used) for name in sorted(names)],
        "components": [{"id": component.full_id, "target": component.target} for component in used],
        "hooks": [component.id for component in hooks],
    }


def read_lock(path: Path) -> dict[str, Any]:
    """A record from a file.

    Raises:
        ConfigError: there is none, or it is no record that this version reads.
    """
    try:
        lock = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise ConfigError(f"{path}: is no lock record: {error}") from error
    if not isinstance(lock, dict) or lock.get("schema") != SCHEMA:
        raise _no_record(path)
    if fault := fault_of(lock):
        raise _no_record(path, f": {fault}")
    return lock


def _no_record(path: Path, why: str = "") -> ConfigError:
    remedy = f"write one with: detcore plugins lock CONFIG --output {path}"
    return ConfigError(f"{path}: is no lock record of schema {SCHEMA}{why}; {remedy}")


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
    return [f"{' and '.join(ids)} {'is' if len(ids) == 1 else 'are'} {why}" for why, ids in lacking.items()]


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


def _libraries(names: set[str], installed: Mapping[str, Distribution]) -> dict[str, str]:
    """Versions of whatever else the distributions require."""
    from importlib.metadata import PackageNotFoundError, version  # slow to import

    required = set().union(*(_requirements(installed[name]) for name in names if name in installed)) - names
    versions = {}
    for name in sorted(required):
        try:
            versions[name] = version(name)
        except PackageNotFoundError:  # a marker of another system or Python kept it out
            continue
    return versions


def _described(name: str, installed: Mapping[str, Distribution], used: Sequence[Component]) -> dict[str, Any]:
    own = [component for component in used if component.distribution == name]
    distribution = installed.get(name)
    modules = {component.target.partition(":")[0] for component in own}
    if distribution:
        modules |= {point.target.partition(":")[0] for point in distribution.entry_points}
    version = distribution.version if distribution else next((each.version for each in own), "")
    provenance = _provenance(distribution, own)
    facts = {"name": name, "version": version, "origin": provenance.kind, "packages": package_digests(modules)}
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
    edited = [each for each in locked.keys() & found if locked[each] != found[each]]
    return told + [f"{name}: the files of {each} are not those of the record" for each in edited]


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
