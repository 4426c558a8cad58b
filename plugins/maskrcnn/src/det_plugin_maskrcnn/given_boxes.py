"""Boxes and classes that somebody else knows, to the layout in which heads complete them, and back."""

from collections.abc import Sequence

import torch
from torch import Tensor

from det_plugin_parts import output_size, rows_by_picture, with_masks_and_keypoints
from detcore.structures import Detections, Instances, ModelInput, ModelOutput

__all__ = ["completed_outputs", "given_detections"]


def given_detections(
    inputs: Sequence[ModelInput], given: Sequence[Instances], device: torch.device, *, num_classes: int | None
) -> Detections:
    """The objects of all pictures end to end, in pixels of the network's input; all are certain.

    ``given`` has ``pred_boxes`` and ``pred_classes`` of each picture, in pixels of the wanted output.

    Raises:
        ValueError: they are not of these pictures, lack a field, or have boxes or classes that cannot be;
            ``num_classes`` is ``None`` where nobody knows how many there are.
    """
    if len(given) != len(inputs):
        raise ValueError(f"boxes are given for {len(given)} pictures, but there are {len(inputs)} inputs")
    for position, (each, objects) in enumerate(zip(inputs, given, strict=True)):
        name = each.get("file_name", f"input {position}")
        _check_fields(each, objects, name)
        _check_values(objects, name, num_classes)
    boxes = [_in_input_pixels(objects, each).to(device) for each, objects in zip(inputs, given, strict=True)]
    image_index = [torch.full((len(each),), image, device=device) for image, each in enumerate(boxes)]
    return Detections(
        boxes=torch.cat(boxes),
        scores=torch.ones(sum(map(len, boxes)), device=device),
        classes=torch.cat([objects.pred_classes.to(device) for objects in given]),
        image_index=torch.cat(image_index),
    )


def completed_outputs(
    completed: Detections, inputs: Sequence[ModelInput], given: Sequence[Instances]
) -> list[ModelOutput]:
    """The given objects, row by row and with all their fields, and what ``completed`` says of them besides."""
    pictures = zip(given, rows_by_picture(completed, len(inputs)), inputs, strict=True)
    return [
        {"instances": with_masks_and_keypoints(objects.to(completed.boxes.device), rows, each)}
        for objects, rows, each in pictures
    ]


def _check_fields(wanted: ModelInput, objects: Instances, name: str) -> None:
    missing = [field for field in ("pred_boxes", "pred_classes") if not objects.has(field)]
    if missing:
        raise ValueError(f"{name}: the given objects have no {missing[0]!r}; boxes and classes are what is completed")
    size = output_size(wanted)
    if objects.image_size != size:
        raise ValueError(
            f"{name}: the given boxes are of a picture of {objects.image_size}, but its output is to be of {size};"
            " give them in pixels of the output"
        )


def _check_values(objects: Instances, name: str, num_classes: int | None) -> None:
    """What heads would count from the end, look for beyond the last class, or sample from nowhere."""
    boxes, classes = objects.pred_boxes.tensor, objects.pred_classes
    impossible = ~boxes.isfinite().all(dim=1)
    if impossible.any():
        row = int(impossible.nonzero()[0])
        raise ValueError(
            f"{name}: box {row} of those given is {boxes[row].tolist()}; its corners must be finite numbers"
        )
    if classes.is_floating_point():
        raise ValueError(f"{name}: the given 'pred_classes' are {classes.dtype}; they must be whole numbers")
    unknown = classes < 0 if num_classes is None else (classes < 0) | (classes >= num_classes)
    if unknown.any():
        row = int(unknown.nonzero()[0])
        last = "" if num_classes is None else f" to {num_classes - 1}"
        raise ValueError(f"{name}: box {row} of those given is of class {int(classes[row])}; classes go from 0{last}")


def _in_input_pixels(objects: Instances, wanted: ModelInput) -> Tensor:
    """Not clipped: what a box shows beyond the picture is padding, as for any other box."""
    input_height, input_width = wanted["image"].shape[-2:]
    height, width = output_size(wanted)
    boxes: Tensor = objects.pred_boxes.scale(input_width / width, input_height / height).tensor
    return boxes
