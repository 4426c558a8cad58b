"""From the concatenated layout to one set of objects per picture, in pixels of the wanted output size."""

from collections.abc import Sequence

import torch

from detcore.structures import Boxes, Detections, Instances, ModelInput, ModelOutput, ROIMasks

__all__ = ["split_by_picture"]


def split_by_picture(detections: Detections, inputs: Sequence[ModelInput]) -> list[ModelOutput]:
    """One output per input; boxes are rescaled and clipped, and those that become empty are dropped."""
    counts = torch.bincount(detections.image_index, minlength=len(inputs)).tolist()
    columns = [[None] * len(inputs) if column is None else torch.split(column, counts) for column in detections]
    pictures = [Detections(*rows) for rows in zip(*columns, strict=True)]
    return [{"instances": _instances(*pair)} for pair in zip(pictures, inputs, strict=True)]


def _instances(detections: Detections, wanted: ModelInput) -> Instances:
    height, width = wanted["height"], wanted["width"]
    input_height, input_width = wanted["image"].shape[-2:]
    boxes = Boxes(detections.boxes).scale(width / input_width, height / input_height).clip((height, width))
    instances = Instances((height, width), pred_boxes=boxes, scores=detections.scores, pred_classes=detections.classes)
    if detections.mask_probs is not None:
        instances.pred_masks = ROIMasks(detections.mask_probs, boxes.tensor)
    return instances[boxes.nonempty()]
