"""The registry of this process: what is installed, and what has been registered since."""

from functools import cache

from detcore.plugins.metadata import scan
from detcore.plugins.registry import Registry
from detcore.plugins.surveying import survey

__all__ = ["installed_registry", "register", "unregister"]


@cache
def installed_registry() -> Registry:
    """Every component of the environment, scanned once."""
    return Registry(survey(scan()))


def register(plugin: object) -> None:
    """Make the components of a module or object usable, as its ``detcore_components`` hook declares them."""
    installed_registry().register(plugin)


def unregister(plugin: object) -> None:
    """Undo :func:`register`."""
    installed_registry().unregister(plugin)
