"""Checks of box, mask and keypoint heads, for the suites of plugin authors."""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from det_plugin_maskrcnn.testing.box_head import BoxHeadConformance as BoxHeadConformance
    from det_plugin_maskrcnn.testing.keypoint_head import KeypointHeadConformance as KeypointHeadConformance
    from det_plugin_maskrcnn.testing.mask_head import MaskHeadConformance as MaskHeadConformance

__getattr__, __dir__ = front_door(
    __name__,
    {
        "BoxHeadConformance": "det_plugin_maskrcnn.testing.box_head",
        "KeypointHeadConformance": "det_plugin_maskrcnn.testing.keypoint_head",
        "MaskHeadConformance": "det_plugin_maskrcnn.testing.mask_head",
    },
)
