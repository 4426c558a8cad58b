"""The fully convolutional mask head.

Mask R-CNN, section 3 and figure 4: https://arxiv.org/abs/1703.06870
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from det_plugin_backbones import NormLayer
from det_plugin_maskrcnn.components import MaskHead, Regions, SampledProposals
from det_plugin_maskrcnn.head_convolution import head_convolution
from det_plugin_maskrcnn.mask_targets import mask_loss, wanted_masks
from detcore.interfaces import Losses
from detcore.structures import Instances

__all__ = ["FCNMaskHead"]


class FCNMaskHead(MaskHead):
    """``mask_fcn1``, ``mask_fcn2``, …, a deconvolution that doubles the resolution, a 1×1 convolution per class."""

    def __init__(
        self,
        *,
        channels: int,
        conv_dims: Sequence[int],
        deconv_dim: int,
        norm: NormLayer | None,
        num_classes: int,
        loss_weight: float,
    ) -> None:
        super().__init__()
        self.is_class_agnostic = num_classes == 1
        self.loss_weight = loss_weight
        self.convs: list[str] = []
        for position, (inputs, outputs) in enumerate(pairwise([channels, *conv_dims]), start=1):
            self.convs.append(f"mask_fcn{position}")
            self.add_module(self.convs[-1], head_convolution(inputs, outputs, norm))
        self.deconv = nn.ConvTranspose2d([channels, *conv_dims][-1], deconv_dim, kernel_size=2, stride=2)
        nn.init.kaiming_normal_(self.deconv.weight, mode="fan_out", nonlinearity="relu")
        nn.init.zeros_(self.deconv.bias)  # type: ignore[arg-type]  # built with a bias above
        self.predictor = nn.Conv2d(deconv_dim, num_classes, kernel_size=1)
        nn.init.normal_(self.predictor.weight, std=0.001)
        nn.init.zeros_(self.predictor.bias)  # type: ignore[arg-type]  # built with a bias above

    def forward(
        self, pooled: Float[Tensor, "box channel size size"], regions: Regions, features: Mapping[str, Tensor]
    ) -> Float[Tensor, "box side side"]:
        # Channels last: on a row-by-row map the deconvolution takes twice its output beside it (CPU, torch 2.15).
        return self.logits(pooled.contiguous(memory_format=torch.channels_last), regions.classes).sigmoid()

    def losses(
        self,
        pooled: Float[Tensor, "box channel size size"],
        samples: SampledProposals,
        targets: Sequence[Instances],
        features: Mapping[str, Tensor],
    ) -> Losses:
        logits = self.logits(pooled, samples.classes)
        loss = mask_loss(logits, wanted_masks(samples, targets, side=logits.shape[-1]))
        return {"loss_mask": self.loss_weight * loss}

    def logits(
        self, pooled: Float[Tensor, "box channel size size"], classes: Int[Tensor, " box"]
    ) -> Float[Tensor, "box side side"]:
        """The mask of each box's own class; those of the other classes are never computed."""
        x = pooled
        for name in self.convs:
            x = F.relu(self.get_submodule(name)(x))
        x = F.relu(self.deconv(x))
        return self._predicted(x, torch.zeros_like(classes) if self.is_class_agnostic else classes)

    def _predicted(self, x: Tensor, classes: Tensor) -> Tensor:
        weight, bias = self.predictor.weight.flatten(1), self.predictor.bias
        assert bias is not None, "the predictor is built with a bias"
        return torch.einsum("nc,nchw->nhw", weight[classes], x) + bias[classes, None, None]
