"""What an operator is, and the two ways in which it breaks a component."""

from collections.abc import Callable, Mapping
from typing import Any

import attrs
from attrs import frozen

from detcore.specs import ComponentConfig

__all__ = ["Method", "Operator", "built_as", "declaring", "overriding"]

Method = Callable[..., Any]
"""Of a mutant: called with itself, the healthy method and the arguments."""


@frozen
class Operator:
    """One way to be wrong."""

    name: str
    caught_by: str
    """The check that has to notice."""

    kinds: tuple[str, ...]
    """Those it fits."""

    change: Callable[[Any], Any]
    """From a healthy config to that of a mutant."""


def built_as(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Configs whose component is changed after it is built."""

    def mutate(config: Any) -> Any:
        healthy = type(config)

        def build(self: Any, **arguments: Any) -> Any:
            return change(healthy.build(self, **arguments))

        return _derived(config, {"build": build})

    return mutate


def declaring(**members: Any) -> Callable[[Any], Any]:
    """Configs that say something else."""
    return lambda config: _derived(config, members)


def overriding(**methods: Method) -> Callable[[Any], Any]:
    """Configs whose component does something else; what each method did comes as its second argument."""

    def change(component: Any) -> Any:
        healthy = type(component)
        members = {name: _wrapping(getattr(healthy, name), method) for name, method in methods.items()}
        # Not by an assignment, which a frozen value refuses.
        object.__setattr__(component, "__class__", type(f"Mutant{healthy.__name__}", (healthy,), members))
        return component

    return built_as(change)


def _wrapping(original: Any, method: Method) -> Any:
    if isinstance(original, property):
        getter = original.fget
        return property(lambda self: method(self, getter))

    def wrapped(self: Any, *arguments: Any, **named: Any) -> Any:
        return method(self, original, *arguments, **named)

    return wrapped


def _derived(config: ComponentConfig, members: Mapping[str, Any]) -> ComponentConfig:
    healthy = type(config)
    mutant = type(f"Mutant{healthy.__name__}", (healthy,), dict(members))
    settings = {field.alias: getattr(config, field.name) for field in attrs.fields(healthy) if field.init}
    made: ComponentConfig = mutant(**settings)
    return made
