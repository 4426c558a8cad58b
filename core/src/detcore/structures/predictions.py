"""What the numeric part of a model creates: a batch's pictures laid end to end, each row with its picture's index."""

from typing import NamedTuple

from jaxtyping import Float, Int
from torch import Tensor

__all__ = ["Detections", "ImageBatch", "Proposals"]


class ImageBatch(NamedTuple):
    """Normalised pictures, padded with zeros at the bottom and right to one size."""

    pixels: Float[Tensor, "image channel height width"]
    sizes: Int[Tensor, "image 2"]
    """Height and width of each picture before padding."""


class Proposals(NamedTuple):
    """Boxes that may hold an object, in pixels of the network's input; ordered by picture, then by falling score."""

    boxes: Float[Tensor, "proposal 4"]
    logits: Float[Tensor, " proposal"]
    """Objectness before the sigmoid."""

    image_index: Int[Tensor, " proposal"]
    """Position of the picture in the batch."""


class Detections(NamedTuple):
    """Final detections, in pixels of the network's input; ordered by picture, then by falling score."""

    boxes: Float[Tensor, "detection 4"]
    scores: Float[Tensor, " detection"]
    """Probabilities."""

    classes: Int[Tensor, " detection"]
    image_index: Int[Tensor, " detection"]
    """Position of the picture in the batch."""

    mask_probs: Float[Tensor, "detection height width"] | None = None
    """Mask probabilities in the frame of the box; ``None``: the model predicts none."""

    keypoint_heatmaps: Float[Tensor, "detection keypoint side side"] | None = None
    """Logits over the frame of the box, whose highest place is the keypoint; ``None``: the model predicts none."""
