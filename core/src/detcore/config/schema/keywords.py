"""Turns of phrase in JSON Schema that the language servers of TOML and YAML both understand."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

__all__ = ["Schema", "and_references", "merged_types", "one_of_names", "reference_to", "shown_as"]

Schema = dict[str, Any]

_REFERENCE = r"\$\{.+\}"
"""A text with ``${path}`` in it, which may stand for any value."""

_FULL_NAME_OR_REFERENCE = r":|\$\{"
"""``kind:distribution/name``, which is always right and too long to offer."""


def reference_to(definition: str) -> Schema:
    """What another place defines."""
    return {"$ref": f"#/$defs/{definition}"}


def shown_as(offered: Iterable[Schema], checks: Mapping[str, Any]) -> Schema:
    """``checks`` decide; ``offered`` is what an editor completes from, and refuses nothing.

    The TOML server completes from every branch of an ``anyOf`` and never looks into an ``if``; but what is wrong
    inside an ``anyOf`` is told vaguely, and inside an ``if`` exactly. So both are written, the ``anyOf`` ending in
    ``true``.
    """
    return {"anyOf": [*offered, True], **checks}


def and_references(schema: Schema, notes: Schema) -> Schema:
    """The schema with its description and default, and with references allowed."""
    described = schema | notes
    if schema.keys() & {"enum", "const"} or ("anyOf" in schema and "type" not in schema):
        checks = {"if": {"type": "string", "pattern": _REFERENCE}, "else": schema}
        return {**notes, "x-taplo": {"docs": {"main": ""}}, **shown_as([described], checks)}
    if "type" not in schema or "string" in _types(schema):
        return described
    # The keywords of one type say nothing about another: the pattern is for texts only, the rest for all else.
    wanted = " or ".join(_types(schema))
    message = f"Must be of type {wanted}, or a reference such as ${{data.root}}."
    return described | {"type": [*_types(schema), "string"], "pattern": _REFERENCE, "patternErrorMessage": message}


def merged_types(members: Sequence[Schema]) -> Schema:
    """One of several: as a single schema where each keyword speaks about one of the types, else as alternatives."""
    types = [name for member in members for name in _types(member)]
    if len(members) > 1 and (len(set(types)) < len(types) or any(_is_more_than_its_type(member) for member in members)):
        return {"anyOf": list(members)}
    merged: Schema = {}
    for member in members:
        merged |= member
    return merged if len(members) == 1 else merged | {"type": types}


def one_of_names(names: Mapping[str, str]) -> Schema:
    """One of the names, each with its description; full names are accepted and not offered."""
    described = {
        "enum": list(names),
        "enumDescriptions": list(names.values()),
        "x-taplo": {"docs": {"enumValues": list(names.values())}},
    }
    return {
        "type": "string",
        **shown_as([described], {"if": {"pattern": _FULL_NAME_OR_REFERENCE}, "else": {"enum": list(names)}}),
    }


def _types(schema: Schema) -> list[str]:
    named = schema.get("type", [])
    return [named] if isinstance(named, str) else list(named)


def _is_more_than_its_type(schema: Schema) -> bool:
    return "type" not in schema or bool(schema.keys() & {"enum", "anyOf", "properties"})
