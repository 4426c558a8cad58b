"""The hooks of the plugins that ``[plugins] hooks`` lists, called in the order of that list."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from detcore.plugins.component import Component

if TYPE_CHECKING:
    from detcore.plugins.implementations import Implementation

__all__ = ["ActiveHooks"]


class ActiveHooks:
    """What is to be called at the points of a run.

    Where no plugin is listed there is nothing in it, and pluggy is not imported. The loop over plugins is our own
    because pluggy's calls the last plugin first, and names none in what they raise.

    >>> ActiveHooks().implement("detcore_after_step")
    False
    """

    def __init__(self) -> None:
        self._by_name: dict[str, list[Implementation]] = {}
        self._plugins: list[object] = []

    def add(self, component: Component, plugin: object) -> None:
        """Activate a plugin, behind those that are active already; one of those is not called twice.

        Raises:
            PluginError: a function of it is marked as a hook and cannot be one.
        """
        from detcore.plugins.implementations import implementations  # with pluggy, which most runs do without

        if self.holds(plugin):  # two entry points may name one object
            return
        found = implementations(component, plugin)
        self._plugins.append(plugin)
        for implementation in found:
            self._by_name.setdefault(implementation.name, []).append(implementation)

    def holds(self, plugin: object) -> bool:
        """Whether a plugin has been activated."""
        return any(plugin is active for active in self._plugins)

    def implement(self, *names: str) -> bool:
        """Whether any plugin implements one of these hooks."""
        return any(name in self._by_name for name in names)

    def of(self, name: str) -> "Sequence[Implementation]":
        """The implementations of one hook, in the order in which they are to be called."""
        return self._by_name.get(name, ())

    def call(self, name: str, **arguments: object) -> None:
        """Call one hook of every plugin, for what it does.

        Raises:
            PluginError: one failed; those after it are not called.
        """
        for implementation in self.of(name):
            implementation(**arguments)
