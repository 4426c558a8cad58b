"""What the settings of every architecture over one backbone have in common."""

from abc import abstractmethod
from math import lcm
from typing import TYPE_CHECKING, Literal

from attrs import field, frozen
from attrs.validators import and_, deep_iterable, gt, in_

from detcore.specs import (
    ArchitectureConfig,
    BackboneConfig,
    DataSpec,
    Problem,
    Shapes,
    finite,
    of_length,
    refuse,
    under,
)

if TYPE_CHECKING:
    from det_plugin_parts.picture_batching import PictureBatching
    from detcore.interfaces import Backbone

__all__ = ["PictureModelConfig"]


@frozen(kw_only=True)
class PictureModelConfig(ArchitectureConfig):
    """A backbone and the pictures it takes; the defaults are those of models trained by MSRA."""

    backbone: BackboneConfig
    """Pictures to feature maps."""

    pixel_mean: tuple[float, float, float] = field(
        default=(103.53, 116.28, 123.675), validator=and_(of_length(3), deep_iterable(finite))
    )
    """Subtracted from each channel, in ``channel_order``; pixels are 0 to 255."""

    pixel_std: tuple[float, float, float] = field(
        default=(1.0, 1.0, 1.0), validator=and_(of_length(3), deep_iterable(and_(finite, gt(0))))
    )
    """Divides each channel afterwards; 1 suits backbones trained by MSRA, which have it in their first weights."""

    channel_order: Literal["BGR", "RGB"] = field(default="BGR", validator=in_(("BGR", "RGB")))
    """The order in which the network takes a picture's channels."""

    def check(self, data: DataSpec) -> list[Problem]:
        inside = self._check_backbone()
        if any(problem.severity == "error" for problem in inside):
            # What does not depend on feature maps can be wrong all the same.
            return [*inside, *(problem for problem in self.check_parts(None, data) if problem.severity == "error")]
        return [*inside, *self.check_parts(self.backbone.output_shapes(), data)]

    @abstractmethod
    def check_parts(self, shapes: Shapes | None, data: DataSpec) -> list[Problem]:
        """What is wrong with the parts over a backbone of these feature maps; ``None``: they are not known."""

    def build_backbone(self) -> "tuple[Backbone, Shapes]":
        """The backbone and its feature maps; one that cannot tell them is measured.

        Raises:
            ConfigError: the parts do not fit the feature maps, which only building could tell.
        """
        backbone, shapes = self.backbone.build(), self.backbone.output_shapes()
        if shapes is None:
            shapes = backbone.measured_shapes()
            refuse(self.check_parts(shapes, DataSpec()))
        return backbone, shapes

    def _check_backbone(self) -> list[Problem]:
        """What is wrong inside the backbone, or with the size it pads pictures to."""
        inside = under(self.backbone.check(), "backbone")
        return inside if any(problem.severity == "error" for problem in inside) else [*inside, *self._lopsided()]

    def _lopsided(self) -> list[Problem]:
        """Whether pictures are padded to something on which the feature maps do not end evenly."""
        multiple, shapes = self.backbone.size_divisibility, self.backbone.output_shapes() or {}
        uneven = {name: shape.stride for name, shape in shapes.items() if multiple > shape.stride > 1}
        if multiple >= 0 and all(multiple % stride == 0 for stride in uneven.values()):
            return []
        message = f"pads pictures to multiples of {multiple}, which does not suit the strides of its maps: {uneven}"
        return [Problem(message, ("backbone",))]

    def build_batching(self, *, multiple_of: int = 1) -> "PictureBatching":
        """What makes a batch of pictures as the backbone takes it, padded to multiples of its own and of this."""
        from det_plugin_parts.picture_batching import PictureBatching

        return PictureBatching(
            pixel_mean=self.pixel_mean,
            pixel_std=self.pixel_std,
            size_divisibility=lcm(max(self.backbone.size_divisibility, 1), multiple_of),
            square_side=self.backbone.square_side,
        )
