"""Proposals that come with the pictures, in the layout that lays all pictures end to end."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from detcore.errors import DatasetError
from detcore.structures import ImageBatch, ModelInput

__all__ = ["PicturesWithProposals", "with_proposals"]


class PicturesWithProposals(NamedTuple):
    """A batch of pictures, padded to one size, and where to look in each."""

    pixels: Float[Tensor, "image channel height width"]
    sizes: Int[Tensor, "image 2"]
    """Height and width of each picture before padding."""

    boxes: Float[Tensor, "proposal 4"]
    """In pixels of the network's input; ordered by picture."""

    image_index: Int[Tensor, " proposal"]
    """Position of the picture in the batch."""


def with_proposals(batch: ImageBatch, inputs: Sequence[ModelInput]) -> PicturesWithProposals:
    """The batch with the proposals of its inputs.

    Raises:
        DatasetError: an input has no proposals.
    """
    device = batch.pixels.device
    boxes = [_proposal_boxes(each, position).to(device) for position, each in enumerate(inputs)]
    image_index = [torch.full((len(each),), image, device=device) for image, each in enumerate(boxes)]
    return PicturesWithProposals(*batch, torch.cat(boxes), torch.cat(image_index))


def _proposal_boxes(wanted: ModelInput, position: int) -> Float[Tensor, "proposal 4"]:
    if "proposals" not in wanted:
        name = wanted.get("file_name", f"input {position}")
        raise DatasetError(
            f"{name}: this model is told where to look, but the picture comes without 'proposals'; those of a dataset"
            " have them where it names a file (type 'coco'), and single ones need an architecture that makes its own,"
            " such as 'generalized-rcnn'"
        )
    boxes: Tensor = wanted["proposals"].proposal_boxes.tensor
    return boxes
