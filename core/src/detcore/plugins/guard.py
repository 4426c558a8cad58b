"""One broken plugin never stops another: its code runs behind a guard that names it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module

from detcore.errors import DetcoreError, PluginError
from detcore.plugins.component import REGISTERED, Component
from detcore.plugins.groups import HOOKS_GROUP

__all__ = ["guarded", "hook_plugin", "load_extension", "load_object"]


@contextmanager
def guarded(component: Component, doing: str) -> Iterator[None]:
    """Turn whatever a plugin raises (``SystemExit`` included) into a :class:`PluginError`.

    Our own errors pass: a plugin raises them to speak to the user. ``doing`` completes "failed while …".
    """
    try:
        yield
    except DetcoreError:
        raise
    except (Exception, SystemExit) as error:
        raise PluginError(_message(component, doing, error)) from error


def load_object(component: Component) -> object:
    """The object an entry point names."""
    module, _, qualname = component.target.partition(":")
    with guarded(component, "being imported"):
        found: object = import_module(module)
        for attribute in qualname.split(".") if qualname else []:
            found = getattr(found, attribute)
    return found


def load_extension(component: Component) -> object:
    """What an entry point without a config class names, such as a command: an object, or an instance of its class."""
    found = load_object(component)
    if not isinstance(found, type):
        return found
    with guarded(component, "being created"):
        return found()


@cache
def hook_plugin(component: Component) -> object:
    """The object whose methods are hooks; of a class, one instance for the whole process.

    A run's config is read more than once, and what a plugin remembers between hooks must not be lost in between.
    """
    return load_extension(component)


def _message(component: Component, doing: str, error: BaseException) -> str:
    cause = f"{type(error).__name__}: {error}".removesuffix(": ").splitlines()
    return (
        f"{component.distribution} {component.version or '(no version)'} failed while {doing}: "
        f"{cause[0] if cause else ''}{_place(error)}. {_origin(component)}"
    )


def _origin(component: Component) -> str:
    """Where the plugin comes from, and the way to do without it."""
    hookless = f"take {component.name!r} off hooks under [plugins]"
    if component.location == REGISTERED:
        remedy = f"Mend it, or {hookless}" if component.group == HOOKS_GROUP else "Mend it"
        return f"It was registered as {component.name!r} while the program ran. {remedy}."
    without = f'leave it out with deny = ["{component.distribution}"] under [plugins]'
    return (
        f"Its entry point is {component.name} = {component.target!r} in {component.group}. "
        f"Mend or uninstall it, or {hookless if component.group == HOOKS_GROUP else without}."
    )


def _place(error: BaseException) -> str:
    """``" (file:line)"`` of what raised, import machinery aside."""
    import traceback  # slow to import, and only ever needed here

    if isinstance(error, SyntaxError) and error.filename:
        return f" ({error.filename}:{error.lineno})"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_plugin_code(frame.filename)]
    return f" ({frames[-1].filename}:{frames[-1].lineno})" if frames else ""


def _is_plugin_code(filename: str) -> bool:
    return not filename.startswith("<frozen") and not filename.endswith(("importlib/__init__.py", "plugins/guard.py"))
