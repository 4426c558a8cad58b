"""Check an experiment without touching data or devices; needs no torch."""

import os
from collections.abc import Sequence

from detcore.config import LoadedConfig, load
from detcore.plugins import Registry

__all__ = ["check"]


def check(
    path: str | os.PathLike[str],
    *,
    overrides: Sequence[str] = (),
    unset: Sequence[str] = (),
    registry: Registry | None = None,
) -> LoadedConfig:
    """The experiment, if nothing is wrong with it; ``unchecked`` of the result lists what only the run will tell.

    Raises:
        ConfigError: lists every mistake, one a line, with file, line and the nearest right word.
        PluginError: a plugin that the config names is broken.
    """
    return load(path, overrides=overrides, unset=unset, registry=registry)
