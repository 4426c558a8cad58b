"""What became of every entry point: usable under its short name, or why not."""

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from typing import NamedTuple

import detcore
from detcore.plugins.choices import Choice, preferred, verdict_on
from detcore.plugins.component import LOCAL, USABLE, Component, Row, Status
from detcore.plugins.distribution import Distribution, normalised
from detcore.plugins.entry_points import EntryPoint
from detcore.plugins.first_party import FIRST_PARTY
from detcore.plugins.groups import (
    COMMANDS_GROUP,
    CORE_COMMANDS,
    CORE_GROUPS,
    GROUPS_WITHOUT_CONFIG,
    INTERFACES_GROUP,
    api_of,
    opened_group,
)
from detcore.plugins.module_files import ModuleFiles
from detcore.plugins.suggestions import did_you_mean, is_one_slip
from detcore.plugins.versions import requirement_on, satisfies

__all__ = ["Row", "examined", "judged", "survey"]

BLOCKABLE: tuple[Status, ...] = (*USABLE, "blocked")
"""What a choice may turn into one another."""


def survey(
    distributions: Iterable[Distribution], *, first_party: Mapping[tuple[str, str], str] = FIRST_PARTY
) -> list[Row]:
    """A row for every entry point that is meant for detcore, by kind, distribution and name.

    Meant for it are the groups of core, those that a plugin opens, and what is one slip away from one of these.
    """
    return judged(examined(distributions, first_party=first_party), first_party=first_party)


def examined(
    distributions: Iterable[Distribution], *, first_party: Mapping[tuple[str, str], str] = FIRST_PARTY
) -> list[Row]:
    """The rows of a survey before names are shared out, in no order."""
    found = list(distributions)
    examination = _Examination()
    interfaces = [row for distribution in found for row in examination.rows(distribution)]
    groups = _Groups(interfaces, first_party)
    rows = [row for distribution in found for row in examination.rows(distribution, groups)]
    owners = {row.component.distribution for row in rows} | set(first_party.values())
    remains = [_remains(each) for each in found if not each.entry_points and _is_ours(each.name.lstrip("~"), owners)]
    return [*interfaces, *rows, *remains]


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


def _is_ours(distribution: str, owners: Container[str]) -> bool:
    return distribution in owners or distribution.startswith(("det-plugin-", "detcore-"))


def _order(row: Row) -> tuple[str, ...]:
    component = row.component
    return component.kind, component.distribution, component.name, component.group, component.target, component.location


def _claim(component: Component) -> tuple[str, str]:
    """What a component wants to be known as. An interface is the group it opens: two may have one name."""
    if component.group == INTERFACES_GROUP:
        return INTERFACES_GROUP, opened_group(component.name, component.target)
    return component.group, component.name


def _blocked_or_not(row: Row, choices: Sequence[Choice]) -> Row:
    if row.status not in BLOCKABLE or not (choices or row.reason or row.why):
        return row
    verdict = verdict_on(row.component.distribution, choices, is_local=row.component.is_local)
    if verdict.is_allowed:
        return row._replace(status="ok", reason="", why=verdict.why)
    return row._replace(status="blocked", reason=f"left out by {verdict.why}", why=verdict.why)


def _remains(distribution: Distribution) -> Row:
    """The row of a metadata folder in which there is no entry point any more."""
    component = Component(
        group="", name="", distribution=distribution.name, version=distribution.version, target="",
        location=distribution.location,
    )  # fmt: skip
    status: Status = "duplicate" if distribution.standing == "duplicate" else "stale"
    return Row(component, status, distribution.reason, distribution.location)


def components_of(distribution: Distribution, entries: Iterable[EntryPoint]) -> list[Component]:
    """Entry points as components of their distribution."""
    version, summary, licence = distribution.version, distribution.summary, distribution.licence
    return [
        Component(
            group=entry.group,
            name=entry.name,
            distribution=distribution.name,
            version=version,
            target=entry.target,
            summary=summary,
            licence=licence,
            location=distribution.location,
            extras=entry.extras,
        )
        for entry in entries
    ]


class _Refusal(NamedTuple):
    status: Status
    reason: str
    why: str


class _Groups:
    """Which groups there are, and who opens them."""

    def __init__(self, interfaces: Iterable[Row], first_party: Mapping[tuple[str, str], str]) -> None:
        self.open = set(CORE_GROUPS)
        self.closed: dict[str, str] = {}
        """Groups whose interface cannot be used, and why."""

        self.missing = {group: owner for (group, _), owner in first_party.items()}
        """Groups of the first party, most of which some distribution has to open."""

        for component, status, reason, _ in interfaces:
            group = opened_group(component.name, component.target)
            if status in USABLE:
                self.open.add(group)
            else:
                self.closed.setdefault(group, f"the group {group} is opened by {component.id}, {status}: {reason}")
        self._known = {*self.open, *self.closed, *self.missing}
        self._families = {group.partition(".")[0] for group in self._known}
        self._concern: dict[str, bool] = {}

    def concern(self, group: str) -> bool:
        """Whether a group is one of ours, or was meant to be."""
        if group not in self._concern:
            is_in_family = group.partition(".")[0] in self._families
            self._concern[group] = is_in_family or any(is_one_slip(group, known) for known in self._known)
        return self._concern[group]

    def refusal(self, group: str) -> _Refusal | None:
        """Why nothing can be offered in a group."""
        if group in self.open:
            return None
        first, api = api_of(group)
        if api > 1 and first in self._known:
            newer = f"implements version {api} of {first}; {first.partition('.')[0]} here knows version 1, so update it"
            return _Refusal("incompatible", newer, f"the group {group}")
        if group in self.closed:
            return _Refusal("unknown-group", self.closed[group], "the interface of that group")
        if group in self.missing:
            owner = self.missing[group]
            told = f"the group {group} is opened by {owner}, which is not installed: pip install {owner}"
            return _Refusal("unknown-group", told, "no interface opens that group")
        told = f"nothing installed opens the group {group}{did_you_mean(group, self._known)}"
        return _Refusal("unknown-group", told, "no interface opens that group")


