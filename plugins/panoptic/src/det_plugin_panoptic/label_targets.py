"""The semantic maps of a batch as one tensor of labels to learn."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from jaxtyping import Int
from torch import Tensor

from detcore.errors import DatasetError
from detcore.structures import ModelInput

__all__ = ["label_maps_of", "padded_label_maps"]


def label_maps_of(inputs: Sequence[ModelInput]) -> list[Tensor]:
    """The semantic map of each picture.

    Raises:
        ValueError: an input has none.
    """
    for position, each in enumerate(inputs):
        if "sem_seg" not in each:
            raise ValueError(f"training needs semantic maps: input {position} has no 'sem_seg'")
    return [each["sem_seg"] for each in inputs]


def padded_label_maps(
    label_maps: Sequence[Int[Tensor, "_ _"]],
    *,
    size: Sequence[int],
    num_classes: int,
    ignore_value: int,
    device: torch.device,
) -> Int[Tensor, "image height width"]:
    """The maps, padded with ``ignore_value`` at the bottom and right and stacked, on ``device``.

    Raises:
        DatasetError: a map holds a label that is no class; on some devices it would end the whole process.
    """
    for labels in label_maps:
        _refuse_unknown(labels, num_classes, ignore_value)
    height, width = size
    padded = [
        F.pad(
            labels.to(device, torch.int64),
            (0, width - labels.shape[1], 0, height - labels.shape[0]),
            value=ignore_value,
        )
        for labels in label_maps
    ]
    return torch.stack(padded)


def _refuse_unknown(labels: Tensor, num_classes: int, ignore_value: int) -> None:
    unknown = labels[((labels < 0) | (labels >= num_classes)) & (labels != ignore_value)]
    if len(unknown):
        raise DatasetError(
            f"a semantic map has the label {int(unknown[0])}, but the head knows 0 to {num_classes - 1} "
            f"and ignores {ignore_value}; change the maps, 'num_classes' or 'ignore_value'"
        )
