"""What a config class says of its settings together, although one of them is wrong already."""

from collections.abc import Collection, Mapping
from typing import Any

import attrs

from detcore.config.structuring.fields import default_of

__all__ = ["own_mistake"]


class _DoubtfulError(Exception):
    """A class looked at a setting that is known to be wrong; what it would say of it is worth nothing."""


def own_mistake(config_class: type, values: Mapping[str, Any], doubtful: Collection[str]) -> Exception | None:
    """What ``__attrs_post_init__`` raises before it looks at a ``doubtful`` field; ``None`` where it does not."""
    if not hasattr(config_class, "__attrs_post_init__"):
        return None
    try:
        _filled(_wary_of(doubtful, config_class), values).__attrs_post_init__()
    except (ValueError, TypeError) as error:
        return error
    except Exception:  # noqa: BLE001  # it looked at something doubtful, or is broken, which a right config will show
        return None
    return None


def _wary_of(doubtful: Collection[str], config_class: type) -> type:
    """The class, but looking at a doubtful field raises."""

    def look(self: object, name: str) -> object:
        if name in doubtful:
            raise _DoubtfulError(name)
        return object.__getattribute__(self, name)

    return type(config_class.__name__, (config_class,), {"__slots__": (), "__getattribute__": look})


def _filled(config_class: Any, values: Mapping[str, Any]) -> Any:
    """An instance with its fields set as they are: no validator runs."""
    instance = object.__new__(config_class)
    for field in attrs.fields(config_class):
        key = field.alias or field.name
        object.__setattr__(instance, field.name, values[key] if key in values else default_of(field, instance))
    return instance
