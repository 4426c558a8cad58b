"""One component that a distribution offers, as its metadata describes it."""

from typing import Literal, NamedTuple

from detcore.plugins.groups import api_of, kind_of

__all__ = ["LOCAL", "PROBLEMS", "REGISTERED", "USABLE", "Component", "Row", "Status", "answers_to"]

LOCAL = "local"
"""Distribution name of components declared at run time; nothing that is installed may have it."""

REGISTERED = "registered"
"""Location of components declared at run time."""

Status = Literal[
    "ok",
    "shadowed",
    "ambiguous",
    "blocked",
    "inactive",
    "incompatible",
    "stale",
    "duplicate",
    "unknown-group",
    "bad-name",
    "bad-target",
]
"""What became of an entry point.

``ok`` answers to its short name; ``shadowed`` and ``ambiguous`` only to ``distribution/name``, because another
distribution owns the short name, or claims it too; the others cannot be used. ``blocked`` is what the user wants;
``inactive``, told where a config is known, a hook plugin that it does not list; all others from ``incompatible`` on are
mistakes of whoever packaged or installed it.
"""

USABLE: tuple[Status, ...] = ("ok", "shadowed", "ambiguous")

PROBLEMS: tuple[Status, ...] = (
    "shadowed", "ambiguous", "incompatible", "stale", "duplicate", "unknown-group", "bad-name", "bad-target"
)  # fmt: skip
"""What somebody should put right."""


class Component(NamedTuple):
    """What is known of a component before its module is imported."""

    group: str
    """Empty, as is the name, where a metadata folder offers nothing and that itself is the news."""

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

    extras: tuple[str, ...] = ()
    """Extras of the distribution that it needs."""

    @property
    def kind(self) -> str:
        """Last word of the group."""
        return kind_of(self.group)

    @property
    def is_local(self) -> bool:
        """Whether a user's own file or notebook declared it: what is installed under that name did not."""
        return self.distribution == LOCAL and self.location == REGISTERED

    @property
    def api(self) -> int:
        """Which version of its interface it implements, as the group says."""
        return api_of(self.group)[1]

    @property
    def id(self) -> str:
        """``distribution/name``: means the same whatever else is installed."""
        return f"{self.distribution}/{self.name}" if self.name else self.distribution

    @property
    def full_id(self) -> str:
        """``kind:distribution/name``, for places where the kind does not follow from the context."""
        return f"{self.kind}:{self.id}" if self.kind else self.id


class Row(NamedTuple):
    """One line of ``detcore plugins list``."""

    component: Component
    status: Status
    reason: str
    """One sentence, empty for ``ok``."""

    why: str = ""
    """What decided about the status."""


def answers_to(row: Row, name: str) -> bool:
    """Whether ``name`` or ``distribution/name`` stands for what a row is about, as far as its status lets it."""
    return name == row.component.id or (name == row.component.name and row.status == "ok")