class _Examination:
    """Looks at entry points one by one; what it finds out about a distribution it finds out once."""

    def __init__(self) -> None:
        self._modules = ModuleFiles()
        self._refusals: dict[str, _Refusal | None] = {}
        self._seen: set[tuple[str, str, str]] = set()

    def rows(self, distribution: Distribution, groups: _Groups | None = None) -> list[Row]:
        """The entry points as components, each with the first thing that is wrong with it.

        Those of interfaces where no ``groups`` are known yet, else all others that are meant for one.
        """
        concern = groups.concern if groups else INTERFACES_GROUP.__eq__
        entries = [entry for entry in distribution.entry_points if concern(entry.group)]
        if groups:
            entries = [entry for entry in entries if entry.group != INTERFACES_GROUP]
        if not entries:
            return []
        refusal = self._of_distribution(distribution)
        return [self._row(component, groups, refusal) for component in components_of(distribution, entries)]

    def _row(self, component: Component, groups: _Groups | None, refusal: _Refusal | None) -> Row:
        refusal = (
            refusal
            or (groups.refusal(component.group) if groups else None)
            or _misnamed(component)
            or _mistargeted(component)
            or self._repeated(component)
            or self._gone(component)
        )
        return Row(component, *refusal) if refusal else Row(component, "ok", "")

    def _of_distribution(self, distribution: Distribution) -> _Refusal | None:
        location = distribution.location
        if location not in self._refusals:
            self._refusals[location] = (
                _standing(distribution) or _reserved(distribution) or _incompatibility(distribution)
            )
        return self._refusals[location]

    def _repeated(self, component: Component) -> _Refusal | None:
        key = (component.location, component.group, component.name)
        if key in self._seen:
            told = f"{component.distribution} has another {component.name!r} in {component.group}, which counts"
            return _Refusal("duplicate", told, component.location)
        self._seen.add(key)
        return None

    def _gone(self, component: Component) -> _Refusal | None:
        module = component.target.partition(":")[0]
        if self._modules.exists(module):
            return None
        return _Refusal(
            "stale", f"there is no module {module}; install {component.distribution} again", component.location
        )


def _standing(distribution: Distribution) -> _Refusal | None:
    if distribution.standing == "ok":
        told = f"its folder holds no metadata; install {distribution.name} again"
        return None if distribution.has_header else _Refusal("stale", told, distribution.location)
    return _Refusal(distribution.standing, distribution.reason, distribution.location)


def _reserved(distribution: Distribution) -> _Refusal | None:
    """A user's own files go by that name in configs and records, and would be mixed up with it."""
    if distribution.name != LOCAL:
        return None
    told = f"{LOCAL!r} is what users' own files are called, and no distribution can be; only its author can rename it"
    return _Refusal("bad-name", told, "the name of the distribution")


def _incompatibility(distribution: Distribution) -> _Refusal | None:
    for line in distribution.requirements:
        requirement = requirement_on(line)
        if requirement and normalised(requirement[0]) == "det-core":
            reason = _unmet(requirement[1])
            if reason:
                return _Refusal("incompatible", reason, f"Requires-Dist: {line} in {distribution.location}")
    return None


def _unmet(clauses: str) -> str:
    try:
        fits = satisfies(detcore.__version__, clauses)
    except ValueError as error:
        return f"its requirement on det-core cannot be read: {error}"
    return "" if fits else f"needs det-core{clauses}, but this is {detcore.__version__}"


def _misnamed(entry: Component) -> _Refusal | None:
    if _is_good_name(entry.name):
        return None
    better = "-".join("".join(letter if letter.isalnum() else " " for letter in entry.name.lower()).split())
    example = f", such as {better!r}" if better and _is_good_name(better) else ""
    return _Refusal("bad-name", f"a name is lower-case words and digits joined by '-'{example}", "the form of the name")


def _is_good_name(name: str) -> bool:
    return name.isascii() and name == name.lower() and all(map(str.isalnum, name.split("-")))


def _mistargeted(entry: Component) -> _Refusal | None:
    module, colon, qualname = entry.target.partition(":")
    needs_class = entry.group not in GROUPS_WITHOUT_CONFIG or entry.group == INTERFACES_GROUP
    is_whole = _is_dotted(module) and (_is_dotted(qualname) if colon else not needs_class)
    if is_whole:
        return None
    form = "'module:Class'" if needs_class else "'module' or 'module:name'"
    return _Refusal("bad-target", f"must be {form}, not {entry.target!r}", "the form of the target")


def _is_dotted(text: str) -> bool:
    return all(map(str.isidentifier, text.split(".")))


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
