"""From the facts of a recorded model (``config.json``) to the config that builds the same model.

The facts decide, never the name of the recording.
"""

from collections.abc import Callable
from typing import Any

from det_plugin_backbones import (
    FPNConfig,
    MaxPoolTopBlockConfig,
    Norm,
    NoTopBlockConfig,
    P6P7TopBlockConfig,
    ResNetConfig,
    TopBlockConfig,
)
from det_plugin_maskrcnn import (
    AnchorSamplingConfig,
    BoxPredictorConfig,
    ConvFCBoxHeadConfig,
    FCNMaskHeadConfig,
    GeneralizedRCNNConfig,
    ProposalSamplingConfig,
    ProposalSelectionConfig,
    RPNConfig,
    StandardROIHeadsConfig,
)
from det_plugin_parts import (
    BoxLossConfig,
    DeltaBoxCoderConfig,
    GridAnchorsConfig,
    IoUAssignerConfig,
    ROIAlignPoolerConfig,
)
from detcore.specs import BackboneConfig

__all__ = ["generalized_rcnn", "inexpressible"]

Facts = dict[str, Any]

NORMS = {
    "": Norm.NONE,
    "FrozenBN": Norm.FROZEN_BATCH,
    "BN": Norm.BATCH,
    "SyncBN": Norm.SYNC_BATCH,
    "NaiveSyncBN": Norm.SYNC_BATCH,
    "GN": Norm.GROUP,
    "GN32": Norm.GROUP,
}
BASIC_STEM = "7x7 stride 2 conv, norm, relu, 3x3 stride 2 max pool padding 1"
BOX_LOSSES = {"smooth_l1": "smooth-l1", "giou": "giou", "diou": "diou", "ciou": "ciou"}


def inexpressible(facts: Facts) -> list[str]:
    """What of a recorded model the installed plugins have no word for; empty: it can be built."""
    reasons = _differences(facts, "meta_architecture", ("GeneralizedRCNN",))
    if reasons:
        return reasons
    return [
        *_differences(facts["input"], "square_pad", (0,)),
        *_inexpressible_backbone(facts["backbone"]),
        *(_inexpressible_rpn(facts["rpn"]) if "rpn" in facts else ["precomputed proposals"]),
        *_inexpressible_heads(facts["roi_heads"]),
    ]


def _inexpressible_backbone(facts: Facts) -> list[str]:
    reasons = _differences(facts, "type", ("fpn", "resnet"))
    if reasons:
        return reasons
    if facts["type"] == "fpn":
        return [*_differences(facts, "norm", NORMS), *_inexpressible_trunk(facts["bottom_up"])]
    return _inexpressible_trunk(facts)


def _inexpressible_trunk(facts: Facts) -> list[str]:
    reasons = _differences(facts, "type", ("resnet",))
    if reasons:
        return reasons
    deformable = ["deformable convolutions"] if any(facts["deform_on_per_stage"]) else []
    return [*_differences(facts, "norm", NORMS), *_differences(facts, "stem", (BASIC_STEM,)), *deformable]


def _inexpressible_rpn(facts: Facts) -> list[str]:
    return [
        *_differences(facts, "type", ("RPN",)),
        *_differences(facts["anchor_generator"], "type", ("DefaultAnchorGenerator",)),
        *_differences(facts, "box_reg_loss_type", BOX_LOSSES),
    ]


def _inexpressible_heads(facts: Facts) -> list[str]:
    reasons = _differences(facts, "type", ("StandardROIHeads",))
    if reasons:
        return reasons
    masks = _inexpressible_masks(facts["mask_head"]) if facts["mask_on"] else []
    return [
        *_differences(facts, "keypoint_on", (False,)),
        *_differences(facts["box_head"], "conv_norm", NORMS),
        *_differences(facts["box_pooler"], "type", ("ROIAlign",)),
        *_differences(facts["box_predictor"], "use_fed_loss", (False,)),
        *masks,
    ]


def _inexpressible_masks(facts: Facts) -> list[str]:
    return _differences(facts, "type", ("conv_upsample",)) or _differences(facts, "conv_norm", NORMS)


def _differences(facts: Facts, name: str, known: Any) -> list[str]:
    return [] if facts[name] in known else [f"{name} {facts[name]!r}"]


def generalized_rcnn(facts: Facts) -> GeneralizedRCNNConfig:
    """The config of the recorded model."""
    return GeneralizedRCNNConfig(
        backbone=_backbone(facts["backbone"]),
        proposal_generator=_rpn(facts["rpn"]),
        roi_heads=_roi_heads(facts["roi_heads"]),
        pixel_mean=tuple(facts["input"]["pixel_mean"]),
        pixel_std=tuple(facts["input"]["pixel_std"]),
        channel_order=facts["input"]["format"],
    )


def _backbone(facts: Facts) -> BackboneConfig:
    return _fpn(facts) if facts["type"] == "fpn" else _resnet(facts)


def _fpn(facts: Facts) -> FPNConfig:
    return FPNConfig(
        bottom_up=_resnet(facts["bottom_up"]),
        in_features=tuple(facts["in_features"]),
        out_channels=facts["out_channels"],
        norm=NORMS[facts["norm"]],
        fuse={"sum": "sum", "avg": "average"}[facts["fuse_type"]],
        top_block=_top_block(facts["top_block"]),
    )


def _top_block(facts: Facts | None) -> TopBlockConfig:
    if facts is None:
        return NoTopBlockConfig()
    blocks: dict[str, Callable[..., TopBlockConfig]] = {"max_pool": MaxPoolTopBlockConfig, "p6p7": P6P7TopBlockConfig}
    return blocks[facts["type"]](in_feature=facts["in_feature"])


