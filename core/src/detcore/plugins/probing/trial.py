"""Tries one component out, in a process that has nothing else to do: what it finds out goes into a file."""

import faulthandler
import inspect
import os
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import attrs

import detcore.specs
from detcore.errors import DetcoreError, PluginError
from detcore.plugins.active_hooks import ActiveHooks
from detcore.plugins.component import Component, Row
from detcore.plugins.declarations import told_apart
from detcore.plugins.enumerating import enumerated
from detcore.plugins.groups import COMMANDS_GROUP, GROUPS_WITHOUT_CONFIG, HOOKS_GROUP, INTERFACES_GROUP, opened_group
from detcore.plugins.guard import (
    failure_of,
    failure_sentence,
    guarded,
    home_of,
    load_extension,
    load_object,
    without_trial,
)
from detcore.plugins.heavy_imports import HeavyImportWatch
from detcore.plugins.hooks import HOOK_NAMES
from detcore.plugins.missing_modules import MissingExtraError
from detcore.plugins.probing.report import Kind
from detcore.plugins.probing.request import STACK, WORK, Answers, Request
from detcore.plugins.probing.shared_state import changed_parts, shared_state
from detcore.plugins.registry import Registry
from detcore.specs import Command, ComponentConfig

__all__ = ["try_out"]

_NEED_DATA = ("detcore.datasets",)
"""Groups whose components are not built here, whatever their defaults are."""

_INTERFACES: dict[str, type] = {
    found.group: found
    for found in (getattr(detcore.specs, name) for name in dir(detcore.specs))
    if isinstance(found, type) and issubclass(found, ComponentConfig) and "group" in vars(found)
}
"""Config base classes by the groups of core."""

Loaded = TypeVar("Loaded")

_leave = os._exit
"""As it was before any plugin could put something else there."""


def try_out(request: Request) -> NoReturn:
    """Do it, and end the process: nothing that a plugin leaves to the end of one happens."""
    answers = Answers(request.folder)
    _keep_the_stack(request)
    sys.path[:] = request.path
    os.chdir(Path(request.folder, WORK))
    if request.stage == "config" and request.component.group not in GROUPS_WITHOUT_CONFIG:
        sys.meta_path.insert(0, HeavyImportWatch(partial(_give_up_light, answers)))
    try:
        with without_trial():
            _Trial(request, answers).run()
    except DetcoreError as error:
        _tell_error(answers, error, request.component)
    except BaseException as error:  # noqa: BLE001  # even KeyboardInterrupt is the plugin's: nobody else is here
        failure = failure_of(request.component, "being tried out", error)
        failure.__cause__ = error
        _tell_error(answers, failure, request.component)
    sys.stdout.flush()
    sys.stderr.flush()
    answers.tell(done=True)
    _leave(0)


def _keep_the_stack(request: Request) -> None:
    """Write down where the process is when it is killed, when its time is up, and when a plugin ends it."""
    stack = Path(request.folder, STACK).open("w", encoding="utf-8")  # noqa: SIM115  # open while the process lives
    faulthandler.enable(stack)
    faulthandler.dump_traceback_later(request.time_limit_s, exit=True, file=stack)

    def leave(status: int) -> NoReturn:
        faulthandler.dump_traceback(stack, all_threads=False)
        _leave(status)

    os._exit = leave


def _give_up_light(answers: Answers, module: str, place: str) -> NoReturn:
    """Loading it would take long, and others have done it: another process goes on."""
    answers.tell(heavy=module, place=place)
    _leave(0)


def _tell_error(answers: Answers, error: DetcoreError, component: Component) -> None:
    if isinstance(error, PluginError):
        text = str(error)
    else:
        text = failure_sentence(component, "being built from its defaults", f"{error}{home_of(component)}")
    answers.tell(error=text, status=_status(error))


def _status(error: DetcoreError) -> Kind:
    if isinstance(error.__cause__, SystemExit):
        return "exits"
    return "needs-extra" if isinstance(error, MissingExtraError) else "failed"


