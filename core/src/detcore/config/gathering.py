"""What comes to light while a config is read."""

from collections.abc import Mapping

from attrs import define, field

from detcore.config.nodes import Node, Path
from detcore.config.problems import Finding
from detcore.config.unknown_keys import UnknownKey, explained
from detcore.config.upgrading import Upgrade
from detcore.plugins import Component, Registry

__all__ = ["Gathered"]


@define(eq=False)
class Gathered:
    """Mistakes, and what is needed to explain them; grows as the reading goes on."""

    mistakes: list[Finding] = field(factory=list)
    unknown: list[UnknownKey] = field(factory=list)
    upgrades: list[Upgrade] = field(factory=list)
    tables: dict[Path, type] = field(factory=dict)
    """The config classes of all tables that were read."""

    def __len__(self) -> int:
        """How much is wrong."""
        return len(self.mistakes) + len(self.unknown)

    def findings(self, registry: Registry) -> list[Finding]:
        """Everything that is wrong."""
        return [*explained(self.unknown, self.tables, registry), *self.mistakes]

    def refuse(self, node: Node, path: Path, message: str, *, is_unknown_component: bool = False) -> None:
        """Record that a value is wrong."""
        self.mistakes.append(Finding(node.origin, path, message, is_unknown_component))

    def refuse_keys(
        self, strange: Mapping[str, Node], path: Path, known: tuple[str, ...], component: Component | None
    ) -> None:
        """Record that a table has keys which are none of the known ones."""
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
