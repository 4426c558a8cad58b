"""Every family of models at a few thousand weights, and pictures for them."""

from collections.abc import Callable, Sequence

import pytest
import torch
from attrs import evolve

from det_plugin_backbones import FPNConfig, Norm, ResNetConfig
from det_plugin_maskrcnn import (
    BoxPredictorConfig,
    CascadeROIHeadsConfig,
    ConvDeconvKeypointHeadConfig,
    ConvFCBoxHeadConfig,
    FastRCNNConfig,
    FCNMaskHeadConfig,
    GeneralizedRCNN,
    GeneralizedRCNNConfig,
    PointRendMaskHeadConfig,
    ProposalNetworkConfig,
    ProposalSelectionConfig,
    Res5ROIHeadsConfig,
    Res5StageConfig,
    RPNConfig,
    StandardROIHeadsConfig,
)
from det_plugin_parts import GridAnchorsConfig, PictureModelConfig, PointGridPoolerConfig, ROIAlignPoolerConfig
from detcore.structures import BitMasks, Boxes, Instances, Keypoints, ModelInput

POINT_REND = PointRendMaskHeadConfig(
    coarse_conv_dim=4, coarse_fc_dims=(8,), point_fc_dims=(8,), subdivision_steps=2, subdivision_points=50
)


@pytest.fixture
def tiny_config() -> GeneralizedRCNNConfig:
    """Three classes, two levels of the pyramid, no score too low to be a detection."""
    trunk = ResNetConfig(
        depth=18, norm=Norm.GROUP, freeze_at=0, stem_out_channels=8, res2_out_channels=8, out_features=("res2", "res3")
    )
    return GeneralizedRCNNConfig(
        backbone=FPNConfig(bottom_up=trunk, in_features=("res2", "res3"), out_channels=8),
        proposal_generator=RPNConfig(
            in_features=("p2", "p3"),
            anchors=GridAnchorsConfig(sizes=((16.0,), (32.0,))),
            selection=ProposalSelectionConfig(
                pre_nms_topk_train=50, pre_nms_topk_test=40, post_nms_topk_train=100, post_nms_topk_test=30
            ),
        ),
        roi_heads=StandardROIHeadsConfig(
            num_classes=3,
            in_features=("p2", "p3"),
            box_head=ConvFCBoxHeadConfig(fc_dims=(16,)),
            box_predictor=BoxPredictorConfig(score_threshold=0.0, detections_per_image=10),
            mask_head=FCNMaskHeadConfig(conv_dims=(8,), deconv_dim=8),
        ),
    )


@pytest.fixture
def tiny_model(tiny_config: GeneralizedRCNNConfig) -> GeneralizedRCNN:
    torch.manual_seed(0)
    return tiny_config.build()


@pytest.fixture
def picture() -> Callable[..., ModelInput]:
    """A function that makes a noisy picture with these boxes, whose masks fill them; classes go round."""

    def make(height: int, width: int, boxes: Sequence[Sequence[float]] = ()) -> ModelInput:
        generator = torch.Generator().manual_seed(height * 1000 + width)
        image = torch.randint(0, 256, (3, height, width), dtype=torch.uint8, generator=generator)
        objects = Instances(
            (height, width),
            gt_boxes=Boxes(boxes),
            gt_classes=torch.arange(len(boxes)) % 3,
            gt_masks=BitMasks(filled_masks(boxes, height, width)),
        )
        return {"image": image, "height": height, "width": width, "instances": objects}

    return make


def tiny_family(name: str, base: GeneralizedRCNNConfig) -> PictureModelConfig:
    """A member of a family, as much like ``base``, a Mask R-CNN, as it can be."""
    heads = base.roi_heads
    assert isinstance(heads, StandardROIHeadsConfig)
    shared = {"num_classes": 3, "box_predictor": evolve(heads.box_predictor, class_agnostic=name == "cascade")}
    families: dict[str, Callable[[], PictureModelConfig]] = {
        "standard": lambda: base,
        "cascade": lambda: evolve(
            base,
            roi_heads=CascadeROIHeadsConfig(
                in_features=heads.in_features, box_head=heads.box_head, mask_head=heads.mask_head, **shared
            ),
        ),
        "res5": lambda: evolve(
            base,
            roi_heads=Res5ROIHeadsConfig(
                in_features=("p3",),
                pooler=ROIAlignPoolerConfig(output_size=6),
                stage=Res5StageConfig(num_blocks=1, out_channels=16, bottleneck_channels=8, norm=Norm.GROUP),
                mask_head=FCNMaskHeadConfig(conv_dims=(), deconv_dim=8),
                **shared,
            ),
        ),
        "keypoint": lambda: evolve(
            base,
            roi_heads=evolve(
                heads, mask_head=None, keypoint_head=ConvDeconvKeypointHeadConfig(num_keypoints=3, conv_dims=(8,))
            ),
        ),
        "point-rend": lambda: evolve(
            base,
            roi_heads=evolve(heads, mask_pooler=PointGridPoolerConfig(output_size=6), mask_head=POINT_REND),
        ),
        "fast-rcnn": lambda: FastRCNNConfig(backbone=base.backbone, roi_heads=heads),
        "proposal-network": lambda: ProposalNetworkConfig(
            backbone=base.backbone, proposal_generator=base.proposal_generator
        ),
    }
    return families[name]()


@pytest.fixture
def family_config(tiny_config: GeneralizedRCNNConfig) -> Callable[[str], PictureModelConfig]:
    """A function that gives the config of the family of this name."""
    return lambda name: tiny_family(name, tiny_config)


@pytest.fixture
def full_picture(picture: Callable[..., ModelInput]) -> Callable[..., ModelInput]:
    """As ``picture``, with three keypoints to each object, and proposals: the objects and a few boxes beside them."""

    def make(height: int, width: int, boxes: Sequence[Sequence[float]] = ()) -> ModelInput:
        made = picture(height, width, boxes)
        low, high = made["instances"].gt_boxes.tensor.split(2, dim=1)
        points = torch.stack([low + share * (high - low) for share in (0.2, 0.5, 0.7)], dim=1)
        made["instances"].gt_keypoints = Keypoints(torch.cat([points, torch.full_like(points[..., :1], 2.0)], dim=2))
        beside = torch.tensor([[0.0, 0.0, width / 2, height / 2], [width / 3, height / 3, width, height]])
        proposal_boxes = Boxes(torch.cat([made["instances"].gt_boxes.tensor, beside]))
        made["proposals"] = Instances(
            (height, width), proposal_boxes=proposal_boxes, objectness_logits=torch.zeros(len(proposal_boxes))
        )
        return made

    return make


def filled_masks(boxes: Sequence[Sequence[float]], height: int, width: int) -> torch.Tensor:
    masks = torch.zeros(len(boxes), height, width, dtype=torch.bool)
    for mask, (x1, y1, x2, y2) in zip(masks, boxes, strict=True):
        mask[int(y1) : int(y2) + 1, int(x1) : int(x2) + 1] = True
    return masks
