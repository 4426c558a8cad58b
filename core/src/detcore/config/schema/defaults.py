"""What a setting is where nobody sets it, short enough to be put in by an editor."""

from typing import TYPE_CHECKING, Any

import attrs

from detcore.config.dumping import concise_value
from detcore.config.structuring.fields import default_of
from detcore.plugins import Registry

if TYPE_CHECKING:
    from attrs import Attribute

__all__ = ["default_keyword"]


def default_keyword(field: "Attribute[Any]", registry: Registry) -> dict[str, Any]:
    """``{"default": …}``; empty where there is none, it is computed, or it is a table with nothing to say."""
    default = default_of(field)
    if default is attrs.NOTHING or default is None:
        return {}
    value = concise_value(default, registry)
    return {} if value == {} else {"default": value}