class _Trial:
    def __init__(self, request: Request, answers: Answers) -> None:
        self._component = request.component
        self._interface = request.interface
        self._is_complete = request.stage == "build"
        self._answers = answers

    def run(self) -> None:
        """As far as the component's kind allows."""
        group = self._component.group
        if group == INTERFACES_GROUP:
            self._refuse_wrong_interface(self._loaded(self._object))
        elif group == HOOKS_GROUP:
            hooks = self._loaded(self._activated)
            self._answers.tell(hooks=[name for name in HOOK_NAMES if hooks.implement(name)])
        elif group == COMMANDS_GROUP:
            self._refuse_wrong_command(self._loaded(self._extension))
        elif group in GROUPS_WITHOUT_CONFIG:
            self._refuse_no_function(self._loaded(self._extension))
        else:
            self._try_config(self._base())

    def _loaded(self, load: Callable[[], Loaded]) -> Loaded:
        """What is imported, and everything else that its import does."""
        before = shared_state()
        self._answers.tell(doing="being imported")
        start = time.perf_counter()
        found = load()
        self._answers.tell(import_ms=1000 * (time.perf_counter() - start), home=home_of(self._component))
        self._answers.tell(changed=changed_parts(before))
        return found

    def _object(self) -> object:
        return load_object(self._component)

    def _extension(self) -> object:
        return load_extension(self._component)

    def _activated(self) -> ActiveHooks:
        registry = self._registry()
        registry.activate(self._component.id)
        return registry.hooks

    def _registry(self) -> Registry:
        return Registry([Row(self._component, "ok", "")], first_party={})

    def _base(self) -> type:
        """What the config class has to be."""
        if self._interface is None:
            return _INTERFACES.get(self._component.group, ComponentConfig)
        base = load_object(self._interface)
        if not isinstance(base, type):
            raise PluginError(failure_sentence(self._interface, "being checked", f"found {base!r}, which is no class"))
        return base

    def _refuse_wrong_interface(self, found: object) -> None:
        if not isinstance(found, type) or not issubclass(found, ComponentConfig):
            base = told_apart(ComponentConfig, found)
            self._refuse(f"{self._component.target} must be a subclass of {base}, found {found!r}")
        wanted, group = opened_group(self._component.name, self._component.target), getattr(found, "group", None)
        if group != wanted:
            self._refuse(f"its group must be {wanted!r}, as its name says, not {group!r}")

    def _refuse_no_function(self, found: object) -> None:
        if not callable(found):
            self._refuse(f"found {found!r}, which is no function")

    def _refuse_wrong_command(self, found: object) -> None:
        if not isinstance(found, Command):
            self._refuse(f"{found!r} lacks a summary, add_arguments(parser) or run(arguments)")
        with guarded(self._component, "declaring its arguments"):
            found.add_arguments(ArgumentParser())

    def _try_config(self, base: type) -> None:
        config_class = self._loaded(lambda: self._registry().load(self._component, base))
        self._refuse_other_api(config_class, base)
        self._answers.tell(doing="being created from its defaults")
        if required := _required_settings(config_class):
            self._answers.tell(not_built=f"needs {enumerated(required)}")
            return
        with guarded(self._component, "being created from its defaults"):
            config = config_class()
        if self._component.group in _NEED_DATA:
            self._answers.tell(not_built="needs data")
        elif required := _required_arguments(config.build):
            self._answers.tell(not_built=f"needs {enumerated(required)}")
        elif self._is_complete:
            self._build(config)
        else:
            self._answers.tell(is_buildable=True)

    def _build(self, config: Any) -> None:
        self._answers.tell(doing="being built from its defaults")
        start = time.perf_counter()
        with guarded(self._component, "being built from its defaults"):
            config.build()
        self._answers.tell(build_ms=1000 * (time.perf_counter() - start))

    def _refuse_other_api(self, config_class: type, base: type) -> None:
        """Refuse a class that lacks what its interface asks for, or is built in another way."""
        missing = sorted(getattr(config_class, "__abstractmethods__", ()))
        if missing:
            self._refuse(f"{config_class.__name__} lacks {enumerated(missing)}, which {base.__name__} asks for")
        given = set(inspect.signature(getattr(base, "build", _nothing)).parameters) - {"self"}
        own = inspect.signature(getattr(config_class, "build", _nothing)).parameters
        takes_all = any(parameter.kind is parameter.VAR_KEYWORD for parameter in own.values())
        left = sorted(given - set(own)) if not takes_all else []
        if left:
            self._refuse(f"its build() does not take {enumerated(left)}, which {base.__name__} is built with")
        extra = sorted(set(_required(own.values())) - given - {"self"})
        if extra:
            self._refuse(f"its build() asks for {enumerated(extra)}, which nobody gives")

    def _refuse(self, cause: str) -> NoReturn:
        raise PluginError(failure_sentence(self._component, "being checked", f"{cause}{home_of(self._component)}"))


def _nothing(self: object) -> None:
    """The signature of a method that takes nothing."""


def _required_settings(config_class: type) -> list[str]:
    fields = attrs.fields(config_class)
    return [field.alias for field in fields if field.init and field.default is attrs.NOTHING]


def _required_arguments(build: Callable[..., object]) -> list[str]:
    return _required(inspect.signature(build).parameters.values())


def _required(parameters: Iterable[inspect.Parameter]) -> list[str]:
    optional = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    return [each.name for each in parameters if each.default is each.empty and each.kind not in optional]
