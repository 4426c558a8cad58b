"""Components, built so that what fails is named: its plugin, and its place in the config."""

from collections.abc import Iterator
from contextlib import contextmanager
from traceback import walk_tb
from typing import ParamSpec, Protocol, TypeVar

from detcore.config import ExperimentConfig, path_of
from detcore.errors import DetcoreError, UnknownComponentError
from detcore.plugins import Component, Registry, guarded
from detcore.specs import ComponentConfig

__all__ = ["Buildable", "built", "failing_part_named"]

P = ParamSpec("P")
T_co = TypeVar("T_co", covariant=True)


class Buildable(Protocol[P, T_co]):
    """A component's config, whatever its ``build`` asks for."""

    def build(self, *args: P.args, **kwargs: P.kwargs) -> T_co:
        """The component."""


def built(registry: Registry, config: Buildable[P, T_co], *args: P.args, **kwargs: P.kwargs) -> T_co:
    """``config.build(…)``.

    Raises:
        PluginError: it raised something that is not ours; names the component that did, which may be a part of this
            one, and the line.
    """
    try:
        return config.build(*args, **kwargs)
    except (DetcoreError, KeyboardInterrupt):
        raise
    except BaseException as error:
        component = _component_of(_failing_part(error) or config, registry)
        if component is None:
            raise
        with guarded(component, f"building {component.full_id}"):
            raise


@contextmanager
def failing_part_named(experiment: ExperimentConfig) -> Iterator[None]:
    """Put the config's path of a part that fails while it is built in front of the error's message."""
    try:
        yield
    except DetcoreError as error:
        part = _failing_part(error) or _failing_part(error.__cause__)
        path = path_of(part, experiment) if part is not None else None
        if path and not error.part:
            error.part = path
            error.args = (f"{'.'.join(map(str, path))}: {error}",)
        raise


def _failing_part(error: BaseException | None) -> ComponentConfig | None:
    """The config in whose ``build`` an error was raised; the innermost, where one builds another."""
    frames = [frame for frame, _ in walk_tb(error.__traceback__)] if error is not None else []
    for frame in reversed(frames):
        owner = frame.f_locals.get("self")
        if frame.f_code.co_name == "build" and isinstance(owner, ComponentConfig):
            return owner
    return None


def _component_of(config: object, registry: Registry) -> Component | None:
    """``None`` for a class that nobody declared: there is no plugin to name."""
    try:
        return registry.component_of(type(config))
    except UnknownComponentError:
        return None
