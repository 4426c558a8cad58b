"""The hooks that a plugin object implements, refused where they could never be called as they are written."""

import inspect
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from attrs import frozen

from detcore.errors import DetcoreError, PluginError
from detcore.plugins.component import Component
from detcore.plugins.groups import HOOKS_GROUP
from detcore.plugins.guard import guarded
from detcore.plugins.hooks import HOOK_NAMES, HookSpecifications, new_plugin_manager
from detcore.plugins.suggestions import did_you_mean

__all__ = ["Implementation", "implementations", "offers_hooks", "registered_as"]

_ORDERING = ("hookwrapper", "wrapper", "tryfirst", "trylast")
"""Options of pluggy's marker that would call hooks in another order than the user's."""

_ITERATED = ("detcore_check_config",)
"""Hooks that may be generators."""


@frozen
class Implementation:
    """One hook of one plugin."""

    component: Component
    name: str
    function: Callable[..., Any]
    wanted: frozenset[str]
    """The arguments it takes."""

    @property
    def place(self) -> str:
        """Distribution, version, hook and line, to begin a sentence with."""
        return _place(self.component, self.name, self.function)

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """A block in which the plugin's own errors become one that names it, its hook and the line.

        Errors of ours stay what they are, with the plugin, the hook and its line in front.
        """
        with guarded(self.component, f"running its hook {self.name}"):
            try:
                yield
            except PluginError:
                raise  # names a plugin: this one, or another that this one made use of
            except DetcoreError as error:
                if not str(error).startswith(self.place):  # a block may be inside another
                    error.args = (f"{self.place}: {error}",)
                raise

    def __call__(self, **arguments: object) -> Any:
        """What the plugin returns.

        Raises:
            PluginError: it raised something that is not ours; names the plugin, the hook and the line.
            DetcoreError: it raised one of ours; the same names stand in front.
        """
        with self.guarded():
            return self.function(**{name: arguments[name] for name in self.wanted})


def implementations(component: Component, plugin: object) -> list[Implementation]:
    """The hooks of a plugin.

    Raises:
        PluginError: one has a name that is no hook's, or asks for what its hook does not give.
    """
    found = []
    for name, function, options in _functions(plugin):
        place = _place(component, name, function)
        if options is None:
            _refuse_unmarked(place, function)
        else:
            found.append(_implementation(component, options.get("specname") or name, function, options, place))
    return found


def offers_hooks(component: Component, plugin: object) -> bool:
    """Whether a plugin implements more hooks than the one for components, so that ``[plugins] hooks`` can list it.

    Raises:
        PluginError: a function of it is marked as a hook and cannot be one.
    """
    return any(each.name != "detcore_components" for each in implementations(component, plugin))


def registered_as(plugin: object, distribution: str, version: str, *, location: str) -> Component:
    """An object as ``[plugins] hooks`` can list it: under the name of its module or class."""
    owner = plugin if isinstance(plugin, ModuleType) else type(plugin)
    name = owner.__name__.rpartition(".")[2]
    target = name if isinstance(plugin, ModuleType) else f"{owner.__module__}:{owner.__qualname__}"
    return Component(HOOKS_GROUP, _as_words(name), distribution, version, target, location=location)


def _as_words(name: str) -> str:
    """A Python name as ids are written: ``MyHooks`` and ``my_hooks`` are ``my-hooks``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name.replace("_", "-")).lower().strip("-")


def _functions(plugin: object) -> Iterator[tuple[str, Callable[..., Any], dict[str, Any] | None]]:
    """Functions that are hooks, or look like hooks, with the options of their marker."""
    manager = new_plugin_manager()
    for name in dir(plugin):
        options = manager.parse_hookimpl_opts(plugin, name)
        if options is not None or name in HOOK_NAMES:
            yield name, getattr(plugin, name), None if options is None else dict(options)


def _refuse_unmarked(place: str, found: object) -> None:
    if not inspect.isroutine(found):
        raise PluginError(f"{place} is named like a hook and must be a function or a method, not {found!r}")
    raise PluginError(f"{place} is named like a hook and would never be called: mark it with detcore.plugins.hookimpl")


def _implementation(
    component: Component, hook: str, function: Callable[..., Any], options: dict[str, Any], place: str
) -> Implementation:
    if hook not in HOOK_NAMES:
        raise PluginError(f"{place} implements no hook of detcore{did_you_mean(hook, HOOK_NAMES) or _all_hooks()}")
    if ordering := [option for option in _ORDERING if options.get(option)]:
        raise PluginError(f"{place} must not be marked {ordering[0]}: the order of hooks is that of [plugins] hooks")
    _refuse_unfinished(hook, function, place)
    return Implementation(component, hook, function, _wanted(hook, function, place))


def _refuse_unfinished(hook: str, function: Callable[..., Any], place: str) -> None:
    """Refuse a function whose call only makes something that nobody would run."""
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        raise PluginError(f"{place} is asynchronous, and nobody would wait for it: write def in place of async def")
    if inspect.isgeneratorfunction(function) and hook not in _ITERATED:
        raise PluginError(f"{place} contains yield, and what it yields is not asked for: its lines would never run")


def _wanted(hook: str, function: Callable[..., Any], place: str) -> frozenset[str]:
    given = list(inspect.signature(getattr(HookSpecifications, hook)).parameters)[1:]
    wanted = set()
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.VAR_POSITIONAL):
            raise PluginError(f"{place} takes {str(parameter).split(':')[0]} by position; hooks are called by keyword")
        if parameter.kind is parameter.VAR_KEYWORD:
            wanted |= set(given)
        elif name in given:
            wanted.add(name)
        elif parameter.default is parameter.empty:
            offer = did_you_mean(name, given) or f"; it may ask for {', '.join(given) or 'nothing'}"
            raise PluginError(f"{place} asks for {name!r}, which this hook is not given{offer}")
    return frozenset(wanted)


def _all_hooks() -> str:
    return f"; there is {', '.join(HOOK_NAMES)}"


def _place(component: Component, name: str, function: Callable[..., Any]) -> str:
    code = getattr(inspect.unwrap(function), "__code__", None)  # only what is written in Python has one
    line = f" ({code.co_filename}:{code.co_firstlineno})" if code is not None else ""
    return f"{component.distribution} {component.version}".strip() + f": {name}{line}"
