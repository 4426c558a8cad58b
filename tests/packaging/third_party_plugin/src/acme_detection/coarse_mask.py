"""The mask head ``acme-coarse``."""

from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from det_plugin_maskrcnn import MaskHead, Regions, SampledProposals
from detcore.interfaces import Losses
from detcore.structures import Instances


class CoarseMaskHead(MaskHead):
    """One linear layer, with a mask for each class."""

    def __init__(self, *, channels: int, side: int, num_classes: int) -> None:
        super().__init__()
        self.side = side
        self.masks = nn.Linear(channels, num_classes * side * side)

    def forward(self, pooled: Tensor, regions: Regions, features: Mapping[str, Tensor]) -> Tensor:
        return self._logits(pooled, regions.classes).sigmoid()

    def losses(
        self, pooled: Tensor, samples: SampledProposals, targets: Sequence[Instances], features: Mapping[str, Tensor]
    ) -> Losses:
        logits = self._logits(pooled, samples.classes)
        each = zip(samples.boxes, samples.image_index.tolist(), samples.target_index.tolist(), strict=True)
        wanted = [targets[image].gt_masks[[row]].crop_and_resize(box[None], self.side) for box, image, row in each]
        rows = torch.cat(wanted).to(logits) if wanted else torch.zeros_like(logits)
        loss = F.binary_cross_entropy_with_logits(logits, rows, reduction="sum")
        return {"loss_mask": loss / max(logits.numel(), 1)}

    def _logits(self, pooled: Tensor, classes: Tensor) -> Tensor:
        every: Tensor = self.masks(pooled.mean(dim=(2, 3))).unflatten(1, (-1, self.side, self.side))
        return every[torch.arange(len(classes), device=classes.device), classes]
