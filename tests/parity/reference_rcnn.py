"""From the facts of a recorded R-CNN (``config.json``) to the config that builds the same model.

The facts decide, never the name of the recording.
"""

from collections.abc import Callable
from typing import Any

from facts import Facts, whole
from reference_backbones import NORMS, backbone, differences, inexpressible_backbone
from reference_parts import BOX_LOSSES, assigner, box_coder, box_loss, detections_per_image, grid_anchors

from det_plugin_backbones import Norm
from det_plugin_maskrcnn import (
    AnchorSamplingConfig,
    BoxPredictorConfig,
    CascadeROIHeadsConfig,
    CascadeStageConfig,
    ConvDeconvKeypointHeadConfig,
    ConvFCBoxHeadConfig,
    FastRCNNConfig,
    FCNMaskHeadConfig,
    FederatedLossConfig,
    GeneralizedRCNNConfig,
    MaskHeadConfig,
    PointRendMaskHeadConfig,
    PointSamplingConfig,
    ProposalNetworkConfig,
    ProposalSamplingConfig,
    ProposalSelectionConfig,
    Res5ROIHeadsConfig,
    Res5StageConfig,
    RPNConfig,
    StandardROIHeadsConfig,
)
from det_plugin_parts import PointGridPoolerConfig, ROIAlignPoolerConfig, ROIMaxPoolerConfig, ROIPoolerConfig
from detcore.specs import ROIHeadsConfig

__all__ = ["generalized_rcnn", "inexpressible", "inexpressible_proposal_network", "proposal_network"]


def inexpressible(facts: Facts) -> list[str]:
    """What of a recorded model the installed plugins have no word for; empty: it can be built."""
    reasons = differences(facts, "meta_architecture", ("GeneralizedRCNN",))
    if reasons:
        return reasons
    return [
        *inexpressible_backbone(facts["backbone"]),
        *(_inexpressible_rpn(facts["rpn"]) if "rpn" in facts else []),
        *_inexpressible_heads(facts["roi_heads"]),
    ]


def inexpressible_proposal_network(facts: Facts) -> list[str]:
    """What of a recorded proposal network the installed plugins have no word for; empty: it can be built."""
    return [*inexpressible_backbone(facts["backbone"]), *_inexpressible_rpn(facts["rpn"])]


def _inexpressible_rpn(facts: Facts) -> list[str]:
    return [
        *differences(facts, "type", ("RPN",)),
        *differences(facts["anchor_generator"], "type", ("DefaultAnchorGenerator",)),
        *differences(facts, "box_reg_loss_type", BOX_LOSSES),
    ]


def _inexpressible_heads(facts: Facts) -> list[str]:
    reasons = differences(facts, "type", ROI_HEADS)
    if reasons:
        return reasons
    masks = _inexpressible_masks(facts["mask_head"]) if facts["mask_on"] else []
    stages = facts.get("cascade", [facts])
    predictors = [reason for stage in stages for reason in _inexpressible_predictor(stage["box_predictor"])]
    pooler = facts["pooler"] if "pooler" in facts else facts["box_pooler"]
    return [
        *_inexpressible_pooler(pooler),
        *predictors,
        *masks,
        *_inexpressible_keypoints(facts),
        *_scattered(facts),
        *(_uneven_stages(stages, facts) if "cascade" in facts else []),
    ]


def _inexpressible_predictor(facts: Facts) -> list[str]:
    return differences(facts, "box_reg_loss_type", BOX_LOSSES)


def _inexpressible_pooler(facts: Facts) -> list[str]:
    height, width = facts["output_size"]
    unequal = [f"output_size {facts['output_size']}"] if height != width else []
    return [*differences(facts, "type", POOLERS), *unequal]


