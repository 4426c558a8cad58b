"""What plugins hand over, looked at before anything relies on it: config classes, and tables of them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from detcore.plugins.component import Component
from detcore.plugins.guard import guarded

if TYPE_CHECKING:
    import pluggy

__all__ = ["check_class", "declared_by", "told_apart"]


def declared_by(plugin: object, manager: "pluggy.PluginManager", component: Component) -> dict[str, type]:
    """What the plugin's ``detcore_components`` returns.

    Raises:
        PluginError: it fails, or returns something else than config classes by name.
    """
    declared: dict[str, type] = {}
    with guarded(component, "declaring its components"):
        for implementation in manager.hook.detcore_components.get_hookimpls():
            if implementation.plugin is plugin:
                found = implementation.function()
                _check_declared(found)
                declared.update(cast(Mapping[str, type], found))
    return declared


def _check_declared(found: object) -> None:
    if not isinstance(found, Mapping):
        raise TypeError(f"detcore_components must return a mapping of names to config classes, found {found!r:.80}")
    for name, config_class in found.items():
        if not isinstance(name, str) or not isinstance(config_class, type):
            raise TypeError(
                "detcore_components must return config classes by their names, "
                f"found {name!r:.60}: {config_class!r:.60}"
            )


def told_apart(base: type, found: object) -> str:
    """The base class's name, with its module where what was found is called the same."""
    is_namesake = getattr(found, "__name__", "") == base.__name__
    return f"{base.__module__}.{base.__qualname__}" if is_namesake else base.__name__


def check_class(found: object, component: Component, base: type) -> None:
    """Let what an entry point names be a config class of its group.

    Raises:
        TypeError: it is something else.
    """
    if not isinstance(found, type) or not issubclass(found, base):
        raise TypeError(f"{component.target} must be a subclass of {told_apart(base, found)}, found {found!r}")
    group = getattr(found, "group", component.group)
    if group != component.group:
        raise TypeError(f"{component.target} belongs in the group {group}, not in {component.group}")
