"""From the facts of a recorded semantic or panoptic model (``config.json``) to the config that builds the same one."""

from facts import Facts
from reference_backbones import NORMS, backbone, differences, inexpressible_backbone
from reference_rcnn import generalized_rcnn, inexpressible

from det_plugin_panoptic import (
    FPNSemanticHeadConfig,
    PanopticFPNConfig,
    PanopticMergingConfig,
    SemanticFPNConfig,
)

__all__ = ["inexpressible_panoptic", "panoptic_model"]


def inexpressible_panoptic(facts: Facts) -> list[str]:
    """What of a recorded model the installed plugins have no word for; empty: it can be built."""
    reasons = differences(facts, "meta_architecture", ("SemanticSegmentor", "PanopticFPN"))
    if reasons:
        return reasons
    head = differences(facts["sem_seg_head"], "type", ("SemSegFPNHead",)) or differences(
        facts["sem_seg_head"], "norm", NORMS
    )
    if facts["meta_architecture"] == "SemanticSegmentor":
        return [*inexpressible_backbone(facts["backbone"]), *head]
    return [*inexpressible({**facts, "meta_architecture": "GeneralizedRCNN"}), *head]


def panoptic_model(facts: Facts) -> SemanticFPNConfig | PanopticFPNConfig:
    """The config of the recorded model."""
    return _semantic(facts) if facts["meta_architecture"] == "SemanticSegmentor" else _panoptic(facts)


def _semantic(facts: Facts) -> SemanticFPNConfig:
    return SemanticFPNConfig(
        backbone=backbone(facts["backbone"]),
        sem_seg_head=_head(facts["sem_seg_head"]),
        pixel_mean=tuple(facts["input"]["pixel_mean"]),
        pixel_std=tuple(facts["input"]["pixel_std"]),
        channel_order=facts["input"]["format"],
    )


def _panoptic(facts: Facts) -> PanopticFPNConfig:
    detector, merging = generalized_rcnn(facts), facts["panoptic"]
    return PanopticFPNConfig(
        backbone=detector.backbone,
        proposal_generator=detector.proposal_generator,
        roi_heads=detector.roi_heads,
        sem_seg_head=_head(facts["sem_seg_head"]),
        merging=PanopticMergingConfig(
            overlap_threshold=merging["overlap_thresh"],
            stuff_area_limit=merging["stuff_area_thresh"],
            instance_score_threshold=merging["instances_score_thresh"],
        ),
        pixel_mean=detector.pixel_mean,
        pixel_std=detector.pixel_std,
        channel_order=detector.channel_order,
    )


def _head(facts: Facts) -> FPNSemanticHeadConfig:
    return FPNSemanticHeadConfig(
        num_classes=facts["num_classes"],
        in_features=tuple(facts["in_features"]),
        conv_dims=facts["conv_dims"],
        common_stride=facts["common_stride"],
        norm=NORMS[facts["norm"]],
        loss_weight=facts["loss_weight"],
        ignore_value=facts["ignore_value"],
    )
