"""From the facts of a recorded detector of one stage (``config.json``) to the config that builds the same model."""

from facts import Facts
from reference_backbones import NORMS, backbone, differences, inexpressible_backbone
from reference_parts import BOX_LOSSES, assigner, box_coder, detections_per_image, grid_anchors

from det_plugin_dense import (
    CandidateSelectionConfig,
    CentreAssignerConfig,
    DenseHeadConfig,
    FCOSConfig,
    OverlapAssignerConfig,
    RetinaNetConfig,
)
from det_plugin_parts import BoxLossConfig

__all__ = ["dense_detector", "inexpressible_dense"]


def inexpressible_dense(facts: Facts) -> list[str]:
    """What of a recorded model the installed plugins have no word for; empty: it can be built."""
    reasons = differences(facts, "meta_architecture", ("RetinaNet", "FCOS"))
    if reasons:
        return reasons
    own = facts[facts["meta_architecture"].lower()]
    is_fcos = facts["meta_architecture"] == "FCOS"
    return [
        *differences(own["head"], "type", ("FCOSHead" if is_fcos else "RetinaNetHead",)),
        *differences(own["head"], "has_centerness", (is_fcos,)),
        *differences(own["anchor_generator"], "type", ("DefaultAnchorGenerator",)),
        *(_inexpressible_points(own) if is_fcos else []),
        *inexpressible_backbone(facts["backbone"]),
        *differences(own["head"], "norm", NORMS),
        *differences(own, "box_reg_loss_type", BOX_LOSSES),
    ]


def _inexpressible_points(own: Facts) -> list[str]:
    """FCOS has one point in every cell, whose anchor is a square of the cell's size; ours has no words for others."""
    anchors = own["anchor_generator"]
    return [
        *differences(anchors, "sizes", ("stride",)),
        *differences(anchors, "aspect_ratios", ([1.0],)),
        *differences(anchors, "offset", (0.5,)),
        *differences(own, "box_transform", ("linear, normalised by anchor size (= stride)",)),
    ]


def dense_detector(facts: Facts) -> RetinaNetConfig | FCOSConfig:
    """The config of the recorded model."""
    return _retinanet(facts) if facts["meta_architecture"] == "RetinaNet" else _fcos(facts)


def _retinanet(facts: Facts) -> RetinaNetConfig:
    own = facts["retinanet"]
    return RetinaNetConfig(
        **_common(facts, own),
        anchors=grid_anchors(own["anchor_generator"]),
        box_coder=box_coder(own),
        assigner=OverlapAssignerConfig(assigner=assigner(own["anchor_matcher"])),
        box_loss=BoxLossConfig(kind=BOX_LOSSES[own["box_reg_loss_type"]], beta=own["smooth_l1_beta"]),
    )


def _fcos(facts: Facts) -> FCOSConfig:
    own = facts["fcos"]
    return FCOSConfig(
        **_common(facts, own),
        assigner=CentreAssignerConfig(radius=own["center_sampling_radius"]),
        box_loss=BoxLossConfig(kind=BOX_LOSSES[own["box_reg_loss_type"]]),
    )


def _common(facts: Facts, own: Facts) -> Facts:
    return {
        "backbone": backbone(facts["backbone"]),
        "pixel_mean": tuple(facts["input"]["pixel_mean"]),
        "pixel_std": tuple(facts["input"]["pixel_std"]),
        "channel_order": facts["input"]["format"] or "BGR",
        "num_classes": own["num_classes"],
        "in_features": tuple(own["head_in_features"]),
        "head": DenseHeadConfig(conv_dims=tuple(own["head"]["conv_dims"]), norm=NORMS[own["head"]["norm"]]),
        "focal_alpha": own["focal_loss_alpha"],
        "focal_gamma": own["focal_loss_gamma"],
        "normaliser_start": own["loss_normalizer"]["initial"],
        "normaliser_momentum": own["loss_normalizer"]["ema_momentum"],
        "selection": CandidateSelectionConfig(
            score_threshold=own["score_thresh_test"],
            topk_candidates=own["topk_candidates_test"],
            nms_threshold=own["nms_thresh_test"],
            detections_per_image=detections_per_image(own),
        ),
    }
