"""Tables without what the config classes say by themselves."""

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from detcore.config.structuring.fields import default_of, fields_of

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
        fields = fields_of(type(config))
        kept: dict[str, Any] = {}
        for key, value in table.items():
            field, is_wanted = fields.get(key), (*path, key) in self.wanted
            found = None if field is None else getattr(config, field.name)
            if field is None or is_wanted or default_of(field) != found:
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