def _inexpressible_keypoints(facts: Facts) -> list[str]:
    if not facts["keypoint_on"]:
        return []
    head = facts["keypoint_head"]
    return [
        *_inexpressible_pooler(facts["keypoint_pooler"]),
        *differences(head, "type", ("conv_deconv_upsample",)),
        *differences(head, "deconv_kernel", ([4, 4],)),
        *differences(head, "up_scale", (2.0,)),
    ]


def _scattered(facts: Facts) -> list[str]:
    """Heads that look at other maps than boxes do: ours all look at the same ones."""
    names = [name for name in ("mask_in_features", "keypoint_in_features") if name in facts]
    return [reason for name in names for reason in differences(facts, name, (facts["box_in_features"],))]


def _uneven_stages(stages: list[Facts], facts: Facts) -> list[str]:
    """Stages of a cascade that differ in more than their matcher and the way they tell boxes."""
    differences(facts, "train_on_pred_boxes", (False, True))  # which the reference's cascade does not look at
    ways = [_alike(stage) for stage in stages]
    return [] if all(way == ways[0] for way in ways) else ["stages of a cascade with different heads or predictors"]


def _alike(stage: Facts) -> list[Any]:
    predictor = whole(stage["box_predictor"])
    del predictor["bbox_reg_weights"], predictor["scale_clamp"]
    return [whole(stage["box_head"]), predictor]


def _inexpressible_masks(facts: Facts) -> list[str]:
    reasons = differences(facts, "type", MASK_HEADS)
    if reasons or facts["type"] == "pointrend":
        return reasons or [*differences(facts, "point_head_on", (True,)), *_subdivided_unevenly(facts)]
    return differences(facts, "conv_norm", NORMS)


def _subdivided_unevenly(facts: Facts) -> list[str]:
    """A first resolution that is not the coarse one, doubled some times."""
    doublings, rest = divmod(facts["subdivision_init_resolution"], facts["coarse_output_shape"][1])
    is_doubled = not rest and doublings.bit_count() == 1
    return [] if is_doubled else [f"subdivision_init_resolution {facts['subdivision_init_resolution']}"]


def generalized_rcnn(facts: Facts) -> GeneralizedRCNNConfig | FastRCNNConfig:
    """The config of the recorded model; without a proposal network its proposals come with the pictures."""
    model: Facts = {
        "backbone": backbone(facts["backbone"]),
        "roi_heads": ROI_HEADS[facts["roi_heads"]["type"]](facts["roi_heads"]),
        "pixel_mean": tuple(facts["input"]["pixel_mean"]),
        "pixel_std": tuple(facts["input"]["pixel_std"]),
        "channel_order": facts["input"]["format"],
    }
    if "rpn" not in facts:
        return FastRCNNConfig(**model)
    return GeneralizedRCNNConfig(proposal_generator=_rpn(facts["rpn"]), **model)


def proposal_network(facts: Facts) -> ProposalNetworkConfig:
    """The config of the recorded model."""
    return ProposalNetworkConfig(
        backbone=backbone(facts["backbone"]),
        proposal_generator=_rpn(facts["rpn"]),
        pixel_mean=tuple(facts["input"]["pixel_mean"]),
        pixel_std=tuple(facts["input"]["pixel_std"]),
        channel_order=facts["input"]["format"],
    )


