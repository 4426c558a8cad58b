"""The backbone ``acme-patches``."""

from collections.abc import Mapping

import torch.nn.functional as F
from torch import Tensor, nn

from detcore.interfaces import Backbone


class Patches(Backbone):
    """Feature maps that know nothing of each other."""

    def __init__(self, *, channels: int, strides: Mapping[str, int]) -> None:
        super().__init__()
        self.maps = nn.ModuleDict(
            {name: nn.Conv2d(3, channels, kernel_size=side, stride=side) for name, side in strides.items()}
        )

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        return {name: layer(_padded(images, layer.stride[0])) for name, layer in self.maps.items()}


def _padded(images: Tensor, multiple: int) -> Tensor:
    """So that a patch which is begun is whole."""
    height, width = (-length % multiple for length in images.shape[2:])
    return F.pad(images, (0, width, 0, height))
