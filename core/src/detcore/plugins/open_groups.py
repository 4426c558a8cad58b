"""Which groups of entry points there are, and who opens them."""

from collections.abc import Iterable, Mapping

from detcore.plugins.component import USABLE, Row
from detcore.plugins.groups import CORE_GROUPS, api_of, opened_group
from detcore.plugins.refusals import Refusal
from detcore.plugins.suggestions import did_you_mean, is_one_slip

__all__ = ["OpenGroups"]


class OpenGroups:
    """Those of core, those that a plugin opens, and what somebody may have meant by another."""

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

    def refusal(self, group: str) -> Refusal | None:
        """Why nothing can be offered in a group."""
        if group in self.open:
            return None
        first, api = api_of(group)
        if api > 1 and first in self._known:
            newer = f"implements version {api} of {first}; {first.partition('.')[0]} here knows version 1, so update it"
            return Refusal("incompatible", newer, f"the group {group}")
        if group in self.closed:
            return Refusal("unknown-group", self.closed[group], "the interface of that group")
        if group in self.missing:
            owner = self.missing[group]
            told = f"the group {group} is opened by {owner}, which is not installed: pip install {owner}"
            return Refusal("unknown-group", told, "no interface opens that group")
        told = f"nothing installed opens the group {group}{did_you_mean(group, self._known)}"
        return Refusal("unknown-group", told, "no interface opens that group")
