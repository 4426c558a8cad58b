"""The ground truth of a batch, or a word about the picture that has none."""

from collections.abc import Sequence

import torch

from detcore.structures import Instances, ModelInput

__all__ = ["targets_of"]


def targets_of(inputs: Sequence[ModelInput], device: torch.device) -> list[Instances]:
    """The objects of each picture, on the model's device; a picture may have none.

    Raises:
        ValueError: an input does not say which objects it has.
    """
    for position, each in enumerate(inputs):
        if "instances" not in each:
            raise ValueError(f"training needs ground truth: input {position} has no 'instances'")
    return [each["instances"].to(device) for each in inputs]
