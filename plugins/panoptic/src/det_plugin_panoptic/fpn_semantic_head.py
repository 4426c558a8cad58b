"""The semantic head of panoptic FPN.

Panoptic Feature Pyramid Networks, section 3.2 and figure 3: https://arxiv.org/abs/1901.02446
"""

from collections.abc import Mapping, Sequence

import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from det_plugin_backbones import ConvNorm, NormLayer, msra_fill
from det_plugin_panoptic.components import SemanticHead
from det_plugin_panoptic.label_targets import padded_label_maps
from detcore.interfaces import Losses

__all__ = ["FPNSemanticHead"]


class FPNSemanticHead(SemanticHead):
    """Each map is convolved and doubled until it has the common stride; their sum is classified.

    The layers of a map are named as it is (``p2.0``, ``p5.4``).
    """

    def __init__(
        self,
        *,
        in_channels: Mapping[str, int],
        strides: Mapping[str, int],
        num_classes: int,
        conv_dims: int,
        stride: int,
        norm: NormLayer | None,
        loss_weight: float,
        ignore_value: int,
    ) -> None:
        super().__init__()
        self.in_features = tuple(in_channels)
        self.num_classes = num_classes
        self.stride = stride
        self.loss_weight = loss_weight
        self.ignore_value = ignore_value
        for name, channels in in_channels.items():
            doublings = (strides[name] // stride).bit_length() - 1
            self.add_module(name, _ascent(channels, conv_dims, norm, doublings))
        self.predictor = nn.Conv2d(conv_dims, num_classes, kernel_size=1)
        msra_fill(self.predictor)

    def forward(self, features: dict[str, Tensor]) -> Float[Tensor, "image class height width"]:
        risen = [self.get_submodule(name)(features[name]) for name in self.in_features]
        logits: Tensor = self.predictor(sum(risen[1:], risen[0]))
        return logits

    def losses(self, features: dict[str, Tensor], label_maps: Sequence[Int[Tensor, "_ _"]]) -> Losses:
        logits = _enlarged(self(features).float(), self.stride)
        targets = padded_label_maps(
            label_maps,
            size=logits.shape[-2:],
            num_classes=self.num_classes,
            ignore_value=self.ignore_value,
            device=logits.device,
        )
        # Where no pixel is labelled the sum is 0 and connected to every parameter; a mean would be not-a-number.
        loss = F.cross_entropy(logits, targets, reduction="sum", ignore_index=self.ignore_value)
        return {"loss_sem_seg": self.loss_weight * loss / (targets != self.ignore_value).sum().clamp(min=1)}


def _ascent(channels: int, conv_dims: int, norm: NormLayer | None, doublings: int) -> nn.Sequential:
    """Convolutions at even positions, as in the published checkpoints; at odd ones what follows each."""
    layers = nn.Sequential()
    for position in range(max(doublings, 1)):
        conv = ConvNorm(channels if position == 0 else conv_dims, conv_dims, kernel_size=3, norm=norm)
        msra_fill(conv)
        layers.append(conv)
        layers.append(_Doubling() if doublings else nn.ReLU())
    return layers


class _Doubling(nn.Module):
    """A ReLU, then twice the height and width."""

    def forward(self, x: Tensor) -> Tensor:
        return _enlarged(F.relu(x), 2)


def _enlarged(x: Tensor, times: int) -> Tensor:
    return F.interpolate(x, scale_factor=float(times), mode="bilinear", align_corners=False)
