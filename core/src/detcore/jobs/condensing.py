"""Tables without what the config classes say by themselves."""

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

__all__ = ["condensed"]

Path = tuple[str | int, ...]


def condensed(table: Mapping[str, Any], config: object, *, wanted: Iterable[Path]) -> dict[str, Any]:
    """The table that ``config`` was read from, without values equal to their default.

    What lies at or below one of the ``wanted`` paths stays, and so does every ``type`` of what stays.
    """
    return _Condensation(wanted).table(table, config, ())


class _Condensation:
    def __init__(self, wanted: Iterable[Path]) -> None:
        self.wanted = {path[:length] for path in wanted for length in range(1, len(path) + 1)}

    def table(self, table: Mapping[str, Any], config: object, path: Path) -> dict[str, Any]:
        defaults = _defaults(type(config))
        kept: dict[str, Any] = {}
        for key, value in table.items():
            found = getattr(config, key, None)
            if key != "type" and (*path, key) not in self.wanted and key in defaults and defaults[key] == found:
                continue
            kept[key] = self.value(value, found, (*path, key))
        return kept

    def value(self, value: Any, config: object, path: Path) -> Any:
        if isinstance(value, Mapping) and attrs.has(type(config)):
            return self.table(value, config, path)
        if isinstance(value, list) and isinstance(config, tuple) and len(value) == len(config):
            return [
                self.value(item, part, (*path, index))
                for index, (item, part) in enumerate(zip(value, config, strict=True))
            ]
        return value


def _defaults(config_class: type) -> dict[str, Any]:
    """What each field of a config class is without being written."""
    if not attrs.has(config_class):
        return {}
    fields = [field for field in attrs.fields(config_class) if field.default is not attrs.NOTHING]
    return {field.alias or field.name: _default(field) for field in fields}


def _default(field: "attrs.Attribute[Any]") -> Any:
    default: Any = field.default
    return default.factory() if isinstance(default, attrs.Factory) else default  # type: ignore[arg-type]  # a class
