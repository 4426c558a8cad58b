"""From the concatenated layout to one set of objects per picture, in pixels of the wanted output size."""

from collections.abc import Sequence
from typing import Protocol, TypeVar, runtime_checkable

import torch
from torch import Tensor

from det_plugin_parts.keypoint_heatmaps import keypoints_of_heatmaps
from detcore.structures import Boxes, Detections, Instances, Keypoints, ModelInput, ModelOutput, ROIMasks

__all__ = ["in_output_pixels", "output_size", "rows_by_picture", "split_by_picture", "with_masks_and_keypoints"]


@runtime_checkable
class _Rows(Protocol):
    """A tuple of columns, one of which says to which picture a row belongs."""

    @property
    def image_index(self) -> Tensor: ...


Rows = TypeVar("Rows", bound=_Rows)


def split_by_picture(detections: Detections, inputs: Sequence[ModelInput]) -> list[ModelOutput]:
    """One output per input; boxes are rescaled and clipped, and those that become empty are dropped."""
    pictures = rows_by_picture(detections, len(inputs))
    return [{"instances": _instances(*pair)} for pair in zip(pictures, inputs, strict=True)]


def rows_by_picture(rows: Rows, num_pictures: int) -> list[Rows]:
    """The same tuple for each picture alone; rows must be ordered by picture."""
    counts = torch.bincount(rows.image_index, minlength=num_pictures).tolist()
    columns = [
        [None] * num_pictures if column is None else torch.split(column, counts)
        for column in rows  # type: ignore[attr-defined]  # a protocol cannot be a tuple too
    ]
    return [type(rows)(*each) for each in zip(*columns, strict=True)]


def output_size(wanted: ModelInput) -> tuple[int, int]:
    """Height and width of what is said of a picture: its own where nobody wants another."""
    height, width = wanted["image"].shape[-2:]
    return wanted.get("height", height), wanted.get("width", width)


def in_output_pixels(boxes: Tensor, wanted: ModelInput) -> Boxes:
    """Boxes in pixels of the network's input as boxes of the wanted output, clipped to it."""
    height, width = output_size(wanted)
    input_height, input_width = wanted["image"].shape[-2:]
    return Boxes(boxes).scale(width / input_width, height / input_height).clip((height, width))


def with_masks_and_keypoints(instances: Instances, detections: Detections, wanted: ModelInput) -> Instances:
    """Objects of one picture with the masks and keypoints, if any, of detections that are the same rows.

    ``instances`` have ``pred_boxes`` in pixels of the wanted output; ``detections`` are in the network's.
    """
    more: dict[str, ROIMasks | Keypoints] = {}
    if detections.mask_probs is not None:
        more["pred_masks"] = ROIMasks(detections.mask_probs, instances.pred_boxes.tensor)
    if detections.keypoint_heatmaps is not None:
        more["pred_keypoints"] = _keypoints(detections.keypoint_heatmaps, detections.boxes, wanted)
    return Instances(instances.image_size, **{**instances.fields(), **more})


def _instances(detections: Detections, wanted: ModelInput) -> Instances:
    boxes = in_output_pixels(detections.boxes, wanted)
    instances = Instances(
        output_size(wanted),
        pred_boxes=boxes,
        scores=detections.scores,
        pred_classes=detections.classes,
    )
    return with_masks_and_keypoints(instances, detections, wanted)[boxes.nonempty()]


def _keypoints(heatmaps: Tensor, boxes: Tensor, wanted: ModelInput) -> Keypoints:
    """The likeliest points, found at the network's resolution and told in pixels of the output."""
    input_height, input_width = wanted["image"].shape[-2:]
    points = keypoints_of_heatmaps(heatmaps, boxes)
    height, width = output_size(wanted)
    scale = points.new_tensor([width / input_width, height / input_height, 1.0])
    return Keypoints(points * scale)
