"""Checks of semantic heads, for the suites of plugin authors."""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from det_plugin_panoptic.testing.semantic_head import SemanticHeadConformance as SemanticHeadConformance

__getattr__, __dir__ = front_door(
    __name__,
    {
        "SemanticHeadConformance": "det_plugin_panoptic.testing.semantic_head",
    },
)
