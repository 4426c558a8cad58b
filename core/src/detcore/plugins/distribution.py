"""One installed distribution, as its metadata describes it; the header is read when something of it is asked for."""

from collections.abc import Callable
from typing import Literal

from detcore.plugins.entry_points import EntryPoint

__all__ = ["Distribution", "Standing", "normalised"]

Standing = Literal["ok", "duplicate", "stale"]
"""Whether a metadata folder counts.

``duplicate``: another folder has the same name and counts instead. ``stale``: what an installer left behind.
"""


class Distribution:
    """A folder of metadata, or what another finder has in its place."""

    def __init__(
        self,
        *,
        name: str,
        version: str,
        entry_points: tuple[EntryPoint, ...],
        location: str,
        read: Callable[[str], str],
    ) -> None:
        """``name`` and ``version`` are what the folder's name says; ``read`` gives the text of a file in it.

        ``read("")`` is the text of the folder itself, where distutils has written a file instead. Empty where there is
        no such file.
        """
        self.name = name
        self.entry_points = entry_points
        self.location = location
        self.read = read
        self.standing: Standing = "ok"
        self.reason = ""
        """One sentence, empty where the distribution counts."""

        self._version = version
        self._fields: dict[str, list[str]] | None = None

    def judged(self, standing: Standing, reason: str) -> "Distribution":
        """The same, which does not count."""
        self.standing, self.reason = standing, reason
        return self

    @property
    def stated_name(self) -> str:
        """As the header writes it."""
        return self._first("name")

    @property
    def version(self) -> str:
        """As the header says it, or else the folder's name."""
        return self._first("version") or self._version

    @property
    def summary(self) -> str:
        """In one line."""
        return self._first("summary")

    @property
    def licence(self) -> str:
        """An SPDX expression, or whatever the distribution calls it, in one line."""
        return self._first("license-expression") or self._first("license")

    @property
    def requirements(self) -> tuple[str, ...]:
        """What it needs, as lines of ``Requires-Dist``."""
        stated = self._header().get("requires-dist", ())
        return tuple(stated) or _old_requirements(self.read("requires.txt") if self._is_egg else "")

    @property
    def has_header(self) -> bool:
        """Whether anything is said about it besides its entry points."""
        return bool(self._header())

    @property
    def _is_egg(self) -> bool:
        return self.location.lower().endswith(("egg-info", ".egg"))

    def _first(self, key: str) -> str:
        return self._header().get(key, [""])[0]

    def _header(self) -> dict[str, list[str]]:
        if self._fields is None:
            self._fields = _parsed_header(self.read("METADATA") or self.read("PKG-INFO") or self.read(""))
        return self._fields


def normalised(name: str) -> str:
    """A distribution's name as comparisons need it: ``Det_Plugin.X`` is ``det-plugin-x``."""
    return "-".join(part for part in name.lower().replace("_", "-").replace(".", "-").split("-") if part)


def _parsed_header(text: str) -> dict[str, list[str]]:
    """Up to the first empty line. One of spaces belongs to the field before it: texts of licences have them."""
    fields: dict[str, list[str]] = {}
    # Not splitlines(): a form feed, as the text of the GPL has them, ends no line of a header.
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if not line:
            break
        key, colon, value = line.partition(":")
        if colon and not line[0].isspace():  # an indented line continues the one before; none of ours has any
            fields.setdefault(key.lower(), []).append(value.strip())
    return fields


def _old_requirements(text: str) -> tuple[str, ...]:
    """The lines of ``requires.txt``, where setuptools writes what an ``egg-info`` needs, under ``[extra:marker]``."""
    marker, found = "", []
    for line in map(str.strip, text.splitlines()):
        if line.startswith("[") and line.endswith("]"):
            extra, _, condition = line[1:-1].partition(":")
            marker = " and ".join(filter(None, [condition, f'extra == "{extra}"' if extra else ""]))
        elif line and not line.startswith("#"):
            found.append(f"{line}; {marker}" if marker else line)
    return tuple(found)
