"""Components, built so that a plugin whose ``build`` fails is named."""

from contextlib import nullcontext
from typing import ParamSpec, Protocol, TypeVar

from detcore.errors import UnknownComponentError
from detcore.plugins import Component, Registry, guarded

__all__ = ["Buildable", "built"]

P = ParamSpec("P")
T_co = TypeVar("T_co", covariant=True)


class Buildable(Protocol[P, T_co]):
    """A component's config, whatever its ``build`` asks for."""

    def build(self, *args: P.args, **kwargs: P.kwargs) -> T_co:
        """The component."""


def built(registry: Registry, config: Buildable[P, T_co], *args: P.args, **kwargs: P.kwargs) -> T_co:
    """``config.build(…)``.

    Raises:
        PluginError: it raised something that is not ours; names the component and the line.
    """
    component = _component_of(config, registry)
    with guarded(component, f"building {component.full_id}") if component is not None else nullcontext():
        return config.build(*args, **kwargs)


def _component_of(config: object, registry: Registry) -> Component | None:
    """``None`` for a class that nobody declared: there is no plugin to name."""
    try:
        return registry.component_of(type(config))
    except UnknownComponentError:
        return None
