"""What a mask head learns: the matched objects' masks in the frames of the samples' boxes."""

from collections.abc import Iterator, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int
from torch import Tensor

from det_plugin_maskrcnn.components import SampledProposals
from detcore.structures import Instances

__all__ = ["mask_loss", "masks_at_points", "wanted_masks"]


def wanted_masks(
    samples: SampledProposals, targets: Sequence[Instances], *, side: int
) -> Bool[Tensor, "sample side side"]:
    """The matched object's mask on a grid over each sample's box."""
    wanted = torch.zeros((len(samples.boxes), side, side), dtype=torch.bool, device=samples.boxes.device)
    for rows, matched in _matched_masks(samples, targets):
        wanted[rows] = matched.crop_and_resize(samples.boxes[rows], side).to(wanted.device)
    return wanted


def masks_at_points(
    samples: SampledProposals, targets: Sequence[Instances], points: Float[Tensor, "sample point 2"]
) -> Float[Tensor, "sample point"]:
    """How much of its matched object, 0 to 1, is at each sample's points, in pixels of the network's input."""
    wanted = points.new_zeros(points.shape[:2])
    for rows, matched in _matched_masks(samples, targets):
        wanted[rows] = matched.sample(points[rows])
    return wanted


def mask_loss(logits: Float[Tensor, "sample *place"], wanted: Tensor) -> Float[Tensor, ""]:
    """Mean cross-entropy over all places of all masks; 0 where there is none."""
    # The sum over no mask is 0 and keeps every parameter connected, where a mean would be not-a-number.
    loss = F.binary_cross_entropy_with_logits(logits.float(), wanted.float(), reduction="sum")
    return loss / max(logits.numel(), 1)


def _matched_masks(
    samples: SampledProposals, targets: Sequence[Instances]
) -> Iterator[tuple[Int[Tensor, " row"], Any]]:
    """For every picture with samples, their rows and the mask of each one's object."""
    for image in sorted(set(samples.image_index.tolist())):
        rows = (samples.image_index == image).nonzero().squeeze(1)
        yield rows, targets[image].gt_masks[samples.target_index[rows]]
