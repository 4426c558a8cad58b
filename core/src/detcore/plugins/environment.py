"""The registry of this process: what is installed, and what has been registered since."""

import os
from functools import cache
from pathlib import Path

from detcore.plugins.metadata import scan
from detcore.plugins.registry import Registry
from detcore.plugins.surveying import survey

__all__ = ["installed_registry", "register", "register_file", "unregister"]


@cache
def installed_registry() -> Registry:
    """Every component of the environment, scanned once."""
    return Registry(survey(scan()))


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
    installed_registry().register_file(Path(path))


def unregister(plugin: object) -> None:
    """Undo :func:`register`."""
    installed_registry().unregister(plugin)
