"""Settings of ResNet."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from attrs import Attribute, field, frozen
from attrs.validators import and_, deep_iterable, ge, in_, le, optional

from det_plugin_backbones.norm_config import Norm
from det_plugin_backbones.stage_plan import Deformation, StagePlan
from detcore.specs import BackboneConfig, FeatureShape, Problem, Shapes, distinct

if TYPE_CHECKING:
    from detcore.interfaces import Backbone

__all__ = ["ResNetConfig"]

BLOCKS: Final = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
"""Blocks in res2 to res5, by depth: table 1 of https://arxiv.org/abs/1512.03385."""

BASIC_DEPTHS: Final = (18, 34)
"""Depths made of basic blocks; the others are made of bottlenecks."""

FEATURES: Final = ("stem", "res2", "res3", "res4", "res5")
"""Every map there is, finest first."""

STEM_STRIDE: Final = 4


def _some_features(_: object, attribute: "Attribute[tuple[str, ...]]", value: tuple[str, ...]) -> None:
    chosen = tuple(name for name in FEATURES if name in value)
    if not chosen or chosen != tuple(value):
        raise ValueError(
            f"'{attribute.name}' must be some of {', '.join(FEATURES)}, each once and in this order, not {list(value)}"
        )


@frozen(kw_only=True)
class ResNetConfig(BackboneConfig):
    """ResNet of He et al. (2015), and with ``groups`` ResNeXt; the defaults are those of the published R-CNN models."""

    depth: int = field(default=50, validator=in_(tuple(BLOCKS)))
    """Layers with weights: 18, 34 (basic blocks), 50, 101 or 152 (bottlenecks)."""

    norm: Norm = field(default=Norm.FROZEN_BATCH, converter=Norm)
    """Norm after every convolution. From scratch, take ``"batch"`` or ``"group"``, with ``freeze_at = 0``."""

    freeze_at: int = field(default=2, validator=and_(ge(0), le(5)))
    """The stem (from 1 on) and the stages up to this one do not learn; 0: everything learns."""

    out_features: tuple[str, ...] = field(default=("res2", "res3", "res4", "res5"), validator=_some_features)
    """Maps to return, finest first. Stages after the last of them are not built."""

    stem_out_channels: int = field(default=64, validator=ge(1))
    """Channels of the stem."""

    res2_out_channels: int | None = field(default=None, validator=optional(ge(1)))
    """Channels of res2, doubled by each later stage; left out: 64 with basic blocks, 256 with bottlenecks."""

    groups: int = field(default=1, validator=ge(1))
    """Groups of a bottleneck's 3×3 convolution; more than 1 is ResNeXt."""

    width_per_group: int = field(default=64, validator=ge(1))
    """Channels of one such group in res2, doubled by each later stage."""

    stride_in_1x1: bool = True
    """A bottleneck's stride is in its first convolution, as the weights trained by MSRA expect, not in the second."""

    res5_dilation: int = field(default=1, validator=in_((1, 2)))
    """2: res5 keeps the size of res4 and spreads its 3×3 convolutions instead, as DC5 models do."""

    deformable_stages: tuple[str, ...] = field(
        default=(), validator=and_(distinct, deep_iterable(in_(("res2", "res3", "res4", "res5"))))
    )
    """Stages whose 3×3 convolutions learn where to look: Dai et al. (2017)."""

    deformable_groups: int = field(default=1, validator=ge(1))
    """Groups of channels that look at places of their own."""

    deformable_modulated: bool = False
    """They also learn how much each place counts: version 2, Zhu et al. (2018)."""

    def __attrs_post_init__(self) -> None:
        if self._is_basic and (self.groups, self.width_per_group, self.res5_dilation) != (1, 64, 1):
            settings = "'groups', 'width_per_group' and 'res5_dilation'"
            raise ValueError(f"{settings} need bottlenecks, which depth {self.depth} does not have")
        if self._is_basic and self.deformable_stages:
            raise ValueError(f"'deformable_stages' needs bottlenecks, which depth {self.depth} does not have")
        self._refuse_what_is_not_built()
        self._refuse_what_has_no_effect()

    def _refuse_what_is_not_built(self) -> None:
        last = self.out_features[-1]
        if self.freeze_at > FEATURES.index(last) + 1:
            raise ValueError(
                f"'freeze_at' ({self.freeze_at}) goes beyond {last}, the last of 'out_features', after which nothing is"
                f" built; at most {FEATURES.index(last) + 1} makes sense"
            )
        if self.res5_dilation > 1 and last != "res5":
            raise ValueError(f"'res5_dilation' needs res5, which is not built: the last of 'out_features' is {last}")
        unbuilt = [name for name in self.deformable_stages if FEATURES.index(name) > FEATURES.index(last)]
        if unbuilt:
            raise ValueError(
                f"'deformable_stages' needs {', '.join(unbuilt)}, not built: the last of 'out_features' is {last}"
            )

    def _refuse_what_has_no_effect(self) -> None:
        if not self.deformable_stages and (self.deformable_groups, self.deformable_modulated) != (1, False):
            raise ValueError(
                "'deformable_groups' and 'deformable_modulated' have no effect while 'deformable_stages' is empty"
            )

    def stages(self) -> tuple[StagePlan, ...]:
        """The stages that are built, finest first."""
        last = FEATURES.index(self.out_features[-1])
        plans: list[StagePlan] = []
        for index in range(last):
            plans.append(self._stage(index, plans[-1] if plans else None))
        return tuple(plans)

    def check_fresh(self) -> Iterator[Problem]:
        told = {"norm": "frozen norms keep the statistics they start with, and fresh weights have none"}
        if self.norm is not Norm.FROZEN_BATCH:
            told = {"freeze_at": "the first layers never learn, and their weights are fresh"} if self.freeze_at else {}
        advice = 'set weights.path, or to train from nothing norm = "group" (or "batch") and freeze_at = 0'
        for name, reason in told.items():
            yield Problem(f"{reason}; {advice}", (name,), severity="doubtful")

    def output_shapes(self) -> Shapes:
        shapes = {"stem": FeatureShape(channels=self.stem_out_channels, stride=STEM_STRIDE)}
        for plan in self.stages():
            shapes[plan.name] = FeatureShape(channels=plan.out_channels, stride=plan.output_stride)
        return {name: shapes[name] for name in self.out_features}

    def build(self) -> "Backbone":
        from det_plugin_backbones.blocks import BasicStem
        from det_plugin_backbones.norms import frozen_norm_layer, norm_layer
        from det_plugin_backbones.resnet import ResNet
        from det_plugin_backbones.stages import residual_stage

        learning, frozen_norm = norm_layer(self.norm), frozen_norm_layer(self.norm)
        is_stem_frozen = self.freeze_at >= 1
        stem = BasicStem(out_channels=self.stem_out_channels, norm=frozen_norm if is_stem_frozen else learning)
        stem.requires_grad_(not is_stem_frozen)
        stages = {}
        for plan in self.stages():
            stage = residual_stage(plan, norm=frozen_norm if plan.frozen else learning)
            stages[plan.name] = stage.requires_grad_(not plan.frozen)
        return ResNet(stem=stem, stages=stages, out_features=self.out_features)

    def _stage(self, index: int, previous: StagePlan | None) -> StagePlan:
        is_dilated = FEATURES[index + 1] == "res5" and self.res5_dilation > 1
        stride = 1 if previous is None or is_dilated else 2
        return StagePlan(
            name=FEATURES[index + 1],
            num_blocks=BLOCKS[self.depth][index],
            in_channels=self.stem_out_channels if previous is None else previous.out_channels,
            out_channels=self._res2_out_channels << index,
            bottleneck_channels=None if self._is_basic else self.groups * self.width_per_group << index,
            stride=stride,
            output_stride=stride * (STEM_STRIDE if previous is None else previous.output_stride),
            dilation=self.res5_dilation if is_dilated else 1,
            groups=self.groups,
            stride_in_1x1=self.stride_in_1x1,
            deformation=self._deformation if FEATURES[index + 1] in self.deformable_stages else None,
            frozen=self.freeze_at >= index + 2,
        )

    @property
    def _deformation(self) -> Deformation:
        return Deformation(groups=self.deformable_groups, is_modulated=self.deformable_modulated)

    @property
    def _is_basic(self) -> bool:
        return self.depth in BASIC_DEPTHS

    @property
    def _res2_out_channels(self) -> int:
        if self.res2_out_channels is not None:
            return self.res2_out_channels
        return 64 if self._is_basic else 256
