"""Entries of a choice that decide nothing, most often slips: each with the nearest right word."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from detcore.plugins.choices import ENVIRONMENT, Choice, first_match
from detcore.plugins.component import Row
from detcore.plugins.distribution import normalised
from detcore.plugins.enumerating import enumerated
from detcore.plugins.groups import kind_of
from detcore.plugins.suggestions import did_you_mean, is_one_slip, nearest_word

__all__ = ["Idle", "doubtful", "idle"]

Idle = tuple[tuple[str, str | int], str]
"""The key of an entry, with its position or its own key there, and a sentence."""

Owners = Mapping[tuple[str, str], str]
"""Of the names of the first party, by group and name."""


def idle(choice: Choice, rows: Sequence[Row], first_party: Owners) -> list[Idle]:
    """The entries that decide nothing, and have to: what ``deny`` names need not be there."""
    return [*_allowed(choice, rows), *_preferred(choice, rows, first_party)]


def doubtful(choice: Choice, rows: Sequence[Row], first_party: Owners) -> list[Idle]:
    """As :func:`idle`, of what may be meant for other machines: only what is near to something installed.

    That is what ``deny`` says, and whatever the environment does.
    """
    patterns = _idle_patterns(choice.deny, _distributions(rows), is_doubted=True)
    denied: list[Idle] = [(("deny", index), text) for index, text in patterns]
    if choice.source != ENVIRONMENT:
        return denied
    return [*denied, *_allowed(choice, rows, is_doubted=True), *_preferred(choice, rows, first_party, is_doubted=True)]


def _allowed(choice: Choice, rows: Sequence[Row], *, is_doubted: bool = False) -> Iterator[Idle]:
    for index, text in _idle_patterns(choice.allow, _distributions(rows), is_doubted=is_doubted):
        yield ("allow", index), text


def _preferred(choice: Choice, rows: Sequence[Row], first_party: Owners, *, is_doubted: bool = False) -> Iterator[Idle]:
    owners: dict[str, set[str]] = {}
    for component in (row.component for row in rows if row.component.name):
        owners.setdefault(f"{component.kind}.{component.name}", set()).add(component.distribution)
    fixed = {f"{kind_of(group)}.{name}": owner for (group, name), owner in first_party.items()}
    for key, text in _idle_preferences(choice.prefer, owners, fixed, is_doubted=is_doubted):
        yield ("prefer", key), text


def _distributions(rows: Iterable[Row]) -> set[str]:
    return {row.component.distribution for row in rows}


def _idle_patterns(
    patterns: Sequence[str], distributions: Collection[str], *, is_doubted: bool = False
) -> Iterator[tuple[int, str]]:
    """Position of, and a sentence about, each pattern that matches nothing installed: most often a slip.

    ``is_doubted``: it may be meant for another machine, so only what is near to something installed is told.
    """
    for index, pattern in enumerate(patterns):
        if not any(first_match(distribution, [pattern]) for distribution in distributions):
            near = _nearest_distribution(pattern, distributions)
            if near or not is_doubted:
                yield index, f"{pattern!r} matches no installed plugin{near}"


def _idle_preferences(
    prefer: Iterable[tuple[str, str]],
    owners: Mapping[str, Collection[str]],
    first_party: Mapping[str, str],
    *,
    is_doubted: bool = False,
) -> Iterator[tuple[str, str]]:
    """Key of, and a sentence about, each preference that decides nothing.

    ``owners`` are the distributions that offer each ``kind.name``; ``first_party`` those whose name it always is.
    ``is_doubted`` is as in :func:`_idle_patterns`.
    """
    for key, distribution in prefer:
        if key not in owners:
            near = did_you_mean(key, owners)
            if near or not is_doubted:
                yield key, f"no installed plugin offers {key!r}{near}"
        elif normalised(distribution) not in owners[key]:
            near = _nearest_distribution(distribution, owners[key])
            if near or not is_doubted:
                others = f"{enumerated(sorted(owners[key]))} {'does' if len(owners[key]) == 1 else 'do'}"
                yield key, f"{distribution!r} does not offer {key!r}; {others}"
        elif first_party.get(key, normalised(distribution)) != normalised(distribution):
            name = key.partition(".")[2]
            wanted = f"{normalised(distribution)}/{name}"
            yield key, f"{name!r} always means that of {first_party[key]}; write type = {wanted!r}"


def _nearest_distribution(pattern: str, distributions: Iterable[str]) -> str:
    """``"; did you mean …?"``, or nothing. What most names begin with makes none near, unless the slip is in it."""
    word, by_own_part = normalised(pattern.strip("*?")), {_own_part(each): each for each in distributions}
    one_slip_away = (each for each in by_own_part.values() if is_one_slip(word, each))
    near = next(one_slip_away, None) or by_own_part.get(nearest_word(_own_part(word), by_own_part) or "")
    return "" if near is None else f"; did you mean {near!r}?"


def _own_part(distribution: str) -> str:
    return distribution.removeprefix("det-plugin-").removeprefix("detcore-")