def _rpn(facts: Facts) -> RPNConfig:
    boundary = facts["anchor_boundary_thresh"]
    return RPNConfig(
        in_features=tuple(facts["in_features"]),
        conv_dims=tuple(facts["conv_dims"]),
        anchors=grid_anchors(facts["anchor_generator"]),
        box_coder=box_coder(facts),
        sampling=AnchorSamplingConfig(
            assigner=assigner(facts["anchor_matcher"]),
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
        box_loss=box_loss(facts, facts["loss_weight"].get("loss_rpn_loc", 1.0)),
    )


def _standard(facts: Facts) -> StandardROIHeadsConfig:
    return StandardROIHeadsConfig(
        num_classes=facts["num_classes"],
        in_features=tuple(facts["box_in_features"]),
        sampling=_sampling(facts),
        box_pooler=_pooler(facts["box_pooler"]),
        box_head=_box_head(facts["box_head"]),
        box_predictor=_box_predictor(facts["box_predictor"]),
        masks_of_predicted_boxes=facts["train_on_pred_boxes"],
        **_further_heads(facts),
    )


def _cascade(facts: Facts) -> CascadeROIHeadsConfig:
    stages = facts["cascade"]
    return CascadeROIHeadsConfig(
        num_classes=facts["num_classes"],
        in_features=tuple(facts["box_in_features"]),
        sampling=_sampling(facts),
        stages=tuple(
            CascadeStageConfig(assigner=assigner(stage["matcher"]), box_coder=box_coder(stage["box_predictor"]))
            for stage in stages
        ),
        box_pooler=_pooler(facts["box_pooler"]),
        box_head=_box_head(stages[0]["box_head"]),
        box_predictor=_box_predictor(stages[0]["box_predictor"]),
        **_further_heads(facts),
    )


def _res5(facts: Facts) -> Res5ROIHeadsConfig:
    stage = facts["res5"]
    return Res5ROIHeadsConfig(
        num_classes=facts["num_classes"],
        in_features=tuple(facts["in_features"]),
        sampling=_sampling(facts),
        pooler=_pooler(facts["pooler"]),
        stage=Res5StageConfig(
            num_blocks=stage["num_blocks"],
            out_channels=stage["out_channels"],
            bottleneck_channels=stage["bottleneck_channels"],
            groups=stage["groups"],
            stride=stage["stride"],
            stride_in_1x1=stage["stride_in_1x1"],
            dilation=stage["dilation"],
            norm=NORMS[stage["norm"]],
        ),
        box_predictor=_box_predictor(facts["box_predictor"]),
        mask_head=_mask_head(facts["mask_head"]) if facts["mask_on"] else None,
    )


ROI_HEADS: dict[str, Callable[[Facts], ROIHeadsConfig]] = {
    "StandardROIHeads": _standard,
    "CascadeROIHeads": _cascade,
    "Res5ROIHeads": _res5,
}


def _sampling(facts: Facts) -> ProposalSamplingConfig:
    return ProposalSamplingConfig(
        assigner=assigner(facts["proposal_matcher"]),
        batch_size_per_image=facts["batch_size_per_image"],
        positive_fraction=facts["positive_fraction"],
        append_ground_truth=facts["proposal_append_gt"],
    )


def _box_head(facts: Facts) -> ConvFCBoxHeadConfig:
    return ConvFCBoxHeadConfig(
        conv_dims=tuple(facts["conv_dims"]), fc_dims=tuple(facts["fc_dims"]), norm=_norm_between(facts)
    )


def _norm_between(facts: Facts) -> Norm:
    """After each convolution, where there are any."""
    norm = NORMS[facts["conv_norm"]]
    return norm if facts["conv_dims"] else Norm.NONE


def _further_heads(facts: Facts) -> Facts:
    found: Facts = {}
    if facts["mask_on"]:
        found |= {"mask_pooler": _mask_pooler(facts), "mask_head": _mask_head(facts["mask_head"])}
    if facts["keypoint_on"]:
        pooler, head = _pooler(facts["keypoint_pooler"]), _keypoint_head(facts["keypoint_head"])
        found |= {"keypoint_pooler": pooler, "keypoint_head": head}
    return found


def _keypoint_head(facts: Facts) -> ConvDeconvKeypointHeadConfig:
    normaliser = facts["loss_normalizer"]
    return ConvDeconvKeypointHeadConfig(
        num_keypoints=facts["num_keypoints"],
        conv_dims=tuple(facts["conv_dims"]),
        loss_weight=facts["loss_weight"],
        static_normaliser=None if normaliser == "visible" else float(normaliser),
    )


def _box_predictor(facts: Facts) -> BoxPredictorConfig:
    return BoxPredictorConfig(
        class_agnostic=facts["cls_agnostic_bbox_reg"],
        classification="sigmoid" if facts["use_sigmoid_ce"] else "softmax",
        classification_weight=facts["loss_weight"].get("loss_cls", 1.0),
        federated=_federated(facts) if facts["use_fed_loss"] else None,
        box_coder=box_coder(facts),
        box_loss=box_loss(facts, facts["loss_weight"].get("loss_box_reg", 1.0)),
        score_threshold=facts["score_thresh_test"],
        nms_threshold=facts["nms_thresh_test"],
        detections_per_image=detections_per_image(facts),
    )


def _federated(facts: Facts) -> FederatedLossConfig:
    """What a recording leaves unsaid is the reference's default."""
    return FederatedLossConfig(
        num_classes=facts.get("fed_loss_num_classes", 50),
        frequency_power=facts.get("fed_loss_freq_weight_power", 0.5),
    )


def _mask_pooler(facts: Facts) -> ROIPoolerConfig:
    if facts["mask_pooler"] is not None:
        return _pooler(facts["mask_pooler"])
    head = facts["mask_head"]
    levels = tuple(facts["mask_in_features"].index(name) for name in head["coarse_in_features"])
    return PointGridPoolerConfig(output_size=head["coarse_pool_size"], levels=levels)


def _mask_head(facts: Facts) -> MaskHeadConfig:
    return MASK_HEADS[facts["type"]](facts)


def _point_rend(facts: Facts) -> PointRendMaskHeadConfig:
    _, side, _ = facts["coarse_output_shape"]
    # What the reference calls the first resolution has the steps behind it that predict every point.
    steps = facts["subdivision_steps"] + (facts["subdivision_init_resolution"] // side).bit_length() - 1
    return PointRendMaskHeadConfig(
        coarse_conv_dim=facts["coarse_conv_dims"][-1],
        coarse_fc_dims=tuple(facts["coarse_fc_dims"]),
        coarse_side=side,
        in_features=tuple(facts["point_in_features"]),
        point_fc_dims=tuple(facts["point_fc_dims"]),
        coarse_in_every_layer=facts["coarse_pred_each_layer"],
        class_agnostic=facts.get("cls_agnostic_mask", False),
        sampling=PointSamplingConfig(
            num_points=facts["train_num_points"],
            oversampling=facts["oversample_ratio"],
            uncertain_fraction=facts["importance_sample_ratio"],
        ),
        subdivision_steps=steps,
        subdivision_points=facts["subdivision_num_points"],
    )


def _fcn(facts: Facts) -> FCNMaskHeadConfig:
    return FCNMaskHeadConfig(
        conv_dims=tuple(facts["conv_dims"]),
        deconv_dim=facts["deconv_dim"],
        norm=_norm_between(facts),
        class_agnostic=facts["cls_agnostic_mask"],
        loss_weight=facts["loss_weight"],
    )


MASK_HEADS: dict[str, Callable[[Facts], MaskHeadConfig]] = {"conv_upsample": _fcn, "pointrend": _point_rend}


def _pooler(facts: Facts) -> ROIPoolerConfig:
    return POOLERS[facts["type"]](facts)


def _roi_align(facts: Facts) -> ROIAlignPoolerConfig:
    return ROIAlignPoolerConfig(
        output_size=facts["output_size"][0],
        sampling_ratio=facts["sampling_ratio"],
        aligned=facts["aligned"],
        canonical_box_size=facts["canonical_box_size"],
        canonical_level=facts["canonical_level"],
    )


def _roi_pool(facts: Facts) -> ROIMaxPoolerConfig:
    return ROIMaxPoolerConfig(
        output_size=facts["output_size"][0],
        canonical_box_size=facts["canonical_box_size"],
        canonical_level=facts["canonical_level"],
    )


POOLERS: dict[str, Callable[[Facts], ROIPoolerConfig]] = {"ROIAlign": _roi_align, "ROIPool": _roi_pool}
