"""Checks of top blocks, for the suites of plugin authors."""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from det_plugin_backbones.testing.top_block import TopBlockConformance as TopBlockConformance

__getattr__, __dir__ = front_door(
    __name__,
    {
        "TopBlockConformance": "det_plugin_backbones.testing.top_block",
    },
)
