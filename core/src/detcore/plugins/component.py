"""One component that a distribution offers, as its metadata describes it."""

from typing import Literal, NamedTuple

from detcore.plugins.groups import kind_of

__all__ = ["REGISTERED", "Component", "Status"]

REGISTERED = "registered"
"""Location of components declared at run time."""

Status = Literal["ok", "shadowed", "ambiguous", "incompatible", "bad-name", "unknown-group", "stale"]
"""What became of an entry point.

``ok`` answers to its short name; ``shadowed`` and ``ambiguous`` only to ``distribution/name``, because another
distribution owns the short name, or claims it too; the others cannot be used.
"""


class Component(NamedTuple):
    """What is known of a component before its module is imported."""

    group: str
    name: str
    distribution: str
    version: str
    target: str
    """``"module:qualname"`` of the config class."""

    summary: str = ""
    """The distribution's own, in one line."""

    licence: str = ""
    location: str = ""
    """Where this was found: a metadata folder, or ``"registered"``."""

    @property
    def kind(self) -> str:
        """Last word of the group."""
        return kind_of(self.group)

    @property
    def id(self) -> str:
        """``distribution/name``: means the same whatever else is installed."""
        return f"{self.distribution}/{self.name}"

    @property
    def full_id(self) -> str:
        """``kind:distribution/name``, for places where the kind does not follow from the context."""
        return f"{self.kind}:{self.id}"
