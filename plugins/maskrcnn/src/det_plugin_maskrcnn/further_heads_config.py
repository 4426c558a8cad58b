"""What the settings of ROI heads over a pyramid say of masks and keypoints."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import field, frozen

from det_plugin_maskrcnn.interfaces import KeypointHeadConfig, MaskHeadConfig
from det_plugin_parts import ROIAlignPoolerConfig, ROIPoolerConfig, check_classes
from detcore.specs import DataSpec, Problem, ROIHeadsConfig, under

if TYPE_CHECKING:
    from det_plugin_maskrcnn.further_heads import FurtherHeads

__all__ = ["FurtherHeadsConfig"]


@frozen(kw_only=True)
class FurtherHeadsConfig(ROIHeadsConfig):
    """ROI heads that may also predict masks and keypoints."""

    mask_pooler: ROIPoolerConfig = field(factory=lambda: ROIAlignPoolerConfig(output_size=14))
    """Features of a detection for its mask."""

    mask_head: MaskHeadConfig | None = None
    """Pooled features to a mask; left out: none is predicted."""

    keypoint_pooler: ROIPoolerConfig = field(factory=lambda: ROIAlignPoolerConfig(output_size=14))
    """Features of a detection for its keypoints."""

    keypoint_head: KeypointHeadConfig | None = None
    """Pooled features to keypoints; left out: none are predicted."""

    def check_poolers(self, strides: Sequence[int]) -> list[Problem]:
        """Everything wrong with the poolers of the heads that are there, on levels of these strides."""
        masks = under(self.mask_pooler.check(strides), "mask_pooler") if self.mask_head else []
        keypoints = under(self.keypoint_pooler.check(strides), "keypoint_pooler") if self.keypoint_head else []
        return [*masks, *keypoints]

    def check_data(self, data: DataSpec) -> list[Problem]:
        """Everything that the heads would learn and the data does not have."""
        problems = check_classes(self.num_classes, data)
        if self.mask_head is not None and data.has_masks is False:
            problems.append(Problem("there is a mask head, but the data has no masks to learn from", ("mask_head",)))
        if self.keypoint_head is not None and data.keypoints is not None:
            problems += under(_check_keypoints(self.keypoint_head.num_keypoints, len(data.keypoints)), "keypoint_head")
        return problems

    def outputs(self) -> frozenset[str]:
        masks = {"instances.pred_masks"} if self.mask_head else set()
        keypoints = {"instances.pred_keypoints"} if self.keypoint_head else set()
        boxes = {"instances.pred_boxes", "instances.scores", "instances.pred_classes"}
        return frozenset(boxes | masks | keypoints)

    def build_further_heads(self, *, channels: int, strides: Sequence[int], num_classes: int) -> "FurtherHeads":
        """The heads, for levels of these channels and strides."""
        from det_plugin_maskrcnn.further_heads import FurtherHeads

        mask, keypoint = self.mask_head, self.keypoint_head
        return FurtherHeads(
            mask_pooler=self.mask_pooler.build(strides=strides) if mask else None,
            mask_head=mask.build(channels=channels, num_classes=num_classes) if mask else None,
            keypoint_pooler=self.keypoint_pooler.build(strides=strides) if keypoint else None,
            keypoint_head=keypoint.build(channels=channels) if keypoint else None,
        )


def _check_keypoints(expected: int, found: int) -> list[Problem]:
    if found == 0:
        return [Problem("there is a keypoint head, but the data has no keypoints to learn from")]
    if expected != found:
        return [Problem(f"{expected} keypoints, but the data has {found}", ("num_keypoints",))]
    return []
