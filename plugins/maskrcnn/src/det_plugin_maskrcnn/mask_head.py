"""The fully convolutional mask head.

Mask R-CNN, section 3 and figure 4: https://arxiv.org/abs/1703.06870
"""

from collections.abc import Sequence
from itertools import pairwise

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from det_plugin_backbones import NormLayer
from det_plugin_maskrcnn.components import MaskHead, SampledProposals
from det_plugin_maskrcnn.head_convolution import head_convolution
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
        self, pooled: Float[Tensor, "box channel size size"], classes: Int[Tensor, " box"]
    ) -> Float[Tensor, "box side side"]:
        # Channels last: on a row-by-row map the deconvolution takes twice its output beside it (CPU, torch 2.15).
        return self.logits(pooled.contiguous(memory_format=torch.channels_last), classes).sigmoid()

    def losses(
        self, pooled: Float[Tensor, "box channel size size"], samples: SampledProposals, targets: Sequence[Instances]
    ) -> Losses:
        logits = self.logits(pooled, samples.classes)
        wanted = _wanted_masks(samples, targets, side=logits.shape[-1])
        # The sum over no mask is 0 and keeps every parameter connected, where a mean would be not-a-number.
        loss = F.binary_cross_entropy_with_logits(logits.float(), wanted.float(), reduction="sum")
        return {"loss_mask": self.loss_weight * loss / max(logits.numel(), 1)}

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


def _wanted_masks(
    samples: SampledProposals, targets: Sequence[Instances], *, side: int
) -> Bool[Tensor, "sample side side"]:
    """The matched object's mask in the frame of each sample's box."""
    wanted = torch.zeros((len(samples.boxes), side, side), dtype=torch.bool, device=samples.boxes.device)
    for image in sorted(set(samples.image_index.tolist())):
        rows = (samples.image_index == image).nonzero().squeeze(1)
        matched = targets[image].gt_masks[samples.target_index[rows]]
        wanted[rows] = matched.crop_and_resize(samples.boxes[rows], side).to(wanted.device)
    return wanted
