"""Settings of the feature pyramid."""

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from attrs import field, frozen
from attrs.validators import ge, min_len

from det_plugin_backbones.norm_config import Norm
from det_plugin_backbones.pyramid_level import level_of
from det_plugin_backbones.resnet_config import ResNetConfig
from det_plugin_backbones.top_block_config import MaxPoolTopBlockConfig, TopBlockConfig
from detcore.specs import BackboneConfig, FeatureShape, Problem, Shapes, under

if TYPE_CHECKING:
    from det_plugin_backbones.top_block import TopBlock
    from detcore.interfaces import Backbone

__all__ = ["FPNConfig"]


@frozen(kw_only=True)
class FPNConfig(BackboneConfig):
    """Feature pyramid of Lin et al. (2017) over any backbone whose strides double from map to map.

    Its maps are ``p2``, ``p3``, …, numbered by their stride: 2 to the power of the number.
    """

    bottom_up: BackboneConfig = field(factory=ResNetConfig)
    """The trunk."""

    in_features: tuple[str, ...] = field(default=("res2", "res3", "res4", "res5"), validator=min_len(1))
    """Maps of the trunk, finest first."""

    out_channels: int = field(default=256, validator=ge(1))
    """Channels of every level."""

    norm: Norm = field(default=Norm.NONE, converter=Norm)
    """Norm after every convolution of the pyramid."""

    fuse: Literal["sum", "average"] = "sum"
    """How a level is joined with the coarser one."""

    top_block: TopBlockConfig = field(factory=MaxPoolTopBlockConfig)
    """Coarser levels on top; ``"none"``: the pyramid ends with the trunk."""

    @property
    def size_divisibility(self) -> int:
        """The coarsest stride of the trunk's maps: then upsampling doubles sizes exactly."""
        laterals = self._laterals()
        return max(shape.stride for shape in laterals.values()) if laterals else 0

    def check(self) -> list[Problem]:
        return [*under(self.bottom_up.check(), "bottom_up"), *self._own_problems()]

    def output_shapes(self) -> Shapes | None:
        laterals = self._laterals()
        if laterals is None:
            return None
        shapes = _levels(laterals, channels=self.out_channels)
        coarsest = max(level_of(shape) for shape in laterals.values())
        for level in range(coarsest + 1, coarsest + 1 + self.top_block.num_levels):
            shapes[f"p{level}"] = FeatureShape(channels=self.out_channels, stride=2**level)
        return shapes

    def build(self) -> "Backbone":
        from det_plugin_backbones.fpn import FPN
        from det_plugin_backbones.norms import norm_layer

        if problems := list(self._own_problems()):
            raise ValueError("; ".join(problem.message for problem in problems))
        return FPN(
            bottom_up=self.bottom_up.build(),
            laterals=self._laterals() or {},
            out_channels=self.out_channels,
            norm=norm_layer(self.norm),
            fuse=self.fuse,
            top_block=self._build_top_block(),
            top_feature=self._top_feature(),
        )

    def _build_top_block(self) -> "TopBlock":
        in_channels = self._maps()[self._top_feature()].channels
        return self.top_block.build(in_channels=in_channels, out_channels=self.out_channels)

    def _laterals(self) -> Shapes | None:
        """The trunk's maps that the pyramid is made from; ``None`` where they are not known, or not all there."""
        trunk = self.bottom_up.output_shapes()
        if trunk is None or not set(self.in_features) <= set(trunk):
            return None
        return {name: trunk[name] for name in self.in_features}

    def _maps(self) -> dict[str, FeatureShape]:
        """Every map that a top block can start from."""
        return {**(self.bottom_up.output_shapes() or {}), **_levels(self._laterals() or {}, channels=self.out_channels)}

    def _top_feature(self) -> str:
        """The map the top block starts from: the pyramid's coarsest, if nothing else is asked for."""
        return self.top_block.in_feature or list(self._maps())[-1]

    def _own_problems(self) -> Iterator[Problem]:
        trunk = self.bottom_up.output_shapes()
        if trunk is None:
            yield Problem("the trunk's maps are not known before it is built", ("bottom_up",), "unchecked")
        elif missing := [*self._missing(trunk)]:
            yield from missing
        else:
            yield from self._uneven(trunk)
            yield from self._floating_top()

    def _missing(self, trunk: Shapes) -> Iterator[Problem]:
        for index, name in enumerate(self.in_features):
            if name not in trunk:
                message = f"the trunk has no map {name!r}; it returns {', '.join(trunk)}"
                yield Problem(message, ("in_features", index))

    def _uneven(self, trunk: Shapes) -> Iterator[Problem]:
        strides = [trunk[name].stride for name in self.in_features]
        if any(coarse != 2 * fine for fine, coarse in pairwise(strides)) or strides[0] & (strides[0] - 1):
            message = f"each map needs twice the stride of the one before, all powers of two; found strides {strides}"
            yield Problem(message, ("in_features",))

    def _floating_top(self) -> Iterator[Problem]:
        if (name := self._top_feature()) not in self._maps():
            message = f"there is no map {name!r} to start from; there are {', '.join(self._maps())}"
            yield Problem(message, ("top_block", "in_feature"))


def _levels(laterals: Shapes, *, channels: int) -> dict[str, FeatureShape]:
    """The pyramid's own maps, without a top block."""
    return {f"p{level_of(shape)}": FeatureShape(channels=channels, stride=shape.stride) for shape in laterals.values()}
