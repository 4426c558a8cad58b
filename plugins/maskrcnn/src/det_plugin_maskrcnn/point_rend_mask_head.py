"""Masks as pictures are rendered: a coarse one, refined again and again where it is least certain.

PointRend: https://arxiv.org/abs/1912.08193
Differs from the paper: steps that would predict every point anyway are one prediction on their last grid.
"""

from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from det_plugin_maskrcnn.coarse_mask_head import CoarseMaskHead
from det_plugin_maskrcnn.components import MaskHead, Regions, SampledProposals
from det_plugin_maskrcnn.mask_targets import mask_loss, masks_at_points, wanted_masks
from det_plugin_maskrcnn.point_head import PointHead
from det_plugin_maskrcnn.training_points import TrainingPoints
from det_plugin_parts import centres_of_cells, points_in_picture, points_of_grid, sample_own_maps, sample_pictures
from detcore.interfaces import Losses
from detcore.structures import Instances

__all__ = ["PointRendMaskHead"]


class PointRendMaskHead(MaskHead):
    """A grid of points is predicted, then enlarged ``refinements`` times, its ``points_each`` least certain anew.

    Points read the coarse mask and the maps ``in_features``, whose strides are ``strides``.
    """

    def __init__(
        self,
        *,
        coarse_head: CoarseMaskHead,
        point_head: PointHead,
        in_features: Sequence[str],
        strides: Sequence[int],
        training_points: TrainingPoints,
        first_side: int,
        refinements: int,
        points_each: int,
    ) -> None:
        super().__init__()
        self.coarse_head = coarse_head
        self.point_head = point_head
        self.in_features = tuple(in_features)
        self.strides = tuple(strides)
        self.training_points = training_points
        self.first_side = first_side
        self.refinements = refinements
        self.points_each = points_each

    def forward(
        self, pooled: Float[Tensor, "box channel size size"], regions: Regions, features: Mapping[str, Tensor]
    ) -> Float[Tensor, "box side side"]:
        coarse = self.coarse_head(pooled)
        grid = points_of_grid(self.first_side, like=regions.boxes).expand(regions.boxes.shape[0], -1, -1)
        logits = self._at(grid, coarse, regions, features)
        logits = torch.unflatten(logits, 1, (self.first_side, self.first_side))
        for _ in range(self.refinements):
            logits = self._refined(logits, coarse, regions, features)
        return logits.sigmoid()

    def losses(
        self,
        pooled: Float[Tensor, "box channel size size"],
        samples: SampledProposals,
        targets: Sequence[Instances],
        features: Mapping[str, Tensor],
    ) -> Losses:
        coarse = self.coarse_head(pooled)
        own = coarse[torch.arange(len(coarse), device=coarse.device), samples.classes]
        points = self.training_points(own.detach())
        logits = self._at(points, coarse, samples.regions, features)
        wanted = masks_at_points(samples, targets, points_in_picture(points, samples.boxes))
        return {
            "loss_mask": mask_loss(own, wanted_masks(samples, targets, side=own.shape[-1])),
            "loss_mask_point": mask_loss(logits, wanted),
        }

    def _refined(
        self, logits: Float[Tensor, "box _ _"], coarse: Tensor, regions: Regions, features: Mapping[str, Tensor]
    ) -> Float[Tensor, "box _ _"]:
        """Twice as fine, and predicted anew where that matters most."""
        finer = F.interpolate(logits[:, None], scale_factor=2, mode="bilinear", align_corners=False)[:, 0]
        flat = finer.flatten(1)
        uncertain = flat.abs().topk(self.points_each, dim=1, largest=False).indices
        points = centres_of_cells(uncertain, finer.shape[-1])
        return flat.scatter(1, uncertain, self._at(points, coarse, regions, features)).reshape_as(finer)

    def _at(
        self, points: Float[Tensor, "box point 2"], coarse: Tensor, regions: Regions, features: Mapping[str, Tensor]
    ) -> Float[Tensor, "box point"]:
        maps = [features[name] for name in self.in_features]
        fine = sample_pictures(maps, self.strides, points_in_picture(points, regions.boxes), regions.image_index)
        logits: Tensor = self.point_head(fine, sample_own_maps(coarse, points), regions.classes)
        return logits
