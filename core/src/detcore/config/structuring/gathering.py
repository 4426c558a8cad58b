"""What comes to light while a config is read."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from detcore.config.text.nodes import Node, Path
from detcore.config.text.problems import Finding
from detcore.plugins import Component, Registry

if TYPE_CHECKING:
    from detcore.config.structuring.unknown_keys import UnknownKey
    from detcore.config.structuring.upgrading import Upgrade

__all__ = ["Gathered", "UnreadableError"]


class UnreadableError(Exception):
    """A value is wrong and there is nothing to put in its place; that has been recorded."""


class Gathered:
    """Mistakes, and what is needed to explain them; grows as the reading goes on."""

    def __init__(self) -> None:
        self.mistakes: list[Finding] = []
        self.unknown: list[UnknownKey] = []
        self.upgrades: list[Upgrade] = []
        self.tables: dict[Path, type] = {}
        """The config classes of all tables that were read."""

    def __len__(self) -> int:
        """How much is wrong."""
        return len(self.mistakes) + len(self.unknown)

    def findings(self, registry: Registry) -> list[Finding]:
        """Everything that is wrong."""
        if not self.unknown:
            return [*self.mistakes]
        from detcore.config.structuring.unknown_keys import explained  # only ever needed for a mistake

        return [*explained(self.unknown, self.tables, registry), *self.mistakes]

    def refuse(self, node: Node, path: Path, message: str, *, is_unknown_component: bool = False) -> None:
        """Record that a value is wrong."""
        self.mistakes.append(Finding(node.origin, path, message, is_unknown_component))

    def refuse_keys(
        self, strange: Mapping[str, Node], path: Path, known: tuple[str, ...], component: Component | None
    ) -> None:
        """Record that a table has keys which are none of the known ones."""
        from detcore.config.structuring.unknown_keys import UnknownKey  # only ever needed for a mistake

        self.unknown += [
            UnknownKey(node=entry, path=(*path, key), known=known, component=component)
            for key, entry in strange.items()
        ]

    def take_over(self, other: "Gathered") -> None:
        """Add everything that another reading brought."""
        self.mistakes += other.mistakes
        self.unknown += other.unknown
        self.upgrades += other.upgrades
        self.tables |= other.tables
