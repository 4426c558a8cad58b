"""Settings of a Detectron2 config that remember where they were written, wherever their values are carried."""

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from detcore.errors import ConfigError

__all__ = ["Missing", "Setting", "Settings", "Source", "Tree", "joined"]


@frozen(kw_only=True, eq=False)
class Source:
    """One key of the config, as it stands there."""

    key: str
    value: Any
    file: str = ""
    """Empty: no file sets it; the value is Detectron2's default."""

    line: int = 0

    def refusal(self, message: str) -> ConfigError:
        """An error about this key."""
        place = f"{self.file}:{self.line}: " if self.file else ""
        return ConfigError(f"{place}{self.key}: {message}")


@frozen
class Setting:
    """A value for the experiment, with the keys it was made from.

    Put into a table of the experiment, it accounts for those keys. ``None`` is left out of the table, and accounts for
    them too.
    """

    value: Any
    sources: tuple[Source, ...]
    note: str = ""
    """What a reader of the report should know about it."""

    def becoming(self, value: Any, note: str = "") -> "Setting":
        """Another value, for the same reason."""
        return Setting(value, self.sources, note or self.note)

    @property
    def told(self) -> str:
        """The value and its keys, as an error names them."""
        return f"{self.value!r} ({', '.join(source.key for source in self.sources)})"

    def refusal(self, message: str) -> ConfigError:
        """An error about this value, at the first key it was made from."""
        return self.sources[0].refusal(message)


def joined(value: Any, *settings: Setting, note: str = "") -> Setting:
    """One value made from several settings."""
    sources = [source for setting in settings for source in setting.sources]
    return Setting(value, tuple(dict.fromkeys(sources)), note)


@frozen
class Missing:
    """Stands in a table for what no installed component can express."""

    what: str
    because: Setting
    owns: tuple[str, ...] = ()
    """Beginnings of the keys that describe the missing thing, and wait for it."""


Tree = Setting | Missing | Mapping[str, Any] | list[Any] | str | int | float | bool | None
"""A part of the experiment: tables and lists whose leaves are mostly settings; ``None`` is left out."""


class Settings:
    """Every setting of a config, or those below one key, by the rest of their keys."""

    def __init__(self, found: Mapping[str, Setting], prefix: str = "") -> None:
        self._found = found
        self._prefix = prefix

    def __getitem__(self, key: str) -> Setting:
        if key not in self:
            raise ConfigError(f"{self._prefix}{key} is needed, and is not there")
        return self._found[self._prefix + key]

    def __contains__(self, key: str) -> bool:
        return self._prefix + key in self._found

    def __iter__(self) -> Iterator[str]:
        return (key.removeprefix(self._prefix) for key in self._found if key.startswith(self._prefix))

    def get(self, key: str, default: Any) -> Setting:
        """The setting, or one with the default of the class that would have read it."""
        full = self._prefix + key
        return self._found.get(full) or Setting(default, (Source(key=full, value=default),))

    def under(self, key: str) -> "Settings":
        """The settings below a key."""
        return Settings(self._found, f"{self._prefix}{key}.")

    def owned(self) -> tuple[str, ...]:
        """The beginning that all these keys share, as :class:`Missing` takes it."""
        return (self._prefix,)