def _resnet(facts: Facts) -> ResNetConfig:
    return ResNetConfig(
        depth=facts["depth"],
        norm=NORMS[facts["norm"]],
        freeze_at=facts["freeze_at"],
        out_features=tuple(facts["out_features"]),
        stem_out_channels=facts["stem_out_channels"],
        res2_out_channels=facts["res2_out_channels"],
        groups=facts["num_groups"],
        width_per_group=facts["width_per_group"],
        stride_in_1x1=facts["stride_in_1x1"],
        res5_dilation=facts["res5_dilation"],
    )


def _rpn(facts: Facts) -> RPNConfig:
    anchors, boundary = facts["anchor_generator"], facts["anchor_boundary_thresh"]
    return RPNConfig(
        in_features=tuple(facts["in_features"]),
        conv_dims=tuple(facts["conv_dims"]),
        anchors=GridAnchorsConfig(
            sizes=_nested(anchors["sizes"]),
            aspect_ratios=_nested(anchors["aspect_ratios"]),
            offset=anchors["offset"],
        ),
        box_coder=_box_coder(facts),
        sampling=AnchorSamplingConfig(
            assigner=_assigner(facts["anchor_matcher"]),
            batch_size_per_image=facts["batch_size_per_image"],
            positive_fraction=facts["positive_fraction"],
            boundary=boundary if boundary >= 0 else None,
        ),
        selection=ProposalSelectionConfig(
            pre_nms_topk_train=facts["pre_nms_topk"]["train"],
            pre_nms_topk_test=facts["pre_nms_topk"]["test"],
            post_nms_topk_train=facts["post_nms_topk"]["train"],
            post_nms_topk_test=facts["post_nms_topk"]["test"],
            nms_threshold=facts["nms_thresh"],
            min_box_size=facts["min_box_size"],
        ),
        objectness_weight=facts["loss_weight"].get("loss_rpn_cls", 1.0),
        box_loss=_box_loss(facts, facts["loss_weight"].get("loss_rpn_loc", 1.0)),
    )


def _roi_heads(facts: Facts) -> StandardROIHeadsConfig:
    masks: Facts = {}
    if facts["mask_on"]:
        masks = {"mask_pooler": _pooler(facts["mask_pooler"]), "mask_head": _mask_head(facts["mask_head"])}
    return StandardROIHeadsConfig(
        num_classes=facts["num_classes"],
        in_features=tuple(facts["box_in_features"]),
        sampling=ProposalSamplingConfig(
            assigner=_assigner(facts["proposal_matcher"]),
            batch_size_per_image=facts["batch_size_per_image"],
            positive_fraction=facts["positive_fraction"],
            append_ground_truth=facts["proposal_append_gt"],
        ),
        box_pooler=_pooler(facts["box_pooler"]),
        box_head=ConvFCBoxHeadConfig(
            conv_dims=tuple(facts["box_head"]["conv_dims"]),
            fc_dims=tuple(facts["box_head"]["fc_dims"]),
            norm=NORMS[facts["box_head"]["conv_norm"]],
        ),
        box_predictor=_box_predictor(facts["box_predictor"]),
        masks_of_predicted_boxes=facts["train_on_pred_boxes"],
        **masks,
    )


def _box_predictor(facts: Facts) -> BoxPredictorConfig:
    return BoxPredictorConfig(
        class_agnostic=facts["cls_agnostic_bbox_reg"],
        classification="sigmoid" if facts["use_sigmoid_ce"] else "softmax",
        classification_weight=facts["loss_weight"].get("loss_cls", 1.0),
        box_coder=_box_coder(facts),
        box_loss=_box_loss(facts, facts["loss_weight"].get("loss_box_reg", 1.0)),
        score_threshold=facts["score_thresh_test"],
        nms_threshold=facts["nms_thresh_test"],
        detections_per_image=facts["detections_per_image"],
    )


def _mask_head(facts: Facts) -> FCNMaskHeadConfig:
    return FCNMaskHeadConfig(
        conv_dims=tuple(facts["conv_dims"]),
        deconv_dim=facts["deconv_dim"],
        norm=NORMS[facts["conv_norm"]],
        class_agnostic=facts["cls_agnostic_mask"],
        loss_weight=facts["loss_weight"],
    )


def _pooler(facts: Facts) -> ROIAlignPoolerConfig:
    return ROIAlignPoolerConfig(
        output_size=facts["output_size"][0],
        sampling_ratio=facts["sampling_ratio"],
        aligned=facts["aligned"],
        canonical_box_size=facts["canonical_box_size"],
        canonical_level=facts["canonical_level"],
    )


def _assigner(facts: Facts) -> IoUAssignerConfig:
    return IoUAssignerConfig(
        thresholds=tuple(facts["thresholds"]),
        labels=tuple(facts["labels"]),
        allow_low_quality_matches=facts["allow_low_quality_matches"],
    )


def _box_coder(facts: Facts) -> DeltaBoxCoderConfig:
    return DeltaBoxCoderConfig(weights=tuple(facts["bbox_reg_weights"]), scale_clamp=facts["scale_clamp"])


def _box_loss(facts: Facts, weight: float) -> BoxLossConfig:
    return BoxLossConfig(kind=BOX_LOSSES[facts["box_reg_loss_type"]], beta=facts["smooth_l1_beta"], weight=weight)


def _nested(levels: list[Any]) -> tuple[tuple[float, ...], ...]:
    """Numbers of each level; a plain list of numbers is for every level."""
    if not isinstance(levels[0], list):
        levels = [levels]
    return tuple(tuple(float(number) for number in level) for level in levels)
