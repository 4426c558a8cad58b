"""Defaults that could be changed, in config objects that must not."""

from collections.abc import Collection

import attrs

from detcore.specs import frozen_value

__all__ = ["freeze_defaults"]

_MUTABLE = (dict, list, set)


def freeze_defaults(config: object, given: Collection[str] = ()) -> None:
    """Replace the dicts, lists and sets that a class has for defaults by equal values that can be hashed.

    ``given`` are the settings that were read, which are frozen already.
    """
    config_class = type(config)
    for field in attrs.fields(config_class) if attrs.has(config_class) else ():
        if field.name in given or field.alias in given:
            continue
        value = getattr(config, field.name)
        if isinstance(value, _MUTABLE):
            object.__setattr__(config, field.name, frozen_value(value))
        for part in value if isinstance(value, tuple) else (value,):
            freeze_defaults(part)
