"""A component in a JSON Schema: a table whose ``type`` decides about its other keys."""

import re
from collections.abc import Iterable, Iterator, KeysView, Sequence

from attrs import frozen

from detcore.config.schema.keywords import Schema, one_of_names, reference_to, shown_as
from detcore.plugins import Component

__all__ = ["Alternative", "choice", "without_type"]


@frozen(kw_only=True)
class Alternative:
    """One component that a table may choose."""

    component: Component
    has_short_name: bool
    """Whether it answers to its name alone; where several claim one name, ``[plugins] prefer`` may make it so."""

    definition: str
    summary: str
    required: Sequence[str]


def choice(alternatives: Sequence[Alternative], untyped: Schema, *, is_complete: bool) -> Schema:
    """A table for one of these; ``untyped`` is what holds where there is no ``type``.

    ``is_complete``: no other file adds to the table, so whatever its component requires has to be in it.
    """
    by_names = list(_by_names(alternatives))
    cases = [_case(names, chosen, is_complete=is_complete) for names, chosen in by_names]
    offered = [_branch(names, each) for names, chosen in by_names for each in chosen]
    without = {"if": {"not": {"required": ["type"]}}, "then": untyped}
    return {
        "type": "object",
        "properties": {"type": one_of_names(_offered(alternatives))},
        **shown_as(offered, {"if": {"type": "object"}, "then": {"allOf": [*cases, without]}}),
    }


def without_type(definitions: dict[str, Schema]) -> Schema:
    """Part of a table whose ``type`` another file states.

    A key that only one component has tells which it is; a key that none has is told as such; and where all keys are
    shared, the table must fit one of those that share them.
    """
    keys = {name: definition["properties"].keys() for name, definition in definitions.items()}
    unique = {name: sorted(keys[name] - _of_others(keys, name)) for name in keys}
    telling = {name: _any_of_keys(own) for name, own in unique.items() if own}
    cases = [{"if": condition, "then": reference_to(name)} for name, condition in telling.items()]
    known = {"propertyNames": {"enum": sorted(set().union(*keys.values()))}}
    shared = {"if": known, "then": {"anyOf": [reference_to(name) for name in definitions]}, "else": known}
    if not telling:
        return shared
    return {"allOf": [*cases, {"if": {"not": {"anyOf": list(telling.values())}}, "then": shared}]}


def _of_others(keys: dict[str, KeysView[str]], name: str) -> set[str]:
    return set().union(*(others for other, others in keys.items() if other != name))


def _any_of_keys(keys: Sequence[str]) -> Schema:
    return {"anyOf": [{"required": [key]} for key in keys]}


def _offered(alternatives: Sequence[Alternative]) -> dict[str, str]:
    """Names and what they stand for, the short ones first."""
    short = {each.component.name: each.summary for each in alternatives if each.has_short_name}
    return short | {each.component.id: each.summary for each in alternatives}


def _by_names(alternatives: Sequence[Alternative]) -> Iterator[tuple[list[str], list[Alternative]]]:
    """Names that mean the same, and all that they may mean: more than one where distributions share a short name."""
    claims: dict[str, list[Alternative]] = {}
    for each in alternatives:
        if each.has_short_name:
            claims.setdefault(each.component.name, []).append(each)
    for each in alternatives:
        long_names = [each.component.id, each.component.full_id]
        is_alone = claims.get(each.component.name) == [each]
        yield ([each.component.name, *long_names] if is_alone else long_names), [each]
    yield from (([name], claimants) for name, claimants in claims.items() if len(claimants) > 1)


def _case(names: list[str], chosen: Sequence[Alternative], *, is_complete: bool) -> Schema:
    tables = [_table(each, is_complete=is_complete) for each in chosen]
    then = tables[0] if len(tables) == 1 else {"anyOf": tables}
    return {"if": {"properties": {"type": _any_of(names)}, "required": ["type"]}, "then": then}


def _branch(names: list[str], chosen: Alternative) -> Schema:
    """A table that an editor completes from, unless its ``type`` is another, which the TOML server does not look at."""
    other = {"if": {"required": ["type"]}, "then": {"properties": {"type": _any_of(names)}}}
    return {"allOf": [reference_to(chosen.definition)], **other}


def _any_of(names: Iterable[str]) -> Schema:
    """A pattern: an editor would offer the values of an ``enum``."""
    return {"pattern": f"^({'|'.join(map(_literal, names))})$"}


def _literal(text: str) -> str:
    return re.sub(r"[^\w/:-]", r"\\\g<0>", text)


def _table(chosen: Alternative, *, is_complete: bool) -> Schema:
    table = reference_to(chosen.definition)
    return {"allOf": [table, {"required": list(chosen.required)}]} if is_complete and chosen.required else table
