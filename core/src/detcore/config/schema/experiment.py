"""One JSON Schema of every config that can be written with what is installed, for editors.

Draft 7, the newest that the language servers of both TOML and YAML understand. A schema sees one file at a time, and
a file may be a base or extend one; so no table has to be complete, except where nothing can be added to it: in a list.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from detcore.config.schema.tables import TableWriter
from detcore.config.sections import ExperimentConfig
from detcore.plugins import Component, Registry, installed_registry

__all__ = ["JsonSchema", "json_schema"]

NOTHING_UNUSABLE: Final[Mapping[Component, str]] = MappingProxyType({})

EXTENDS = {
    "description": "The file or files this one is laid over, relative to it; the last of several wins.",
    "type": ["string", "array"],
    "items": {"type": "string"},
}


class JsonSchema(NamedTuple):
    """A schema, and what it lacks."""

    schema: dict[str, Any]
    left_out: list[str]
    """One message for each installed component that could not be described."""


def json_schema(
    registry: Registry | None = None, *, unusable: Mapping[Component, str] = NOTHING_UNUSABLE
) -> JsonSchema:
    """The schema of an experiment's file; the same for the same installed distributions.

    ``unusable`` are components that are not to be imported here, and why.
    """
    writer = TableWriter(registry or installed_registry(), unusable)
    table = writer.table(ExperimentConfig)
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "An experiment of detcore",
        "type": "object",
        "properties": {"extends": EXTENDS, **table["properties"]},
        "additionalProperties": False,
        "$defs": writer.all_definitions(),
    }
    return JsonSchema(schema, writer.left_out)
