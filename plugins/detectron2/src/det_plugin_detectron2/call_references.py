"""Arguments that are told as ``${..another}``, as OmegaConf writes them: relative to the call they stand in."""

import re
from collections.abc import Mapping
from typing import Final

from attrs import evolve

from det_plugin_detectron2.settings import Source

__all__ = ["resolved"]

REFERENCE: Final = re.compile(r"\$\{(\.+)([\w.]+)\}")
"""One dot is the table around the argument, each further dot the table around that."""

MAX_STEPS: Final = 100
"""References to references, of which a circle has no end."""


def resolved(sources: Mapping[str, Source]) -> dict[str, Source]:
    """The same arguments with the values they refer to; what refers to no single value stays as it is written."""
    return {key: evolve(source, value=_value(source, sources)) for key, source in sources.items()}


def _value(source: Source, sources: Mapping[str, Source]) -> object:
    value, key = source.value, source.key
    for _ in range(MAX_STEPS):
        found = REFERENCE.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            return value
        key = ".".join([*key.split(".")[: -len(found[1])], found[2]])
        if key not in sources:
            return source.value
        value = sources[key].value
    raise source.refusal("refers to itself")
