"""Settings of the mask head that refines points."""

from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import and_, deep_iterable, ge, le

from det_plugin_maskrcnn.interfaces import MaskHeadConfig
from detcore.specs import Problem, Shapes, finite, names, not_empty

if TYPE_CHECKING:
    from det_plugin_maskrcnn.point_rend_mask_head import PointRendMaskHead
    from det_plugin_maskrcnn.training_points import UncertainPoints

__all__ = ["PointRendMaskHeadConfig", "PointSamplingConfig"]


@frozen(kw_only=True)
class PointSamplingConfig:
    """At which points of a mask a training step looks."""

    num_points: int = field(default=196, validator=ge(1))
    """Points of each box."""

    oversampling: float = field(default=3.0, validator=and_(finite, ge(1)))
    """How many times as many are drawn, of which the least certain stay."""

    uncertain_fraction: float = field(default=0.75, validator=and_(ge(0), le(1)))
    """This share of the points is chosen so; the others are drawn and stay."""

    def build(self) -> "UncertainPoints":
        from det_plugin_maskrcnn.training_points import UncertainPoints

        return UncertainPoints(
            num_points=self.num_points,
            oversampling=self.oversampling,
            uncertain_fraction=self.uncertain_fraction,
        )


@frozen(kw_only=True)
class PointRendMaskHeadConfig(MaskHeadConfig):
    """Settings of :class:`PointRendMaskHead`; the defaults are the published ones.

    The published pooler is ``mask_pooler = { type = "point-grid", output_size = 14 }``.
    """

    coarse_conv_dim: int = field(default=256, validator=ge(1))
    """Channels of the coarse head's convolutions."""

    coarse_fc_dims: tuple[int, ...] = field(default=(1024, 1024), validator=deep_iterable(ge(1)))
    """Widths of the coarse head's fully connected layers."""

    coarse_side: int = field(default=7, validator=ge(1))
    """Height and width of the coarse masks."""

    in_features: tuple[str, ...] = field(default=("p2",), validator=and_(not_empty, names))
    """Feature maps that points are read from, among those that the heads pool from."""

    point_fc_dims: tuple[int, ...] = field(default=(256, 256, 256), validator=deep_iterable(ge(1)))
    """Widths of the layers at a point."""

    coarse_in_every_layer: bool = True
    """Whether every layer at a point sees the coarse mask again, not only the first."""

    class_agnostic: bool = False
    """Whether one mask at points serves all classes; coarse masks are one for each class."""

    sampling: PointSamplingConfig = field(factory=PointSamplingConfig)
    """Where points are learned."""

    subdivision_steps: int = field(default=5, validator=ge(0))
    """How many times the coarse side is doubled; the mask's final side is ``coarse_side`` times 2 to this power."""

    subdivision_points: int = field(default=784, validator=ge(1))
    """Points of a box that are predicted anew in each step, or all there are."""

    def check(self, *, channels: int, size: int, shapes: Shapes) -> list[Problem]:
        problems = [
            Problem(f"the heads pool from no feature map {name!r}, only {', '.join(shapes)}", ("in_features", position))
            for position, name in enumerate(self.in_features)
            if name not in shapes
        ]
        if size < 2:
            problems.append(Problem(f"needs features pooled to at least 2×2 to halve them, not {size}×{size}"))
        return problems

    def mask_size(self, *, size: int) -> int:
        return self.coarse_side << self.subdivision_steps

    def build(self, *, channels: int, size: int, shapes: Shapes, num_classes: int) -> "PointRendMaskHead":
        from det_plugin_maskrcnn.coarse_mask_head import CoarseMaskHead
        from det_plugin_maskrcnn.point_head import PointHead
        from det_plugin_maskrcnn.point_rend_mask_head import PointRendMaskHead

        whole = self._steps_of_all_points()
        return PointRendMaskHead(
            coarse_head=CoarseMaskHead(
                channels=channels,
                size=size,
                conv_dim=self.coarse_conv_dim,
                fc_dims=self.coarse_fc_dims,
                num_classes=num_classes,
                side=self.coarse_side,
            ),
            point_head=PointHead(
                channels=sum(shapes[name].channels for name in self.in_features),
                num_classes=num_classes,
                fc_dims=self.point_fc_dims,
                coarse_in_every_layer=self.coarse_in_every_layer,
                num_masks=1 if self.class_agnostic else num_classes,
            ),
            in_features=self.in_features,
            strides=[shapes[name].stride for name in self.in_features],
            training_points=self.sampling.build(),
            first_side=self.coarse_side * 2**whole,
            refinements=self.subdivision_steps - whole,
            points_each=self.subdivision_points,
        )

    def _steps_of_all_points(self) -> int:
        """How many of the first steps predict every point of their grid."""
        sides = [self.coarse_side * 2**step for step in range(1, self.subdivision_steps + 1)]
        return sum(side * side <= self.subdivision_points for side in sides)
