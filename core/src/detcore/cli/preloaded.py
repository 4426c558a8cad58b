"""Modules of ours that plugins load anyway, so that each need not load them anew when it is tried out."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detcore.plugins.probing.probe import Preloaded

__all__ = ["PRELOADED"]

PRELOADED: "Preloaded" = {
    "config": ("detcore.config.documentation", "detcore.data.sampler_config"),
    "build": ("detcore.interfaces", "detcore.structures"),
}
