"""What is predicted of a box beside its class: masks and keypoints.

Mask R-CNN, sections 3 and 5: https://arxiv.org/abs/1703.06870
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from torch import Tensor

from det_plugin_maskrcnn.components import KeypointHead, MaskHead, Regions, SampledProposals
from det_plugin_parts import ROIPooler
from detcore.interfaces import Losses
from detcore.structures import Detections, Instances

__all__ = ["FurtherHeads", "completed", "further_losses"]


class FurtherHeads(NamedTuple):
    """Heads that look at boxes once their class is known, each with what cuts its features out; any may be missing."""

    mask_pooler: ROIPooler | None
    mask_head: MaskHead | None
    keypoint_pooler: ROIPooler | None
    keypoint_head: KeypointHead | None


def completed(heads: FurtherHeads, features: Mapping[str, Tensor], detections: Detections) -> Detections:
    """The detections with all that the heads say of them; ``features`` are the maps to pool from, finest first."""
    boxes, image_index, maps = detections.boxes, detections.image_index, list(features.values())
    if heads.mask_head is not None and heads.mask_pooler is not None:
        pooled = heads.mask_pooler(maps, boxes, image_index)
        regions = Regions(boxes, image_index, detections.classes)
        detections = detections._replace(mask_probs=heads.mask_head(pooled, regions, features))
    if heads.keypoint_head is not None and heads.keypoint_pooler is not None:
        pooled = heads.keypoint_pooler(maps, boxes, image_index)
        detections = detections._replace(keypoint_heatmaps=heads.keypoint_head(pooled))
    return detections


def further_losses(
    heads: FurtherHeads, features: Mapping[str, Tensor], foreground: SampledProposals, targets: Sequence[Instances]
) -> Losses:
    """What the heads learn from foreground samples; ``features`` are the maps to pool from, finest first."""
    losses, maps = Losses(), list(features.values())
    if heads.mask_head is not None and heads.mask_pooler is not None:
        pooled = heads.mask_pooler(maps, foreground.boxes, foreground.image_index)
        losses |= heads.mask_head.losses(pooled, foreground, targets, features)
    if heads.keypoint_head is not None and heads.keypoint_pooler is not None:
        learned = foreground.select(heads.keypoint_head.learned(foreground, targets))
        pooled = heads.keypoint_pooler(maps, learned.boxes, learned.image_index)
        losses |= heads.keypoint_head.losses(pooled, learned, targets)
    return losses
