# pathlib takes longer to import than the whole scan does.
# ruff: noqa: PTH110, PTH112, PTH118
"""What became of every entry point: usable under its short name, or why not."""

import os
import sys
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import detcore
from detcore.plugins.component import Component, Status
from detcore.plugins.first_party import FIRST_PARTY
from detcore.plugins.groups import INTERFACES_GROUP, open_groups
from detcore.plugins.metadata import Distribution, normalised
from detcore.plugins.versions import requirement_on, satisfies

__all__ = ["Row", "components_of", "judged", "survey"]


class Row(NamedTuple):
    """One line of ``detcore plugins list``."""

    component: Component
    status: Status
    reason: str
    """One sentence, empty for ``ok``."""


def survey(
    distributions: Iterable[Distribution], *, first_party: Mapping[tuple[str, str], str] = FIRST_PARTY
) -> list[Row]:
    """A row for every entry point that is meant for detcore, by kind, distribution and name."""
    distributions = list(distributions)
    groups = open_groups(
        (entry.name, entry.target)
        for distribution in distributions
        for entry in distribution.entry_points
        if entry.group == INTERFACES_GROUP
    )
    families = {group.partition(".")[0] for group in groups} | {group.partition(".")[0] for group, _ in first_party}
    rows = []
    for distribution in distributions:
        refusal = _incompatibility(distribution)
        components = [found for found in components_of(distribution) if found.group.partition(".")[0] in families]
        rows += [_row(component, groups, refusal) for component in components]
    return judged(rows, first_party=first_party)


def components_of(distribution: Distribution) -> list[Component]:
    """The distribution's entry points as components, whatever group they are in."""
    return [
        Component(
            group=entry.group,
            name=entry.name,
            distribution=distribution.name,
            version=distribution.version,
            target=entry.target,
            summary=distribution.summary,
            licence=distribution.licence,
            location=distribution.location,
        )
        for entry in distribution.entry_points
    ]


def judged(
    rows: Iterable[Row],
    *,
    first_party: Mapping[tuple[str, str], str] = FIRST_PARTY,
    prefer: Mapping[str, str] | None = None,
) -> list[Row]:
    """The rows with short names shared out: to the first party, to the preferred, to the only one, or to nobody."""
    rows = list(rows)
    claims: dict[tuple[str, str], list[Component]] = {}
    for row in rows:
        if row.status in ("ok", "shadowed", "ambiguous"):
            claims.setdefault((row.component.group, row.component.name), []).append(row.component)
    judgement = []
    for row in rows:
        claimants = claims.get((row.component.group, row.component.name), [])
        usable = row.component in claimants
        judgement.append(_shared(row.component, claimants, first_party, prefer or {}) if usable else row)
    return sorted(judgement, key=lambda row: (row.component.kind, row.component.distribution, row.component.name))


def _row(component: Component, groups: frozenset[str], refusal: str) -> Row:
    if component.group not in groups:
        return Row(component, "unknown-group", _unknown_group(component.group))
    if not _is_good_name(component.name):
        return Row(component, "bad-name", "a name is lower-case words and digits joined by '-'")
    if refusal:
        return Row(component, "incompatible", refusal)
    if not _target_exists(component.target):
        module = component.target.partition(":")[0]
        return Row(component, "stale", f"there is no module {module}; install {component.distribution} again")
    return Row(component, "ok", "")


def _unknown_group(group: str) -> str:
    owner = next((owner for (name, _), owner in FIRST_PARTY.items() if name == group), None)
    if owner:
        return f"the group {group} is opened by {owner}, which is not installed"
    return f"nothing installed opens the group {group}"


def _is_good_name(name: str) -> bool:
    words = name.split("-")
    return name.isascii() and name == name.lower() and all(word.isalnum() for word in words)


def _incompatibility(distribution: Distribution) -> str:
    for line in distribution.requirements:
        requirement = requirement_on(line)
        if requirement and normalised(requirement[0]) == "det-core":
            return _unmet(requirement[1])
    return ""


def _unmet(clauses: str) -> str:
    try:
        fits = satisfies(detcore.__version__, clauses)
    except ValueError as error:
        return f"its requirement on det-core cannot be read: {error}"
    return "" if fits else f"needs det-core{clauses}, but this is {detcore.__version__}"


def _target_exists(target: str) -> bool:
    """Whether the module's file is there, found without importing its package; true where only an import could tell."""
    parts = target.partition(":")[0].split(".")
    for folder in sys.path:
        package = os.path.join(folder or os.curdir, parts[0])
        if os.path.isdir(package):
            stem = os.path.join(folder or os.curdir, *parts)
            return os.path.isdir(stem) or any(
                os.path.exists(stem + suffix) for suffix in (".py", ".pyc", ".so", ".pyd")
            )
    return True


def _shared(
    component: Component,
    claimants: list[Component],
    first_party: Mapping[tuple[str, str], str],
    prefer: Mapping[str, str],
) -> Row:
    owner = first_party.get((component.group, component.name))
    if owner is None and len(claimants) > 1:
        owner = normalised(prefer.get(f"{component.kind}.{component.name}", "")) or None
    if owner == component.distribution or (owner is None and len(claimants) == 1):
        return Row(component, "ok", "")
    if owner is not None:
        return Row(component, "shadowed", f"the name belongs to {owner}; write type = {component.id!r}")
    others = ", ".join(other.id for other in claimants if other != component)
    return Row(component, "ambiguous", f"also offered as {others}; write type = {component.id!r}")
