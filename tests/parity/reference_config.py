"""From the facts of a recorded model (``config.json``) to the config that builds the same model.

The facts decide, never the name of the recording.
"""

from typing import Any

from reference_backbones import NORMS, Facts, backbone, differences, inexpressible_backbone

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

__all__ = ["generalized_rcnn", "inexpressible"]

BOX_LOSSES = {"smooth_l1": "smooth-l1", "giou": "giou", "diou": "diou", "ciou": "ciou"}


def inexpressible(facts: Facts) -> list[str]:
    """What of a recorded model the installed plugins have no word for; empty: it can be built."""
    reasons = differences(facts, "meta_architecture", ("GeneralizedRCNN",))
    if reasons:
        return reasons
    return [
        *differences(facts["input"], "square_pad", (0,)),
        *inexpressible_backbone(facts["backbone"]),
        *(_inexpressible_rpn(facts["rpn"]) if "rpn" in facts else ["precomputed proposals"]),
        *_inexpressible_heads(facts["roi_heads"]),
    ]


def _inexpressible_rpn(facts: Facts) -> list[str]:
    return [
        *differences(facts, "type", ("RPN",)),
        *differences(facts["anchor_generator"], "type", ("DefaultAnchorGenerator",)),
        *differences(facts, "box_reg_loss_type", BOX_LOSSES),
    ]


def _inexpressible_heads(facts: Facts) -> list[str]:
    reasons = differences(facts, "type", ("StandardROIHeads",))
    if reasons:
        return reasons
    masks = _inexpressible_masks(facts["mask_head"]) if facts["mask_on"] else []
    return [
        *differences(facts, "keypoint_on", (False,)),
        *differences(facts["box_head"], "conv_norm", NORMS),
        *differences(facts["box_pooler"], "type", ("ROIAlign",)),
        *differences(facts["box_predictor"], "use_fed_loss", (False,)),
        *masks,
    ]


def _inexpressible_masks(facts: Facts) -> list[str]:
    return differences(facts, "type", ("conv_upsample",)) or differences(facts, "conv_norm", NORMS)


def generalized_rcnn(facts: Facts) -> GeneralizedRCNNConfig:
    """The config of the recorded model."""
    return GeneralizedRCNNConfig(
        backbone=backbone(facts["backbone"]),
        proposal_generator=_rpn(facts["rpn"]),
        roi_heads=_roi_heads(facts["roi_heads"]),
        pixel_mean=tuple(facts["input"]["pixel_mean"]),
        pixel_std=tuple(facts["input"]["pixel_std"]),
        channel_order=facts["input"]["format"],
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
