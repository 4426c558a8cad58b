"""The pluggy side: declaring components at run time, from a notebook, a test or a user's own file."""

from collections.abc import Mapping

import pluggy

__all__ = ["PROJECT", "HookSpecifications", "hookimpl", "new_plugin_manager"]

PROJECT = "detcore"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks a function as an implementation of one of :class:`HookSpecifications`."""


class HookSpecifications:
    """What a plugin object may implement."""

    @hookspec
    def detcore_components(self) -> Mapping[str, type]:
        """Config classes by the name that a config file gives as ``type``."""
        raise NotImplementedError  # only the signature counts


def new_plugin_manager() -> pluggy.PluginManager:
    """A manager that knows our specifications and no plugin."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(HookSpecifications)
    return manager
