"""Who gets which short name, of those who want it and may have it."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from detcore.plugins.choices import Choice, preferred, verdict_on
from detcore.plugins.component import USABLE, Component, Row, Status
from detcore.plugins.distribution import normalised
from detcore.plugins.first_party import FIRST_PARTY
from detcore.plugins.groups import (
    COMMANDS_GROUP,
    CORE_COMMANDS,
    GROUPS_WITHOUT_CONFIG,
    INTERFACES_GROUP,
    opened_group,
)

__all__ = ["judged"]

BLOCKABLE: tuple[Status, ...] = (*USABLE, "blocked")
"""What a choice may turn into one another. A denial blocks whatever else is wrong with something, and for good."""


def judged(
    rows: Iterable[Row],
    *,
    first_party: Mapping[tuple[str, str], str] = FIRST_PARTY,
    choices: Sequence[Choice] = (),
) -> list[Row]:
    """The rows with short names shared out: to the first party, to the preferred, to the only one, or to nobody."""
    choices = [choice for choice in choices if choice.allow or choice.deny or choice.prefer]
    rows = [_blocked_or_not(row, choices) for row in rows]
    claims: dict[tuple[str, str], list[Component]] = {}
    for row in rows:
        if row.status in USABLE:
            claims.setdefault(_claim(row.component), []).append(row.component)
    sharing = _Sharing(first_party, choices)
    judgement = [sharing.row(row, claims[_claim(row.component)]) if row.status in USABLE else row for row in rows]
    return sorted(judgement, key=_order)


def _order(row: Row) -> tuple[str, ...]:
    component = row.component
    return component.kind, component.distribution, component.name, component.group, component.target, component.location


def _claim(component: Component) -> tuple[str, str]:
    """What a component wants to be known as. An interface is the group it opens: two may have one name."""
    if component.group == INTERFACES_GROUP:
        return INTERFACES_GROUP, opened_group(component.name, component.target)
    return component.group, component.name


def _blocked_or_not(row: Row, choices: Sequence[Choice]) -> Row:
    is_blockable = row.status in BLOCKABLE
    if not (choices or (is_blockable and (row.reason or row.why))):
        return row
    verdict = verdict_on(row.component.distribution, choices, is_local=row.component.is_local)
    if not is_blockable and not verdict.is_denial:
        return row
    if verdict.is_allowed:
        return row._replace(status="ok", reason="", why=verdict.why)
    return row._replace(status="blocked", reason=f"left out by {verdict.why}", why=verdict.why)


class _Sharing:
    """Who gets a name that one or several want."""

    def __init__(self, first_party: Mapping[tuple[str, str], str], choices: Sequence[Choice]) -> None:
        self._first_party = first_party
        self._choices = choices

    def row(self, row: Row, claimants: Sequence[Component]) -> Row:
        """The row, and whether its short name is its own."""
        component = row.component
        owner, why = self._owner(component, {claimant.distribution for claimant in claimants})
        why = f"{row.why}, {why}" if row.why else why
        if owner == component.distribution:
            return Row(component, "ok", "", why)
        if owner:
            return Row(component, "shadowed", f"the name belongs to {owner}{_advice(component)}", why)
        others = ", ".join(other.id for other in claimants if other != component)
        return Row(component, "ambiguous", f"also offered as {others}{_advice(component)}", why)

    def _owner(self, component: Component, claimants: Collection[str]) -> tuple[str, str]:
        """Whose the name is, empty where that is open; and what decides so."""
        group, name = component.group, component.name
        if group == COMMANDS_GROUP and name in CORE_COMMANDS:
            return "det-core", "a command of detcore itself"
        owner = self._first_party.get((group, name), "")
        if owner and _is_about(component, owner):
            return owner, "a name of the first party always means the same"
        owner, source = preferred(component.kind, name, self._choices)
        if len(claimants) > 1 and owner in claimants:
            return owner, f"prefer of {source}"
        if len(claimants) == 1:
            return component.distribution, f"the only {name!r} among {component.kind}"
        return "", "nobody prefers one of them"


def _is_about(component: Component, owner: str) -> bool:
    """Whether a name of the first party is meant; of interfaces, it is one only in the owner's own package."""
    if component.group != INTERFACES_GROUP:
        return True
    return normalised(component.target.partition(":")[0].partition(".")[0]) == owner


def _advice(component: Component) -> str:
    if component.group in (COMMANDS_GROUP, INTERFACES_GROUP):
        return "; only its author can give it another name"
    return (
        f"; write {component.id!r}" if component.group in GROUPS_WITHOUT_CONFIG else f"; write type = {component.id!r}"
    )
