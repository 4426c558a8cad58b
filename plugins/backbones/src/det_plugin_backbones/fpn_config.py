"""Settings of the feature pyramid."""

from collections.abc import Iterator
from itertools import pairwise
from math import lcm
from typing import TYPE_CHECKING, Final, Literal

from attrs import field, frozen
from attrs.validators import and_, ge, in_

from det_plugin_backbones.norm_config import Norm
from det_plugin_backbones.pyramid_level import level_of
from det_plugin_backbones.pyramid_top import misplaced_top, start_of_top, with_top
from det_plugin_backbones.resnet_config import ResNetConfig
from det_plugin_backbones.top_block_config import MaxPoolTopBlockConfig, TopBlockConfig
from detcore.specs import BackboneConfig, FeatureShape, Problem, Shapes, names, not_empty, refuse, under

if TYPE_CHECKING:
    from detcore.interfaces import Backbone

__all__ = ["FPNConfig"]

UNKNOWN_TRUNK: Final = Problem("the trunk's maps are not known before it is built", ("bottom_up",), "unchecked")
"""What can be said where the trunk says nothing."""


@frozen(kw_only=True)
class FPNConfig(BackboneConfig):
    """Feature pyramid of Lin et al. (2017) over any backbone whose strides double from map to map.

    Its maps are ``p2``, ``p3``, …, numbered by their stride: 2 to the power of the number.
    """

    bottom_up: BackboneConfig = field(factory=ResNetConfig)
    """The trunk."""

    in_features: tuple[str, ...] = field(default=("res2", "res3", "res4", "res5"), validator=and_(not_empty, names))
    """Maps of the trunk, finest first."""

    out_channels: int = field(default=256, validator=ge(1))
    """Channels of every level."""

    norm: Norm = field(default=Norm.NONE, converter=Norm)
    """Norm after every convolution of the pyramid."""

    fuse: Literal["sum", "average"] = field(default="sum", validator=in_(("sum", "average")))
    """How a level is joined with the coarser one."""

    top_block: TopBlockConfig = field(factory=MaxPoolTopBlockConfig)
    """Coarser levels on top; ``"none"``: the pyramid ends with the trunk."""

    @property
    def size_divisibility(self) -> int:
        """A multiple of the trunk's own and of the coarsest stride it is made from: then upsampling doubles exactly."""
        trunk = self.bottom_up.output_shapes()
        strides = [shape.stride for shape in self._laterals(trunk).values()] if trunk else []
        return lcm(self.bottom_up.size_divisibility or 1, max(strides)) if strides else self.bottom_up.size_divisibility

    @property
    def square_side(self) -> int:
        """What the trunk wants."""
        return self.bottom_up.square_side

    def check(self) -> list[Problem]:
        trunk = self.bottom_up.output_shapes()
        inside = under(self.bottom_up.check(), "bottom_up")
        return [*inside, UNKNOWN_TRUNK] if trunk is None else [*inside, *self._problems(trunk)]

    def output_shapes(self) -> Shapes | None:
        trunk = self.bottom_up.output_shapes()
        if trunk is None or [*self._missing(trunk)]:
            return None
        return with_top(self._levels(trunk), self.top_block)

    def build(self) -> "Backbone":
        """The pyramid; a trunk that cannot tell its maps is measured first.

        Raises:
            ConfigError: the pyramid does not fit the trunk.
        """
        from det_plugin_backbones.fpn import FPN
        from det_plugin_backbones.norms import norm_layer

        bottom_up = self.bottom_up.build()
        trunk = self.bottom_up.output_shapes() or bottom_up.measured_shapes()
        refuse(self._problems(trunk))
        top_feature, top_shape = start_of_top(self.top_block, trunk=trunk, pyramid=self._levels(trunk))
        return FPN(
            bottom_up=bottom_up,
            laterals=self._laterals(trunk),
            out_channels=self.out_channels,
            norm=norm_layer(self.norm),
            fuse=self.fuse,
            top_block=self.top_block.build(in_channels=top_shape.channels, out_channels=self.out_channels),
            top_feature=top_feature,
        )

    def _laterals(self, trunk: Shapes) -> Shapes:
        """The maps that the pyramid is made from, as far as the trunk has them."""
        return {name: trunk[name] for name in self.in_features if name in trunk}

    def _levels(self, trunk: Shapes) -> Shapes:
        """The pyramid's own maps, without a top block."""
        return {
            f"p{level_of(shape)}": FeatureShape(channels=self.out_channels, stride=shape.stride)
            for shape in self._laterals(trunk).values()
        }

    def _problems(self, trunk: Shapes) -> list[Problem]:
        if missing := [*self._missing(trunk)]:
            return missing
        top_problems = misplaced_top(self.top_block, trunk=trunk, pyramid=self._levels(trunk))
        return [*self._uneven(trunk)] or [*top_problems]

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
