"""Settings of the standard ROI heads."""

from typing import TYPE_CHECKING

from attrs import frozen

from det_plugin_maskrcnn.pyramid_heads_config import PyramidHeadsConfig
from detcore.specs import Problem, Shapes

if TYPE_CHECKING:
    from det_plugin_maskrcnn.standard_roi_heads import StandardROIHeads

__all__ = ["StandardROIHeadsConfig"]


@frozen(kw_only=True)
class StandardROIHeadsConfig(PyramidHeadsConfig):
    """Settings of :class:`StandardROIHeads`; the defaults are the published ones for a feature pyramid."""

    masks_of_predicted_boxes: bool = False
    """Whether masks are learned in the boxes that the box predictor makes of the proposals, not in the proposals."""

    def check_own(self) -> list[Problem]:
        if self.masks_of_predicted_boxes and self.mask_head is None:
            message = "is about a mask head, but there is none; leave it out"
            return [Problem(message, ("masks_of_predicted_boxes",))]
        return []

    def build(self, *, shapes: Shapes, num_classes: int) -> "StandardROIHeads":
        from det_plugin_maskrcnn.standard_roi_heads import StandardROIHeads

        box_head = self.build_box_head(shapes)
        return StandardROIHeads(
            num_classes=num_classes,
            in_features=self.in_features,
            sampler=self.sampling.build(num_classes=num_classes),
            box_pooler=self.box_pooler.build(strides=self.strides(shapes)),
            box_head=box_head,
            box_predictor=self.box_predictor.build(in_features=box_head.out_features, num_classes=num_classes),
            further_heads=self.build_further_heads(shapes, num_classes=num_classes),
            masks_of_predicted_boxes=self.masks_of_predicted_boxes,
        )
