"""What there is to say of every entry point before short names are shared out."""

from collections.abc import Container, Iterable, Mapping

from detcore.plugins.component import Component, Row, Status
from detcore.plugins.distribution import Distribution
from detcore.plugins.entry_points import EntryPoint
from detcore.plugins.first_party import FIRST_PARTY
from detcore.plugins.groups import INTERFACES_GROUP
from detcore.plugins.module_files import ModuleFiles
from detcore.plugins.open_groups import OpenGroups
from detcore.plugins.refusals import Refusal, refusal_of_distribution, refusal_of_entry, refusal_of_repetition

__all__ = ["survey"]


def survey(
    distributions: Iterable[Distribution], *, first_party: Mapping[tuple[str, str], str] = FIRST_PARTY
) -> list[Row]:
    """A row for every entry point that is meant for detcore, in no order: "ok", or what is wrong with it.

    Meant for it are the groups of core, those that a plugin opens, and what is one slip away from one of these. Who of
    several gets a short name is decided by a :class:`~detcore.plugins.Registry`, which knows what users have chosen.
    """
    found = list(distributions)
    examination = _Examination()
    interfaces = [row for distribution in found for row in examination.rows(distribution)]
    groups = OpenGroups(interfaces, first_party)
    rows = [row for distribution in found for row in examination.rows(distribution, groups)]
    owners = {row.component.distribution for row in rows} | set(first_party.values())
    remains = [_remains(each) for each in found if not each.entry_points and _is_ours(each.name.lstrip("~"), owners)]
    return [*interfaces, *rows, *remains]


class _Examination:
    """Looks at entry points one by one."""

    def __init__(self) -> None:
        self._modules = ModuleFiles()

    def rows(self, distribution: Distribution, groups: OpenGroups | None = None) -> list[Row]:
        """The entry points as components, each with the first thing that is wrong with it.

        Those of interfaces where no ``groups`` are known yet, else all others that are meant for one.
        """
        concern = groups.concern if groups else INTERFACES_GROUP.__eq__
        entries = [entry for entry in distribution.entry_points if concern(entry.group)]
        if groups:
            entries = [entry for entry in entries if entry.group != INTERFACES_GROUP]
        if not entries:
            return []
        components, seen = _components_of(distribution, entries), set[tuple[str, str]]()
        if refusal := refusal_of_distribution(distribution):
            return [Row(component, *refusal) for component in components]
        return [self._row(component, groups, seen) for component in components]

    def _row(self, component: Component, groups: OpenGroups | None, seen: set[tuple[str, str]]) -> Row:
        refusal = (
            (groups.refusal(component.group) if groups else None)
            or refusal_of_entry(component)
            or refusal_of_repetition(component, seen)
            or self._gone(component)
        )
        return Row(component, *refusal) if refusal else Row(component, "ok", "")

    def _gone(self, component: Component) -> Refusal | None:
        module = component.target.partition(":")[0]
        if self._modules.exists(module):
            return None
        near = self._modules.nearest(module)
        way = f"did you mean {near!r}? Name that as its entry point, and install" if near else "install"
        told = f"there is no module {module}; {way} {component.distribution} again"
        return Refusal("stale", told, component.location)


def _components_of(distribution: Distribution, entries: Iterable[EntryPoint]) -> list[Component]:
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


def _is_ours(distribution: str, owners: Container[str]) -> bool:
    return distribution in owners or distribution.startswith(("det-plugin-", "detcore-"))


def _remains(distribution: Distribution) -> Row:
    """The row of a metadata folder in which there is no entry point any more."""
    component = Component(
        group="", name="", distribution=distribution.name, version=distribution.version, target="",
        location=distribution.location,
    )  # fmt: skip
    status: Status = "duplicate" if distribution.standing == "duplicate" else "stale"
    return Row(component, status, distribution.reason, distribution.location)
