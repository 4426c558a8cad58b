"""Settings of heads whose features are the last stage of a residual network."""

from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import and_, ge, in_

from det_plugin_backbones import Norm, StagePlan
from det_plugin_maskrcnn.box_predictor_config import BoxPredictorConfig
from det_plugin_maskrcnn.interfaces import MaskHeadConfig
from det_plugin_maskrcnn.proposal_sampling_config import ProposalSamplingConfig
from det_plugin_parts import (
    UNKNOWN_SHAPES,
    ROIAlignPoolerConfig,
    ROIPoolerConfig,
    check_classes,
    missing_features,
    selected_shapes,
    unequal_channels,
)
from detcore.specs import DataSpec, Problem, ROIHeadsConfig, Shapes, names, not_empty, under

if TYPE_CHECKING:
    from det_plugin_maskrcnn.components import MaskHead
    from det_plugin_maskrcnn.res5_roi_heads import Res5ROIHeads

__all__ = ["Res5ROIHeadsConfig", "Res5StageConfig"]


@frozen(kw_only=True)
class Res5StageConfig:
    """The stage that runs on each box; the defaults continue a ResNet-50 or 101."""

    num_blocks: int = field(default=3, validator=ge(1))
    """Bottleneck blocks."""

    out_channels: int = field(default=2048, validator=ge(1))
    """Channels every block returns."""

    bottleneck_channels: int = field(default=512, validator=ge(1))
    """Channels inside a block."""

    groups: int = field(default=1, validator=ge(1))
    """Groups of a block's 3×3 convolution."""

    stride: int = field(default=2, validator=in_((1, 2)))
    """Stride of the first block."""

    stride_in_1x1: bool = True
    """Its stride is in its first convolution, not in the second."""

    dilation: int = field(default=1, validator=ge(1))
    """Of the 3×3 convolutions."""

    norm: Norm = field(default=Norm.FROZEN_BATCH, converter=Norm)
    """Norm after every convolution."""

    def plan(self, in_channels: int) -> StagePlan:
        """The stage on maps of ``in_channels``."""
        return StagePlan(
            name="res5",
            num_blocks=self.num_blocks,
            in_channels=in_channels,
            out_channels=self.out_channels,
            bottleneck_channels=self.bottleneck_channels,
            stride=self.stride,
            output_stride=self.stride,
            dilation=self.dilation,
            groups=self.groups,
            stride_in_1x1=self.stride_in_1x1,
            deformation=None,
            frozen=False,
        )


@frozen(kw_only=True)
class Res5ROIHeadsConfig(ROIHeadsConfig):
    """Settings of :class:`Res5ROIHeads`; the defaults are those of the published C4 models."""

    in_features: tuple[str, ...] = field(default=("res4",), validator=and_(not_empty, names))
    """Feature maps to pool from, finest first."""

    sampling: ProposalSamplingConfig = field(factory=ProposalSamplingConfig)
    """Which proposals a training step learns from."""

    pooler: ROIPoolerConfig = field(factory=lambda: ROIAlignPoolerConfig(output_size=14))
    """Features of a box, before the stage."""

    stage: Res5StageConfig = field(factory=Res5StageConfig)
    """The stage that runs on each box."""

    box_predictor: BoxPredictorConfig = field(factory=BoxPredictorConfig)
    """A vector to class and box, and which of them become detections."""

    mask_head: MaskHeadConfig | None = None
    """The stage's features to a mask; left out: boxes only."""

    def check(self, shapes: Shapes | None, data: DataSpec) -> list[Problem]:
        problems = [*self._check_shapes(shapes), *check_classes(self.num_classes, data)]
        if self.mask_head is not None and data.has_masks is False:
            problems.append(Problem("there is a mask head, but the data has no masks to learn from", ("mask_head",)))
        return problems

    def _check_shapes(self, shapes: Shapes | None) -> list[Problem]:
        if shapes is None:
            return [UNKNOWN_SHAPES]
        problems = missing_features(self.in_features, shapes) + unequal_channels(self.in_features, shapes)
        strides = [shape.stride for shape in selected_shapes(self.in_features, shapes)]
        return problems or [*under(self.pooler.check(strides), "pooler"), *self._check_mask_head(shapes)]

    def _check_mask_head(self, shapes: Shapes) -> list[Problem]:
        if self.mask_head is None:
            return []
        channels, size = self.stage.out_channels, self._size_after_stage()
        return under(self.mask_head.check(channels=channels, size=size, shapes=self._own_shapes(shapes)), "mask_head")

    def _size_after_stage(self) -> int:
        return -(-self.pooler.output_size // self.stage.stride)

    def _own_shapes(self, shapes: Shapes) -> Shapes:
        return {name: shapes[name] for name in self.in_features}

    def outputs(self) -> frozenset[str]:
        masks = {"instances.pred_masks"} if self.mask_head else set()
        return frozenset({"instances.pred_boxes", "instances.scores", "instances.pred_classes"} | masks)

    def build(self, *, shapes: Shapes, num_classes: int) -> "Res5ROIHeads":
        from det_plugin_backbones import norm_layer, residual_stage
        from det_plugin_maskrcnn.res5_roi_heads import Res5ROIHeads

        levels = selected_shapes(self.in_features, shapes)
        in_channels, channels = self.pooler.pooled_channels(levels[0].channels), self.stage.out_channels
        return Res5ROIHeads(
            num_classes=num_classes,
            in_features=self.in_features,
            sampler=self.sampling.build(num_classes=num_classes),
            pooler=self.pooler.build(strides=[level.stride for level in levels]),
            res5=residual_stage(self.stage.plan(in_channels), norm=norm_layer(self.stage.norm)),
            box_predictor=self.box_predictor.build(in_features=channels, num_classes=num_classes),
            mask_head=self._built_mask_head(shapes, num_classes),
        )

    def _built_mask_head(self, shapes: Shapes, num_classes: int) -> "MaskHead | None":
        if self.mask_head is None:
            return None
        return self.mask_head.build(
            channels=self.stage.out_channels,
            size=self._size_after_stage(),
            shapes=self._own_shapes(shapes),
            num_classes=num_classes,
        )
