"""What the settings of ROI heads over a feature pyramid have in common."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve, field, frozen
from attrs.validators import and_

from det_plugin_maskrcnn.box_head_config import ConvFCBoxHeadConfig
from det_plugin_maskrcnn.box_predictor_config import BoxPredictorConfig
from det_plugin_maskrcnn.interfaces import BoxHeadConfig, KeypointHeadConfig, MaskHeadConfig
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
    from det_plugin_maskrcnn.components import BoxHead
    from det_plugin_maskrcnn.further_heads import FurtherHeads

__all__ = ["PyramidHeadsConfig"]

FINE_POOLER: Final = ROIAlignPoolerConfig(output_size=14)
"""For masks and keypoints, of Mask R-CNN, sections 3 and 5."""


@frozen(kw_only=True)
class PyramidHeadsConfig(ROIHeadsConfig):
    """Heads that pool from a pyramid: boxes, masks and keypoints; the defaults are the published ones."""

    in_features: tuple[str, ...] = field(default=("p2", "p3", "p4", "p5"), validator=and_(not_empty, names))
    """Feature maps to pool from, finest first."""

    sampling: ProposalSamplingConfig = field(factory=ProposalSamplingConfig)
    """Which proposals a training step learns from."""

    box_pooler: ROIPoolerConfig = field(factory=ROIAlignPoolerConfig)
    """Features of a proposal."""

    box_head: BoxHeadConfig = field(factory=ConvFCBoxHeadConfig)
    """Pooled features to a vector."""

    box_predictor: BoxPredictorConfig = field(factory=BoxPredictorConfig)
    """A vector to class and box, and which of them become detections."""

    mask_pooler: ROIPoolerConfig = field(factory=lambda: FINE_POOLER)
    """Features of a detection for its mask."""

    mask_head: MaskHeadConfig | None = None
    """Pooled features to a mask; left out: none is predicted."""

    keypoint_pooler: ROIPoolerConfig = field(factory=lambda: FINE_POOLER)
    """Features of a detection for its keypoints."""

    keypoint_head: KeypointHeadConfig | None = None
    """Pooled features to keypoints; left out: none are predicted."""

    def check(self, shapes: Shapes | None, data: DataSpec) -> list[Problem]:
        return [*self._check_shapes(shapes), *self._check_data(data), *self._idle_poolers(), *self.check_own()]

    def check_own(self) -> list[Problem]:
        """What else is wrong with these heads' own settings."""
        return []

    def _check_shapes(self, shapes: Shapes | None) -> list[Problem]:
        if shapes is None:
            return [UNKNOWN_SHAPES]
        if missing := missing_features(self.in_features, shapes):
            return missing
        problems = unequal_channels(self.in_features, shapes)
        for name in ("box", "mask", "keypoint"):
            if getattr(self, f"{name}_head") is not None:
                problems += self._check_head(name, shapes)
        return list(dict.fromkeys(problems))

    def _check_head(self, name: str, shapes: Shapes) -> list[Problem]:
        pooler: ROIPoolerConfig = getattr(self, f"{name}_pooler")
        pooled: dict[str, Any] = self._pooled(pooler, shapes)
        if name == "mask":
            pooled["shapes"] = self._own_shapes(shapes)
        problems = _pooler_problems(pooler, self.strides(shapes), f"{name}_pooler")
        return [*problems, *under(getattr(self, f"{name}_head").check(**pooled), f"{name}_head")]

    def strides(self, shapes: Shapes) -> list[int]:
        """Of the maps that are pooled from."""
        return [shape.stride for shape in selected_shapes(self.in_features, shapes)]

    def _own_shapes(self, shapes: Shapes) -> Shapes:
        return {name: shapes[name] for name in self.in_features}

    def _pooled(self, pooler: ROIPoolerConfig, shapes: Shapes) -> dict[str, int]:
        """Channels and size of what a pooler cuts out."""
        channels = shapes[self.in_features[0]].channels
        return {"channels": pooler.pooled_channels(channels), "size": pooler.output_size}

    def _check_data(self, data: DataSpec) -> list[Problem]:
        problems = check_classes(self.num_classes, data)
        if self.mask_head is not None and data.has_masks is False:
            problems.append(Problem("there is a mask head, but the data has no masks to learn from", ("mask_head",)))
        if self.keypoint_head is not None and data.keypoints is not None:
            problems += under(_check_keypoints(self.keypoint_head.num_keypoints, len(data.keypoints)), "keypoint_head")
        return problems

    def _idle_poolers(self) -> list[Problem]:
        """Settings of heads that are not there to read them."""
        return [
            Problem(f"pools for a {name} head, but there is none; leave it out", (f"{name}_pooler",))
            for name in ("mask", "keypoint")
            if getattr(self, f"{name}_head") is None and getattr(self, f"{name}_pooler") != FINE_POOLER
        ]

    def outputs(self) -> frozenset[str]:
        masks = {"instances.pred_masks"} if self.mask_head else set()
        keypoints = {"instances.pred_keypoints"} if self.keypoint_head else set()
        boxes = {"instances.pred_boxes", "instances.scores", "instances.pred_classes"}
        return frozenset(boxes | masks | keypoints)

    def build_box_head(self, shapes: Shapes) -> "BoxHead":
        """A head for what the box pooler cuts out of maps of these shapes."""
        return self.box_head.build(**self._pooled(self.box_pooler, shapes))

    def build_further_heads(self, shapes: Shapes, *, num_classes: int) -> "FurtherHeads":
        """Masks and keypoints, for maps of these shapes."""
        from det_plugin_maskrcnn.further_heads import FurtherHeads

        mask, keypoint, strides = self.mask_head, self.keypoint_head, self.strides(shapes)
        own = self._own_shapes(shapes)
        for_masks, for_keypoints = (self._pooled(each, shapes) for each in (self.mask_pooler, self.keypoint_pooler))
        return FurtherHeads(
            mask_pooler=self.mask_pooler.build(strides=strides) if mask else None,
            mask_head=mask.build(**for_masks, shapes=own, num_classes=num_classes) if mask else None,
            keypoint_pooler=self.keypoint_pooler.build(strides=strides) if keypoint else None,
            keypoint_head=keypoint.build(channels=for_keypoints["channels"]) if keypoint else None,
        )


def _check_keypoints(expected: int, found: int) -> list[Problem]:
    if found == 0:
        return [Problem("there is a keypoint head, but the data has no keypoints to learn from")]
    if expected != found:
        return [Problem(f"{expected} keypoints, but the data has {found}", ("num_keypoints",))]
    return []


def _pooler_problems(pooler: ROIPoolerConfig, strides: Sequence[int], name: str) -> list[Problem]:
    """What is wrong with a pooler's settings, or, where none of them is named, with the maps it is to pool from."""
    found = pooler.check(strides)
    return [evolve(each, path=(name, *each.path) if each.path else ("in_features",)) for each in found]
