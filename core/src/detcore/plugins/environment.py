"""The registry of this process: what is installed, what users decided about it, and what has been registered since."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from warnings import warn

from detcore.errors import DetcoreWarning
from detcore.plugins.choices import Choice, choice_of_environment
from detcore.plugins.component import Row
from detcore.plugins.metadata import scan
from detcore.plugins.registry import Registry
from detcore.plugins.surveying import survey

__all__ = ["command_line_choice", "installed_registry", "register", "register_file", "unregister"]

_command_line: list[Choice] = []
"""What the command line says, while a command runs."""


def installed_registry() -> Registry:
    """Every component of the environment, scanned once, as the command line and the environment leave it.

    Raises:
        ConfigError: a variable of the environment cannot be read.
    """
    return _registry((*_command_line, choice_of_environment(os.environ)))


@contextmanager
def command_line_choice(choice: Choice) -> Iterator[None]:
    """Let the command line's choice hold inside.

    Raises:
        ConfigError: one of its preferences, or of the patterns it allows, matches nothing that is installed.
    """
    _registry(()).refuse_idle(choice)
    _command_line.append(choice)
    try:
        yield
    finally:
        _command_line.pop()


def register(plugin: object) -> None:
    """Make the components of a module or object usable, as its ``detcore_components`` hook declares them."""
    installed_registry().register(plugin)


def register_file(path: str | os.PathLike[str]) -> None:
    """Make what a file of one's own offers usable, as ``detcore run --local FILE`` does.

    A run keeps a copy of it, and its digest. The file must be whole by itself: what it imports has to be installed.

    Raises:
        ConfigError: it cannot be read, its name cannot be a module's, or it offers nothing.
        PluginError: it fails, or a function of it is marked as a hook and cannot be one.
    """
    from pathlib import Path  # slow to import, for what lists plugins

    installed_registry().register_file(Path(path))


def unregister(plugin: object) -> None:
    """Undo :func:`register`."""
    installed_registry().unregister(plugin)


@cache
def _registry(choices: tuple[Choice, ...]) -> Registry:
    registry = Registry(_rows(), choices=choices)
    for choice in choices:
        for (key, *_), text in registry.doubtful(choice):
            warn(f"{choice.source}: {key}: {text}", DetcoreWarning, stacklevel=3)
    return registry


@cache
def _rows() -> Sequence[Row]:
    return survey(scan())
