"""Settings of the semantic head of panoptic FPN."""

from math import lcm
from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import and_, ge

from det_plugin_backbones import Norm
from det_plugin_panoptic.interfaces import SemanticHeadConfig
from det_plugin_panoptic.label_checks import check_ignored, check_labels
from det_plugin_parts import UNKNOWN_SHAPES, missing_features, selected_shapes
from detcore.specs import DataSpec, Problem, Shapes, finite, names, not_empty

if TYPE_CHECKING:
    from det_plugin_panoptic.fpn_semantic_head import FPNSemanticHead

__all__ = ["FPNSemanticHeadConfig"]


@frozen(kw_only=True)
class FPNSemanticHeadConfig(SemanticHeadConfig):
    """Settings of :class:`FPNSemanticHead`; the defaults are those of the paper."""

    in_features: tuple[str, ...] = field(default=("p2", "p3", "p4", "p5"), validator=and_(not_empty, names))
    """Feature maps to look at."""

    conv_dims: int = field(default=128, validator=ge(1))
    """Channels of the convolutions that bring each map to the common stride, and of their sum."""

    common_stride: int = field(default=4, validator=ge(1))
    """Stride at which the maps are added up and classified; each map's own is this times a power of two."""

    norm: Norm = field(default=Norm.GROUP, converter=Norm)
    """What follows each of those convolutions."""

    loss_weight: float = field(default=1.0, validator=and_(finite, ge(0)))
    """Weight of the loss; 0.5 beside a detector, in published models."""

    ignore_value: int = field(default=255, validator=ge(0))
    """Pixels with this label are not learned; seldom one of the classes."""

    def check(self, shapes: Shapes | None, data: DataSpec) -> list[Problem]:
        ignored = check_ignored(self.ignore_value, self.num_classes, data)
        return [*self._check_shapes(shapes), *check_labels(self.num_classes, data), *ignored]

    def _check_shapes(self, shapes: Shapes | None) -> list[Problem]:
        if shapes is None:
            return [UNKNOWN_SHAPES]
        if missing := missing_features(self.in_features, shapes):
            return missing
        strides = {name: shapes[name].stride for name in self.in_features}
        if all(_is_doubled(self.common_stride, stride) for stride in strides.values()):
            return []
        message = f"is {self.common_stride}, and every stride must be that times a power of two; found {strides}"
        return [Problem(message, ("common_stride",))]

    def size_divisibility(self, shapes: Shapes) -> int:
        return lcm(*(level.stride for level in selected_shapes(self.in_features, shapes)))

    def build(self, *, shapes: Shapes) -> "FPNSemanticHead":
        from det_plugin_backbones import norm_layer
        from det_plugin_panoptic.fpn_semantic_head import FPNSemanticHead

        return FPNSemanticHead(
            in_channels={name: shapes[name].channels for name in self.in_features},
            strides={name: shapes[name].stride for name in self.in_features},
            num_classes=self.num_classes,
            conv_dims=self.conv_dims,
            stride=self.common_stride,
            norm=norm_layer(self.norm),
            loss_weight=self.loss_weight,
            ignore_value=self.ignore_value,
        )


def _is_doubled(base: int, stride: int) -> bool:
    """Whether doubling ``base`` some times, or never, gives ``stride``."""
    times, rest = divmod(stride, base)
    return rest == 0 and times.bit_count() == 1
