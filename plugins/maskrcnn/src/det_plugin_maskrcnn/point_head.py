"""The mask at single points.

PointRend, section 3.3: https://arxiv.org/abs/1912.08193
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

__all__ = ["PointHead"]


class PointHead(nn.Module):
    """``fc1``, ``fc2``, … on fine features and the coarse mask at each point, every point on its own."""

    def __init__(
        self, *, channels: int, num_classes: int, fc_dims: Sequence[int], coarse_in_every_layer: bool, num_masks: int
    ) -> None:
        super().__init__()
        self.is_class_agnostic = num_masks == 1
        self.coarse_in_every_layer = coarse_in_every_layer
        self.fcs: list[str] = []
        inputs = channels + num_classes
        for position, outputs in enumerate(fc_dims, start=1):
            self.fcs.append(f"fc{position}")
            self.add_module(self.fcs[-1], _layer(inputs, outputs))
            inputs = outputs + (num_classes if coarse_in_every_layer else 0)
        self.predictor = _layer(inputs, num_masks)
        nn.init.normal_(self.predictor.weight, std=0.001)

    def forward(
        self,
        fine: Float[Tensor, "box channel point"],
        coarse: Float[Tensor, "box class point"],
        classes: Int[Tensor, " box"],
    ) -> Float[Tensor, "box point"]:
        """Logits of each box's own class; those of the other classes are never computed."""
        x = torch.cat([fine, coarse.to(fine.dtype)], dim=1)
        for name in self.fcs:
            x = F.relu(self.get_submodule(name)(x))
            if self.coarse_in_every_layer:
                x = torch.cat([x, coarse.to(x.dtype)], dim=1)
        return self._predicted(x, torch.zeros_like(classes) if self.is_class_agnostic else classes)

    def _predicted(self, x: Tensor, classes: Tensor) -> Tensor:
        weight, bias = self.predictor.weight.flatten(1), self.predictor.bias
        assert bias is not None, "the predictor is built with a bias"
        return torch.einsum("nc,ncp->np", weight[classes], x).float() + bias[classes, None]


def _layer(inputs: int, outputs: int) -> nn.Conv1d:
    layer = nn.Conv1d(inputs, outputs, kernel_size=1)
    nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
    nn.init.zeros_(layer.bias)  # type: ignore[arg-type]  # built with a bias above
    return layer
