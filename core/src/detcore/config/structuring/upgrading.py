"""Deprecated keys: their values go where they belong by now, and a notice says so."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from attrs import frozen

import detcore
from detcore.config.text.nodes import Node, Path, Unresolved, at, dotted, plain
from detcore.config.text.problems import Finding
from detcore.config.text.reading import from_plain
from detcore.errors import DetcoreError

if TYPE_CHECKING:
    from detcore.plugins import Component
    from detcore.specs import Deprecated

__all__ = ["Upgrade", "carried_out", "deprecated_keys", "moved", "still_taken", "upgraded"]


@frozen(kw_only=True)
class Upgrade:
    """A value that was written under an old name."""

    old: Path
    new: Path | None
    """``None``: nothing reads it any more."""

    node: Node
    """The value as the new name takes it."""

    notice: str


def deprecated_keys(config_class: type) -> dict[str, "Deprecated"]:
    """What a class and its bases declare, by the old key."""
    declared = [base.__dict__.get("deprecated") for base in reversed(config_class.__mro__)]
    return {one.key: one for each in declared if isinstance(each, tuple) for one in each}


def still_taken(config_class: type, component: "Component | None") -> list["Deprecated"]:
    """Those whose time is not over."""
    version = _version(component)
    return [each for each in deprecated_keys(config_class).values() if not _has_passed(each.until, version)]


def upgraded(
    node: Node, config_class: type, path: Path, component: "Component | None"
) -> tuple[Node, list[Upgrade], list[Finding]]:
    """The table with every deprecated key put right, what was done, and what is wrong with it."""
    upgrades: list[Upgrade] = []
    findings: list[Finding] = []
    version = _version(component)
    for deprecated in _used(node, config_class):
        found = _judged(node, deprecated, path, version)
        if isinstance(found, Finding):
            findings.append(found)
        else:
            upgrades.append(found)
        node = _put_right(node, deprecated, found)
    return node, upgrades, findings


def carried_out(upgrades: Iterable[Upgrade], root: Node) -> Node:
    """The whole config with every upgraded value under its new name alone."""
    for upgrade in upgrades:
        root = _put(root, upgrade.old, None)
        if upgrade.new is not None:
            root = _put(root, upgrade.new, upgrade.node)
    return root


def moved(upgrades: Iterable[Upgrade], written: Node) -> Node:
    """The whole config with every value of a deprecated key under its new name, otherwise as it was written."""
    for upgrade in upgrades:
        value = at(written, upgrade.old)
        if value is not None:  # otherwise a reference stands for the table that it is in
            written = _put(written, upgrade.old, None)
            written = _put(written, upgrade.new, value) if upgrade.new is not None else written
    return written


def _used(node: Node, config_class: type) -> Iterator["Deprecated"]:
    entries = node.value if isinstance(node.value, dict) else {}
    for key, deprecated in deprecated_keys(config_class).items():
        if key in entries:
            yield deprecated


def _judged(node: Node, deprecated: "Deprecated", path: Path, version: str) -> Upgrade | Finding:
    assert isinstance(node.value, dict), "a deprecated key was found in it"
    old, origin = node.value[deprecated.key], node.value[deprecated.key].origin
    old_path, new = (*path, deprecated.key), _steps(deprecated)
    advice = f"write {dotted((*path, *new))}" if new else "leave it out; nothing reads it any more"
    if _has_passed(deprecated.until, version):
        return Finding(origin, old_path, f"no such setting since {deprecated.until}; {advice}")
    given = at(node, new) if new else None
    if given is not None:
        message = f"deprecated since {deprecated.since}, and its new name {dotted((*path, *new))} is given as well"
        return Finding(origin, old_path, f"{message} ({given.origin}); leave this one out")
    notice = f"deprecated since {deprecated.since}, gone in {deprecated.until}; {advice}"
    try:
        value = _new_value(old, deprecated)
    except (ValueError, TypeError, DetcoreError) as error:
        return Finding(origin, old_path, f"{error} ({notice})")
    return Upgrade(
        old=old_path, new=(*path, *new) if new else None, node=value, notice=f"{origin}: {dotted(old_path)}: {notice}"
    )


def _version(component: "Component | None") -> str:
    """That of whoever offers the class."""
    return component.version if component and component.version else detcore.__version__


def _has_passed(until: str, version: str) -> bool:
    from detcore.plugins.versions import satisfies  # only ever needed here

    try:
        return satisfies(version, f">={until}")
    except ValueError:  # a distribution that is built without a version
        return False


def _new_value(old: Node, deprecated: "Deprecated") -> Node:
    if deprecated.upgrade is None or isinstance(old.value, Unresolved):
        return old
    return from_plain(deprecated.upgrade(plain(old)), lambda _: old.origin)


def _steps(deprecated: "Deprecated") -> tuple[str, ...]:
    return tuple(deprecated.instead.split(".")) if deprecated.instead else ()


def _put_right(node: Node, deprecated: "Deprecated", found: Upgrade | Finding) -> Node:
    kept = _put(node, (deprecated.key,), None)
    if isinstance(found, Finding) or found.new is None:
        return kept
    return _put(kept, _steps(deprecated), found.node)


def _put(node: Node, steps: Path, value: Node | None) -> Node:
    """The config with a value set, below tables that may not be there yet; ``None``: with the value left out."""
    match node.value, steps:
        case list(items), (int(index), *rest):
            return Node(
                [*items[:index], _put(items[index], tuple(rest), value), *items[index + 1 :]],
                node.origin,
                node.replaced,
            )
        case dict(entries), (str(key), *rest):
            inner = entries.get(key) or Node({}, value.origin if value else node.origin)
            changed = _put(inner, tuple(rest), value) if rest else value
            kept = {name: entry for name, entry in entries.items() if name != key or changed}
            return Node({**kept, **({key: changed} if changed else {})}, node.origin, node.replaced)
    return node  # no table, which will be reported when it is read
