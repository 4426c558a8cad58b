"""Settings of the simple feature pyramid."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from attrs import field, frozen
from attrs.validators import and_, deep_iterable, ge, in_

from det_plugin_backbones.norm_config import Norm
from det_plugin_backbones.pyramid_level import level_of
from det_plugin_backbones.pyramid_top import misplaced_top, start_of_top, with_top
from det_plugin_backbones.top_block_config import MaxPoolTopBlockConfig, TopBlockConfig
from det_plugin_backbones.vit_config import ViTConfig
from detcore.specs import BackboneConfig, FeatureShape, Problem, Shapes, distinct, not_empty, refuse, under

if TYPE_CHECKING:
    from attrs import Attribute

    from detcore.interfaces import Backbone

__all__ = ["SimpleFeaturePyramidConfig"]

UNKNOWN_TRUNK: Final = Problem("the trunk's map is not known before it is built", ("net",), "unchecked")
"""What can be said where the trunk says nothing."""

SCALES: Final = (4.0, 2.0, 1.0, 0.5)
"""Heights and widths of levels that can be made, in multiples of the trunk's map."""


def _finest_first(_: object, attribute: "Attribute[tuple[float, ...]]", scales: tuple[float, ...]) -> None:
    if tuple(sorted(scales, reverse=True)) != tuple(scales):
        raise ValueError(f"'{attribute.name}' must go from fine to coarse, largest first, not {list(scales)}")


@frozen(kw_only=True)
class SimpleFeaturePyramidConfig(BackboneConfig):
    """Simple feature pyramid of ViTDet (Li et al., 2022): every level from the one map of a plain trunk.

    Its maps are ``p2``, ``p3``, …, numbered by their stride: 2 to the power of the number.
    """

    net: BackboneConfig = field(factory=ViTConfig)
    """The trunk."""

    in_feature: str = field(default="last_feat", validator=not_empty)
    """The trunk's map that every level is made from."""

    scale_factors: tuple[float, ...] = field(
        default=SCALES, validator=and_(not_empty, distinct, deep_iterable(in_(SCALES)), _finest_first)
    )
    """Heights and widths of the levels in multiples of that map, finest first: some of 4, 2, 1 and 0.5."""

    out_channels: int = field(default=256, validator=ge(1))
    """Channels of every level."""

    norm: Norm = field(default=Norm.LAYER, converter=Norm)
    """Norm after every convolution of the pyramid."""

    top_block: TopBlockConfig = field(factory=MaxPoolTopBlockConfig)
    """Coarser levels on top; ``"none"``: the pyramid ends with the last of ``scale_factors``."""

    # Settles what the base class leaves open, so it has that name.
    square_side: int = field(default=1024, validator=ge(0))
    """Pictures are padded to a square of this side, which none may exceed; 0: as far as their batch needs."""

    @property
    def size_divisibility(self) -> int:
        """0, as in Detectron2, whatever the trunk says: no two maps are merged, and parts of patches are cut off."""
        return 0

    def check(self) -> list[Problem]:
        trunk = self.net.output_shapes()
        inside = under(self.net.check(), "net")
        return [*inside, UNKNOWN_TRUNK] if trunk is None else [*inside, *self._problems(trunk)]

    def output_shapes(self) -> Shapes | None:
        trunk = self.net.output_shapes()
        if trunk is None or [*self._misfits(trunk)]:
            return None
        return with_top(self._levels(trunk), self.top_block)

    def build(self) -> "Backbone":
        """The pyramid; a trunk that cannot tell its map is measured first.

        Raises:
            ConfigError: the pyramid does not fit the trunk.
        """
        from det_plugin_backbones.norms import norm_layer
        from det_plugin_backbones.simple_feature_pyramid import SimpleFeaturePyramid, scaled_level

        net = self.net.build()
        trunk = self.net.output_shapes() or net.measured_shapes()
        refuse(self._problems(trunk))
        levels, norm, in_channels = self._levels(trunk), norm_layer(self.norm), trunk[self.in_feature].channels
        top_feature, top_shape = start_of_top(self.top_block, trunk=trunk, pyramid=levels)
        return SimpleFeaturePyramid(
            net=net,
            in_feature=self.in_feature,
            levels={
                level_of(shape): scaled_level(
                    scale=scale, in_channels=in_channels, out_channels=self.out_channels, norm=norm
                )
                for scale, shape in zip(self.scale_factors, levels.values(), strict=True)
            },
            top_block=self.top_block.build(in_channels=top_shape.channels, out_channels=self.out_channels),
            top_feature=top_feature,
        )

    def _levels(self, trunk: Shapes) -> Shapes:
        """The pyramid's own maps, without a top block."""
        strides = [int(trunk[self.in_feature].stride / scale) for scale in self.scale_factors]
        shapes = [FeatureShape(channels=self.out_channels, stride=stride) for stride in strides]
        return {f"p{level_of(shape)}": shape for shape in shapes}

    def _problems(self, trunk: Shapes) -> list[Problem]:
        if misfits := [*self._misfits(trunk)]:
            return misfits
        return [*misplaced_top(self.top_block, trunk=trunk, pyramid=self._levels(trunk))]

    def _misfits(self, trunk: Shapes) -> Iterator[Problem]:
        if self.in_feature not in trunk:
            yield Problem(f"the trunk has no map {self.in_feature!r}; it returns {', '.join(trunk)}", ("in_feature",))
            return
        shape, finest = trunk[self.in_feature], self.scale_factors[0]
        if shape.stride & (shape.stride - 1) or shape.stride < finest:
            message = f"{self.in_feature!r} needs a stride that is a power of two of at least {finest:g}"
            yield Problem(f"{message}, not {shape.stride}", ("in_feature",))
        if shape.channels % max(int(finest), 1):
            message = f"{self.in_feature!r} has {shape.channels} channels, which scaling by {finest:g} cannot divide"
            yield Problem(f"{message} by {finest:g}", ("scale_factors", 0))
