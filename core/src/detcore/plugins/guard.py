"""One broken plugin never stops another: its code runs behind a guard that names it."""

import os
import sys
from _thread import get_ident  # threading takes longer to import
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from functools import cache
from importlib import import_module
from types import FunctionType
from typing import Final, NoReturn

from detcore.errors import DetcoreError, PluginError
from detcore.plugins.component import LOCAL, REGISTERED, Component
from detcore.plugins.first_party import FIRST_PARTY
from detcore.plugins.groups import GROUPS_WITHOUT_CONFIG, HOOKS_GROUP

__all__ = [
    "IMPORT_FRAME",
    "failure_of",
    "failure_sentence",
    "guarded",
    "home_of",
    "hook_plugin",
    "is_ours",
    "load_extension",
    "load_object",
    "way_without",
    "whose",
    "without_trial",
]


IMPORT_FRAME: Final = "import of "
"""What the name of the frame begins with that a plugin is imported from."""

_OUR_OWN = ("importlib/__init__.py", *(f"detcore/plugins/{name}.py" for name in ("declarations", "guard", "registry")))


@contextmanager
def guarded(component: Component, doing: str) -> Iterator[None]:
    """Turn whatever a plugin raises (``SystemExit`` and the like included) into a :class:`PluginError`.

    Our own errors pass: a plugin raises them to speak to the user. ``doing`` completes "failed while …".
    """
    try:
        yield
    except DetcoreError:
        raise
    except KeyboardInterrupt as interruption:
        interruption.add_note(f"{whose(component)} was {doing}")
        raise
    except BaseException as error:
        raise failure_of(component, doing, error) from error


_is_tried_first = True
"""Whether a plugin is imported in a copy of the process first."""


@contextmanager
def without_trial() -> Iterator[None]:
    """A block in a process that may die of a plugin, or that knows that it will not."""
    global _is_tried_first  # noqa: PLW0603  # of the process: plugins are loaded from many places
    before, _is_tried_first = _is_tried_first, False
    try:
        yield
    finally:
        _is_tried_first = before


def load_object(component: Component) -> object:
    """The object an entry point names. What a plugin prints meanwhile goes to stderr: the output is not its own.

    Raises:
        PluginError: its import fails, or would end this process.
    """
    with guarded(component, "being imported"):
        if _may_be_deadly(component):
            from detcore.plugins.trial_import import try_import  # configs of ours alone do without

            try_import(component, lambda: _loaded(component))
        return _loaded(component)


def _may_be_deadly(component: Component) -> bool:
    is_imported = component.target.partition(":")[0] in sys.modules
    return _is_tried_first and sys.platform == "linux" and not is_ours(component) and not is_imported


def is_ours(component: Component) -> bool:
    """Whether it is released together with core, and as trusted."""
    return component.distribution in FIRST_PARTY.values()


def _loaded(component: Component) -> object:
    with redirect_stdout(sys.stderr), _file_1_to_stderr(), _exits_raised():
        return _named_after(component)(component.target)


@contextmanager
def _file_1_to_stderr() -> Iterator[None]:
    """Where C code and processes that are started write, to whom ``sys.stdout`` means nothing."""
    try:
        kept = os.dup(1)
    except OSError:  # closed: nothing can be spoilt
        yield
        return
    try:
        with suppress(OSError):  # stderr is closed
            os.dup2(2, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


@contextmanager
def _exits_raised() -> Iterator[None]:
    """Let ``os._exit`` raise ``SystemExit``: a run must not end without a word, and perhaps with status 0."""
    leave, here = os._exit, (os.getpid(), get_ident())

    def refuse(status: int) -> NoReturn:
        if (os.getpid(), get_ident()) == here:  # what another thread or a process of the plugin's own does is no import
            raise SystemExit(f"os._exit({status})")
        leave(status)

    os._exit = refuse
    try:
        yield
    finally:
        os._exit = leave


def _named_after(component: Component) -> Callable[[str], object]:
    """:func:`_imported`, whose frame has the component's name.

    Where a plugin kills the process no code of ours runs any more, but ``faulthandler`` still prints names of frames.
    """
    name = f"{IMPORT_FRAME}{component.full_id} {component.version}"
    return FunctionType(_imported.__code__.replace(co_name=name, co_qualname=name), globals())


def _imported(target: str) -> object:
    module, _, qualname = target.partition(":")
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


def failure_sentence(component: Component, doing: str, cause: str, remedy: str = "") -> str:
    """One paragraph: whose the failure is, what ``cause`` it has, and how to do without the plugin."""
    return (
        f"{component.distribution} {component.version or '(no version)'} failed while {doing}: {cause}. "
        f"{remedy}{_origin(component)}"
    )


def whose(component: Component) -> str:
    """Distribution, version and target, to begin a sentence with."""
    return f"{component.distribution} {component.version} ({component.target})"


def way_without(component: Component) -> str:
    """The line that keeps a plugin from being imported."""
    return f'deny = ["{component.distribution}"] under [plugins]'


def _origin(component: Component) -> str:
    """Where the plugin comes from, and the way to do without it."""
    hookless = f"take {component.name!r} off hooks under [plugins]"
    if component.distribution == LOCAL or component.location == REGISTERED:
        remedy = f"Mend it, or {hookless}" if component.group == HOOKS_GROUP else "Mend it"
        return f"It was registered as {component.name!r} while the program ran. {remedy}."
    return f"Its entry point is {component.name} = {component.target!r} in {component.group}. {_remedy(component)}."


def _remedy(component: Component) -> str:
    if component.group == HOOKS_GROUP:
        return f"Take {component.name!r} off hooks under [plugins], or mend or uninstall it"
    # Whoever denies a plugin is told that a config still names it, and has to name another one anyway.
    instead = "Mend" if component.group in GROUPS_WITHOUT_CONFIG else "Name another component in its place, mend"
    return f"{instead} or uninstall it, or leave it out with {way_without(component)}"


def failure_of(component: Component, doing: str, error: BaseException) -> PluginError:
    """What to raise in place of whatever a plugin raised."""
    from detcore.plugins.missing_modules import MissingExtraError, extra_for, what_to_install

    lines = f"{type(error).__name__}: {error}".removesuffix(": ").splitlines()
    cause = f"{lines[0] if lines else ''}{_place(error) or home_of(component)}"
    failure = MissingExtraError if extra_for(component, error) else PluginError
    return failure(failure_sentence(component, doing, cause, what_to_install(component, error)))


def home_of(component: Component) -> str:
    """``" (file:line)"`` of what an entry point names, where that could be imported and nothing in it raised."""
    import inspect  # slow to import, and only ever needed here

    module, _, qualname = component.target.partition(":")
    found = sys.modules.get(module)
    if found is None or not getattr(found, "__file__", None):
        return ""
    try:
        return f" ({found.__file__}:{inspect.getsourcelines(getattr(found, qualname))[1]})"
    except (AttributeError, TypeError, OSError):
        return f" ({found.__file__})"


def _place(error: BaseException) -> str:
    """``" (file:line)"`` of what raised, import machinery aside."""
    import traceback  # slow to import, and only ever needed here

    if isinstance(error, SyntaxError) and error.filename:
        return f" ({error.filename}:{error.lineno})"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_plugin_code(frame.filename)]
    return f" ({frames[-1].filename}:{frames[-1].lineno})" if frames else ""


def _is_plugin_code(filename: str) -> bool:
    return not filename.startswith("<frozen") and not filename.endswith(_OUR_OWN)
