"""Plugins that are registered for as long as a block lasts."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from detcore.plugins import register, unregister

__all__ = ["registered"]


@contextmanager
def registered(*plugins: object) -> Iterator[None]:
    """Register modules or objects, and forget them afterwards."""
    with ExitStack() as stack:
        for plugin in plugins:
            register(plugin)
            stack.callback(unregister, plugin)
        yield
