"""What to say about a name that stands for no component: what is wrong with it, and the next step."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from detcore.plugins.component import LOCAL, USABLE, Component, Row
from detcore.plugins.enumerating import enumerated
from detcore.plugins.groups import HOOKS_GROUP, kind_of
from detcore.plugins.recorded import told_of_recorded
from detcore.plugins.remedies import GIVE_FILE
from detcore.plugins.suggestions import did_you_mean, nearest_word

__all__ = ["told_of_unknown"]


def told_of_unknown(
    group: str,
    name: str,
    rows: Sequence[Row],
    first_party: Mapping[tuple[str, str], str],
    *,
    records: Sequence[Path] = (),
) -> str:
    """The message for a name that nothing in a group answers to; ``records`` say what else it has meant."""
    return _Unknown(group, rows, first_party, records).told(name)


class _Unknown:
    def __init__(
        self,
        group: str,
        rows: Sequence[Row],
        first_party: Mapping[tuple[str, str], str],
        records: Sequence[Path],
    ) -> None:
        self.group = group
        self.kind = kind_of(group)
        self.rows = rows
        self.here = [row for row in rows if row.component.group == group]
        self.first_party = first_party
        self.records = records

    def told(self, text: str) -> str:
        kind, _, name = text.rpartition(":")
        if kind not in ("", self.group, self.kind):
            return self._of_another_kind(kind, name)
        here = [row for row in self.here if name in (row.component.name, row.component.id)]
        if name.startswith(f"{LOCAL}/"):  # never means what is installed under that name
            here = [row for row in here if row.component.is_local]
        if ambiguous := [row.component for row in here if row.status == "ambiguous"]:
            return _ambiguity(name, ambiguous)
        if here:
            return f"{here[0].component.id} cannot be used: {here[0].reason}"
        return f"no {name!r} among {self.kind}" + (
            told_of_recorded(self.group, name, self.records, self.rows)
            or _lost_file(name)
            or self._elsewhere(name)
            or self._to_install(name)
            or self._nearest(name)
            or f"{_offer(self._names())}{self._own_file(name)}"
        )

    def _of_another_kind(self, kind: str, name: str) -> str:
        kinds = {row.component.kind for row in self.rows} | {row.component.group for row in self.rows}
        if kind in kinds or nearest_word(kind, [self.kind, self.group]) is None:
            return f"{kind}:{name} is one of the {kind}, but here one of the {self.kind} is wanted"
        wanted = f"{self.kind}:{nearest_word(name, self._words()) or name}"
        return f"there is no kind {kind!r} of components; did you mean {wanted!r}?"

    def _names(self) -> list[str]:
        return sorted(row.component.name for row in self.here if row.status == "ok")

    def _words(self) -> list[str]:
        return [*self._names(), *(row.component.id for row in self.here if row.status in USABLE)]

    def _elsewhere(self, name: str) -> str:
        """Where else the very name is found, or what is wrong with the only one that has it."""
        namesakes = [row for row in self.rows if name in (row.component.name, row.component.id)]
        kinds = sorted({row.component.kind for row in namesakes if row.status in USABLE})
        if kinds:
            return f"; it is found among {enumerated(kinds)}"
        return f": {namesakes[0].component.full_id} cannot be used: {namesakes[0].reason}" if namesakes else ""

    def _to_install(self, name: str) -> str:
        distribution, _, short = name.rpartition("/")
        owner = self.first_party.get((self.group, short))
        if owner is None or owner in self._installed() or distribution not in ("", owner):
            return ""
        return f" is installed; it comes with {owner}: pip install {owner}"

    def _nearest(self, name: str) -> str:
        if near := did_you_mean(name, self._words()):
            return near
        absent = {
            short: owner
            for (group, short), owner in self.first_party.items()
            if group == self.group and owner not in self._installed()
        }
        short = nearest_word(name, absent)
        return (
            f"; did you mean {short!r}, which comes with {absent[short]}: pip install {absent[short]}" if short else ""
        )

    def _own_file(self, name: str) -> str:
        """The first hooks that a user lists are most often those of a file."""
        if self.group != HOOKS_GROUP or "/" in name:
            return ""
        return f"; a file of one's own, such as {name.replace('-', '_')}.py, is given with --local FILE"

    def _installed(self) -> set[str]:
        return {"det-core"} | {row.component.distribution for row in self.rows}


def _ambiguity(name: str, claimants: Iterable[Component]) -> str:
    claimants = list(claimants)
    owners = enumerated(component.id for component in claimants)
    first = claimants[0]
    return (
        f"{name!r} is offered by {owners}; write one of these in full, "
        f'or under [plugins]: prefer = {{ "{first.kind}.{name}" = "{first.distribution}" }}'
    )


def _offer(names: Sequence[str]) -> str:
    return f"; there is {', '.join(map(repr, names))}" if names else "; nothing installed offers any"


def _lost_file(name: str) -> str:
    if not name.startswith(f"{LOCAL}/"):
        return ""
    return f"; it came from a user's own file: {GIVE_FILE}"
