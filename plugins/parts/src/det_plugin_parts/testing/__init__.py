"""Checks of anchor generators, assigners, box coders and ROI poolers, for the suites of plugin authors."""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from det_plugin_parts.testing.anchor_generator import AnchorGeneratorConformance as AnchorGeneratorConformance
    from det_plugin_parts.testing.assigner import AssignerConformance as AssignerConformance
    from det_plugin_parts.testing.box_coder import BoxCoderConformance as BoxCoderConformance
    from det_plugin_parts.testing.roi_pooler import ROIPoolerConformance as ROIPoolerConformance

__getattr__, __dir__ = front_door(
    __name__,
    {
        "AnchorGeneratorConformance": "det_plugin_parts.testing.anchor_generator",
        "AssignerConformance": "det_plugin_parts.testing.assigner",
        "BoxCoderConformance": "det_plugin_parts.testing.box_coder",
        "ROIPoolerConformance": "det_plugin_parts.testing.roi_pooler",
    },
)
