"""Tables read as a config class, without an experiment around them."""

from contextlib import suppress
from typing import Any

from detcore.config.structuring.gathering import UnreadableError
from detcore.config.structuring.structurer import Structurer
from detcore.config.text.nodes import Node, Origin
from detcore.config.text.reading import from_plain
from detcore.plugins import Registry

__all__ = ["mistakes_in", "read_table"]


def read_table(table: dict[str, Any], config_class: type, registry: Registry | None = None) -> Any:
    """The object that a good table stands for."""
    structurer = Structurer(registry or Registry())
    value = structurer.read(_placed(table), config_class, ("top",))
    assert structurer.findings == []
    return value


def mistakes_in(table: dict[str, Any], config_class: type, registry: Registry | None = None) -> list[str]:
    """Everything that is wrong with a table, as path and sentence."""
    structurer = Structurer(registry or Registry())
    with suppress(UnreadableError):
        structurer.read(_placed(table), config_class, ("top",))
    return [str(finding).removeprefix("config: ") for finding in structurer.findings]


def _placed(table: dict[str, Any]) -> Node:
    return from_plain(table, lambda _: Origin())
