"""ResNet as a backbone: the maps of its stages.

Deep Residual Learning for Image Recognition: https://arxiv.org/abs/1512.03385
"""

from collections.abc import Mapping, Sequence

from jaxtyping import Float
from torch import Tensor, nn

from detcore.interfaces import Backbone

__all__ = ["ResNet"]


class ResNet(Backbone):
    """A stem, then stages; some of their maps are the output."""

    def __init__(self, *, stem: nn.Module, stages: Mapping[str, nn.Module], out_features: Sequence[str]) -> None:
        super().__init__()
        self.stem = stem
        for name, stage in stages.items():
            self.add_module(name, stage)
        self.stage_names = tuple(stages)
        self.out_features = tuple(out_features)

    def forward(self, images: Float[Tensor, "image channel height width"]) -> dict[str, Tensor]:
        maps = {"stem": self.stem(images)}
        x = maps["stem"]
        for name in self.stage_names:
            maps[name] = x = self.get_submodule(name)(x)
        return {name: maps[name] for name in self.out_features}
