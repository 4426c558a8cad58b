"""The convolutional keypoint head.

Mask R-CNN, section 5: https://arxiv.org/abs/1703.06870
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor, nn

from det_plugin_maskrcnn.components import KeypointHead, SampledProposals
from det_plugin_parts import heatmap_places
from detcore.interfaces import Losses
from detcore.structures import Instances

__all__ = ["ConvDeconvKeypointHead"]

ENLARGEMENT: Final = 2
"""The deconvolution's maps are enlarged by this, bilinearly."""


class ConvDeconvKeypointHead(KeypointHead):
    """``conv_fcn1``, ``conv_fcn2``, …, a deconvolution to one map per keypoint, and a bilinear enlargement.

    ``static_normaliser`` divides the loss, once for each picture; ``None``: the number of keypoints that are
    learned does.
    """

    def __init__(
        self,
        *,
        channels: int,
        conv_dims: Sequence[int],
        num_keypoints: int,
        loss_weight: float,
        static_normaliser: float | None,
    ) -> None:
        super().__init__()
        self.num_keypoints = num_keypoints
        self.loss_weight = loss_weight
        self.static_normaliser = static_normaliser
        self.convs: list[str] = []
        for position, (inputs, outputs) in enumerate(pairwise([channels, *conv_dims]), start=1):
            self.convs.append(f"conv_fcn{position}")
            self.add_module(self.convs[-1], nn.Conv2d(inputs, outputs, kernel_size=3, padding=1))
        last = [channels, *conv_dims][-1]
        self.score_lowres = nn.ConvTranspose2d(last, num_keypoints, kernel_size=4, stride=2, padding=1)
        for name, parameter in self.named_parameters():
            if name.endswith("weight"):
                nn.init.kaiming_normal_(parameter, mode="fan_out", nonlinearity="relu")
            else:
                nn.init.zeros_(parameter)

    def forward(self, pooled: Float[Tensor, "box channel size size"]) -> Float[Tensor, "box keypoint side side"]:
        x = pooled
        for name in self.convs:
            x = F.relu(self.get_submodule(name)(x))
        return F.interpolate(self.score_lowres(x), scale_factor=ENLARGEMENT, mode="bilinear", align_corners=False)

    def learned(self, samples: SampledProposals, targets: Sequence[Instances]) -> Bool[Tensor, " sample"]:
        points, low, high = _matched_points(samples, targets), samples.boxes[:, None, :2], samples.boxes[:, None, 2:]
        is_inside = ((points[..., :2] >= low) & (points[..., :2] <= high)).all(dim=2)
        return (is_inside & (points[..., 2] > 0)).any(dim=1)

    def losses(
        self, pooled: Float[Tensor, "box channel size size"], samples: SampledProposals, targets: Sequence[Instances]
    ) -> Losses:
        logits = self(pooled)
        places, is_there = heatmap_places(_matched_points(samples, targets), samples.boxes, side=logits.shape[-1])
        # The sum over no keypoint is 0 and keeps every parameter connected, where a mean would be not-a-number.
        loss = F.cross_entropy(logits.flatten(2)[is_there].float(), places[is_there], reduction="sum")
        static = self.static_normaliser
        number = max(int(is_there.sum()), 1) if static is None else static * len(targets)
        return {"loss_keypoint": self.loss_weight * loss / number}


def _matched_points(samples: SampledProposals, targets: Sequence[Instances]) -> Float[Tensor, "sample keypoint 3"]:
    """The keypoints of every sample's object; samples are ordered by picture."""
    counts = torch.bincount(samples.image_index, minlength=len(targets)).tolist()
    rows = torch.split(samples.target_index, counts)
    return torch.cat([target.gt_keypoints.tensor[own] for target, own in zip(targets, rows, strict=True)])
