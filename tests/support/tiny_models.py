"""Every first-party model at a few thousand weights: each backbone under each architecture that can use it.

A setting here is a type or a size. Channels, strides and the names of levels come from what a backbone declares.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from attrs import evolve, frozen

from det_plugin_backbones import (
    FPNConfig,
    MaxPoolTopBlockConfig,
    Norm,
    NoTopBlockConfig,
    P6P7TopBlockConfig,
    ResNetConfig,
    SimpleFeaturePyramidConfig,
    ViTConfig,
)
from det_plugin_dense import (
    CandidateSelectionConfig,
    CentreAssignerConfig,
    DenseHeadConfig,
    FCOSConfig,
    OverlapAssignerConfig,
    RetinaNetConfig,
)
from det_plugin_maskrcnn import (
    AnchorSamplingConfig,
    BoxPredictorConfig,
    CascadeROIHeadsConfig,
    ConvDeconvKeypointHeadConfig,
    ConvFCBoxHeadConfig,
    FastRCNNConfig,
    FCNMaskHeadConfig,
    GeneralizedRCNNConfig,
    PointRendMaskHeadConfig,
    ProposalNetworkConfig,
    ProposalSamplingConfig,
    ProposalSelectionConfig,
    Res5ROIHeadsConfig,
    Res5StageConfig,
    RPNConfig,
    StandardROIHeadsConfig,
)
from det_plugin_panoptic import (
    FPNSemanticHeadConfig,
    PanopticFPNConfig,
    PanopticMergingConfig,
    SemanticFPNConfig,
)
from det_plugin_parts import GridAnchorsConfig, PointGridPoolerConfig, ROIAlignPoolerConfig, ROIMaxPoolerConfig
from detcore.specs import ArchitectureConfig, BackboneConfig, FeatureShape, ROIHeadsConfig

__all__ = [
    "ARCHITECTURES",
    "BACKBONES",
    "NUM_CLASSES",
    "NUM_KEYPOINTS",
    "NUM_STUFF",
    "PLAIN",
    "TinyArchitecture",
    "variants",
]

T = TypeVar("T")

NUM_CLASSES: Final = 3
NUM_KEYPOINTS: Final = 3
NUM_STUFF: Final = 4
"""Semantic classes; the first is whatever is a thing."""

SMALL: Final[Mapping[str, Any]] = {"norm": Norm.GROUP, "freeze_at": 0, "stem_out_channels": 8, "res2_out_channels": 8}
BASIC: Final = ResNetConfig(depth=18, **SMALL)
DEEP: Final = ResNetConfig(depth=50, width_per_group=4, out_features=("res4",), **SMALL)
PYRAMID: Final = FPNConfig(bottom_up=BASIC, out_channels=8)
PATCHES: Final = ViTConfig(
    patch_size=8,
    embed_dim=16,
    depth=3,
    num_heads=2,
    mlp_ratio=2.0,
    drop_path_rate=0.0,  # a block that is left out learns nothing in that step
    window_size=3,
    global_blocks=(1,),
    image_side=64,
    pretraining_side=32,
)
PLAIN_PYRAMID: Final = SimpleFeaturePyramidConfig(net=PATCHES, out_channels=8, square_side=0)

PLAIN: Final = evolve(PYRAMID, bottom_up=evolve(BASIC, out_features=("res2", "res3")), in_features=("res2", "res3"))
"""The smallest pyramid, for tests that need some backbone: ``p2`` to ``p4``."""

BACKBONES: Final[Mapping[str, Mapping[str, BackboneConfig]]] = {
    "resnet": {
        "basic": BASIC,
        "bottleneck": evolve(DEEP, norm=Norm.BATCH),
        "resnext": evolve(DEEP, groups=2, stride_in_1x1=False, norm=Norm.SYNC_BATCH, out_features=("res5",)),
        "dilated": evolve(DEEP, res5_dilation=2, out_features=("res5",)),
        "c4, frozen": evolve(DEEP, norm=Norm.FROZEN_BATCH, freeze_at=2),
        "deformable": evolve(DEEP, deformable_stages=("res3", "res4")),
        "modulated": evolve(DEEP, deformable_stages=("res4",), deformable_groups=2, deformable_modulated=True),
    },
    "fpn": {
        "sum, max-pool": PYRAMID,
        "average, p6p7 of the pyramid": evolve(PLAIN, fuse="average", norm=Norm.GROUP, top_block=P6P7TopBlockConfig()),
        "sum, p6p7 of the trunk": evolve(PLAIN, top_block=P6P7TopBlockConfig(in_feature="res3")),
        "average, no top": evolve(PYRAMID, fuse="average", norm=Norm.LAYER, top_block=NoTopBlockConfig()),
        "bottlenecks": evolve(
            PYRAMID, bottom_up=evolve(DEEP, out_features=("res2", "res3", "res4")), in_features=("res2", "res3", "res4")
        ),
        "deformable": evolve(
            PYRAMID,
            bottom_up=evolve(DEEP, deformable_stages=("res3",), out_features=("res2", "res3")),
            in_features=("res2", "res3"),
        ),
        "a plain trunk": evolve(PYRAMID, bottom_up=PATCHES, in_features=("last_feat",)),
        "a pyramid": evolve(PYRAMID, bottom_up=PLAIN, in_features=("p2", "p3", "p4")),
    },
    "vit": {
        "windows": PATCHES,
        "convolutions": evolve(PATCHES, global_blocks=(), residual_blocks=(0, 2), use_relative_positions=False),
        "without positions": evolve(PATCHES, use_absolute_positions=False, qkv_bias=False),
    },
    "simple-feature-pyramid": {
        "max-pool": PLAIN_PYRAMID,
        # From the finer map, so that p7 has more than one cell: over a single one, group norm is constant.
        "p6p7": evolve(
            PLAIN_PYRAMID, scale_factors=(2.0, 1.0), top_block=P6P7TopBlockConfig(in_feature="p3"), norm=Norm.GROUP
        ),
        "no top, square": evolve(PLAIN_PYRAMID, top_block=NoTopBlockConfig(), square_side=128),
        "a residual trunk": evolve(PLAIN_PYRAMID, net=DEEP, in_feature="res4", top_block=MaxPoolTopBlockConfig()),
    },
}
"""By ``type``, then by what is special."""


@frozen
class Levels:
    """The maps of a backbone that one head can look at together: those that are as wide as the coarsest."""

    shapes: Mapping[str, FeatureShape]

    @classmethod
    def of(cls, backbone: BackboneConfig) -> "Levels":
        """As the backbone declares them."""
        declared = backbone.output_shapes()
        assert declared, f"{backbone} does not say which maps it makes"
        coarsest = [*declared.values()][-1]
        return cls({name: shape for name, shape in declared.items() if shape.channels == coarsest.channels})

    @property
    def names(self) -> tuple[str, ...]:
        """Finest first."""
        return tuple(self.shapes)

    @property
    def finest_stride(self) -> int:
        """Of the first."""
        return next(iter(self.shapes.values())).stride

    @property
    def anchors(self) -> GridAnchorsConfig:
        """One size for each level, larger on coarser ones."""
        return GridAnchorsConfig(sizes=tuple((4.0 * shape.stride,) for shape in self.shapes.values()))


SELECTION: Final = ProposalSelectionConfig(
    pre_nms_topk_train=40, pre_nms_topk_test=30, post_nms_topk_train=40, post_nms_topk_test=20
)
PREDICTOR: Final = BoxPredictorConfig(score_threshold=0.0, detections_per_image=10)
BOX_HEAD: Final = ConvFCBoxHeadConfig(conv_dims=(8,), fc_dims=(16,), norm=Norm.GROUP)
BOX_POOLER: Final = ROIAlignPoolerConfig(output_size=3, canonical_box_size=16)
"""Small boxes reach coarse levels, too: one of 64 pixels is looked at in ``p6``."""

SAMPLING: Final = ProposalSamplingConfig(batch_size_per_image=32)
MASK_HEAD: Final = FCNMaskHeadConfig(conv_dims=(8,), deconv_dim=8)
KEYPOINT_HEAD: Final = ConvDeconvKeypointHeadConfig(num_keypoints=NUM_KEYPOINTS, conv_dims=(8,))


def proposal_generator(levels: Levels) -> RPNConfig:
    """A proposal network over all levels."""
    return RPNConfig(
        in_features=levels.names,
        anchors=levels.anchors,
        sampling=AnchorSamplingConfig(batch_size_per_image=1024),  # all there are: coarse levels have few
        selection=SELECTION,
    )


def points(levels: Levels) -> dict[str, Any]:
    """A mask head that refines coarse masks with the finest level, and its pooler."""
    head = PointRendMaskHeadConfig(
        in_features=levels.names[:1],
        coarse_conv_dim=4,
        coarse_fc_dims=(8,),
        point_fc_dims=(8,),
        subdivision_steps=2,
        subdivision_points=50,
    )
    return {"mask_pooler": PointGridPoolerConfig(output_size=6), "mask_head": head}


def pyramid_heads(levels: Levels) -> dict[str, Any]:
    """What the standard and the cascaded heads have in common."""
    return {
        "num_classes": NUM_CLASSES,
        "in_features": levels.names,
        "sampling": SAMPLING,
        "box_pooler": BOX_POOLER,
        "box_head": BOX_HEAD,
        "box_predictor": PREDICTOR,
    }


def standard_heads(levels: Levels, **further: Any) -> StandardROIHeadsConfig:
    """Boxes, and what is asked for further."""
    return StandardROIHeadsConfig(**(pyramid_heads(levels) | further))


def cascade_heads(levels: Levels, **further: Any) -> CascadeROIHeadsConfig:
    """Boxes in three stages, and what is asked for further."""
    predictor = evolve(PREDICTOR, class_agnostic=True)
    return CascadeROIHeadsConfig(**(pyramid_heads(levels) | {"box_predictor": predictor} | further))


def res5_heads(levels: Levels, **further: Any) -> Res5ROIHeadsConfig:
    """A stage of one block on every box, and what is asked for further."""
    settings: dict[str, Any] = {
        "num_classes": NUM_CLASSES,
        "in_features": levels.names,
        "sampling": SAMPLING,
        "pooler": evolve(BOX_POOLER, output_size=6),
        "stage": Res5StageConfig(num_blocks=1, out_channels=16, bottleneck_channels=8, norm=Norm.GROUP),
        "box_predictor": PREDICTOR,
    }
    return Res5ROIHeadsConfig(**(settings | further))


ROI_HEADS: Final[Mapping[str, Callable[[Levels], ROIHeadsConfig]]] = {
    "boxes": standard_heads,
    "boxes by max-pooling": lambda levels: standard_heads(
        levels, box_pooler=ROIMaxPoolerConfig(output_size=3, canonical_box_size=16)
    ),
    "masks": lambda levels: standard_heads(levels, mask_head=MASK_HEAD),
    "points": lambda levels: standard_heads(levels, **points(levels)),
    "keypoints": lambda levels: standard_heads(levels, keypoint_head=KEYPOINT_HEAD),
    "cascaded boxes": cascade_heads,
    "cascaded masks and keypoints": lambda levels: cascade_heads(
        levels, mask_head=MASK_HEAD, keypoint_head=KEYPOINT_HEAD
    ),
    "cascaded points": lambda levels: cascade_heads(levels, **points(levels)),
    "res5 boxes": res5_heads,
    "res5 masks": lambda levels: res5_heads(levels, mask_head=evolve(MASK_HEAD, conv_dims=())),
}
"""By what is special."""


def generalized_rcnn(heads: Callable[[Levels], ROIHeadsConfig]) -> "TinyArchitecture":
    """Proposals, then these heads."""

    def over(backbone: BackboneConfig) -> GeneralizedRCNNConfig:
        levels = Levels.of(backbone)
        return GeneralizedRCNNConfig(
            backbone=backbone, proposal_generator=proposal_generator(levels), roi_heads=heads(levels)
        )

    return over


def fast_rcnn(heads: Callable[[Levels], ROIHeadsConfig]) -> "TinyArchitecture":
    """These heads alone."""
    return lambda backbone: FastRCNNConfig(backbone=backbone, roi_heads=heads(Levels.of(backbone)))


def proposal_network(backbone: BackboneConfig) -> ProposalNetworkConfig:
    """Proposals alone."""
    return ProposalNetworkConfig(backbone=backbone, proposal_generator=proposal_generator(Levels.of(backbone)))


def dense(levels: Levels) -> dict[str, Any]:
    """What RetinaNet and FCOS have in common."""
    return {
        "num_classes": NUM_CLASSES,
        "in_features": levels.names,
        "head": DenseHeadConfig(conv_dims=(8,), norm=Norm.GROUP),
        "selection": CandidateSelectionConfig(score_threshold=0.0, topk_candidates=40, detections_per_image=10),
    }


def retinanet(backbone: BackboneConfig, **changes: Any) -> RetinaNetConfig:
    """One anchor a place."""
    levels = Levels.of(backbone)
    return RetinaNetConfig(**(dense(levels) | {"backbone": backbone, "anchors": levels.anchors} | changes))


def fcos(backbone: BackboneConfig, **changes: Any) -> FCOSConfig:
    """One point a place."""
    return FCOSConfig(**(dense(Levels.of(backbone)) | {"backbone": backbone} | changes))


def semantic_head(levels: Levels) -> FPNSemanticHeadConfig:
    """A class for every place of the finest level."""
    return FPNSemanticHeadConfig(
        num_classes=NUM_STUFF, in_features=levels.names, conv_dims=8, common_stride=levels.finest_stride
    )


def semantic_fpn(backbone: BackboneConfig) -> SemanticFPNConfig:
    """Stuff alone."""
    return SemanticFPNConfig(backbone=backbone, sem_seg_head=semantic_head(Levels.of(backbone)))


def panoptic_fpn(heads: Callable[[Levels], ROIHeadsConfig]) -> "TinyArchitecture":
    """Stuff, and things by these heads."""

    def over(backbone: BackboneConfig) -> PanopticFPNConfig:
        levels = Levels.of(backbone)
        return PanopticFPNConfig(
            backbone=backbone,
            proposal_generator=proposal_generator(levels),
            roi_heads=heads(levels),
            sem_seg_head=semantic_head(levels),
            merging=PanopticMergingConfig(instance_score_threshold=0.0, stuff_area_limit=0),
        )

    return over


TinyArchitecture = Callable[[BackboneConfig], ArchitectureConfig]
"""Settings of a model over this backbone."""

ARCHITECTURES: Final[Mapping[str, Mapping[str, TinyArchitecture]]] = {
    "generalized-rcnn": {name: generalized_rcnn(heads) for name, heads in ROI_HEADS.items()},
    "fast-rcnn": {name: fast_rcnn(ROI_HEADS[name]) for name in ("masks", "cascaded boxes", "res5 boxes", "keypoints")},
    "proposal-network": {"proposals": proposal_network},
    "retinanet": {
        "overlaps": retinanet,
        "centres": lambda backbone: retinanet(backbone, assigner=CentreAssignerConfig()),
    },
    "fcos": {
        "centres": fcos,
        "overlaps": lambda backbone: fcos(backbone, assigner=OverlapAssignerConfig()),
    },
    "semantic-fpn": {"stuff": semantic_fpn},
    "panoptic-fpn": {name: panoptic_fpn(ROI_HEADS[name]) for name in ("masks", "cascaded points", "res5 masks")},
}
"""By ``type``, then by what is special."""


def variants(table: Mapping[str, Mapping[str, T]]) -> dict[str, T]:
    """All of :data:`BACKBONES` or :data:`ARCHITECTURES`, by type and what is special."""
    return {f"{kind} ({special})": each for kind, several in table.items() for special, each in several.items()}
