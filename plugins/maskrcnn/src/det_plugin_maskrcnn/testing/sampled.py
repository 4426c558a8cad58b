"""Foreground samples of pictures, as ROI heads hand them to mask and keypoint heads."""

from collections.abc import Sequence

import torch

from det_plugin_maskrcnn.components import SampledProposals
from detcore.structures import Instances

__all__ = ["sampled"]


def sampled(targets: Sequence[Instances]) -> SampledProposals:
    """Each object's own box, and the same a little larger."""
    grown = torch.tensor([[0.0, 0.0, 0.0, 0.0], [-1.0, -1.0, 1.0, 2.0]])
    boxes = [torch.cat([target.gt_boxes.tensor + shift for shift in grown]) for target in targets]
    return SampledProposals(
        boxes=torch.cat(boxes).clamp(min=0),
        image_index=torch.cat([torch.full((len(each),), index) for index, each in enumerate(boxes)]),
        classes=torch.cat([target.gt_classes.repeat(2) for target in targets]),
        target_boxes=torch.cat([target.gt_boxes.tensor.repeat(2, 1) for target in targets]),
        target_index=torch.cat([torch.arange(len(target)).repeat(2) for target in targets]),
    )
