"""A semantic and a panoptic FPN of a few thousand weights, and pictures for them."""

from collections.abc import Callable, Sequence

import pytest
import torch

from det_plugin_backbones import FPNConfig, Norm, ResNetConfig
from det_plugin_maskrcnn import (
    BoxPredictorConfig,
    ConvFCBoxHeadConfig,
    FCNMaskHeadConfig,
    ProposalSelectionConfig,
    RPNConfig,
    StandardROIHeadsConfig,
)
from det_plugin_panoptic import (
    FPNSemanticHeadConfig,
    PanopticFPN,
    PanopticFPNConfig,
    PanopticMergingConfig,
    SemanticFPN,
    SemanticFPNConfig,
)
from detcore.structures import BitMasks, Boxes, Instances, ModelInput


def tiny(family: str, **changes: object) -> SemanticFPNConfig | PanopticFPNConfig:
    """Three classes of things and three of stuff; no score too low to be a detection."""
    trunk = ResNetConfig(depth=18, norm=Norm.GROUP, freeze_at=0, stem_out_channels=8, res2_out_channels=8)
    settings: dict[str, object] = {
        "backbone": FPNConfig(bottom_up=trunk, out_channels=8),
        "sem_seg_head": FPNSemanticHeadConfig(num_classes=4, conv_dims=8),
    }
    if family == "semantic-fpn":
        return SemanticFPNConfig(**{**settings, **changes})
    selection = ProposalSelectionConfig(
        pre_nms_topk_train=50, pre_nms_topk_test=50, post_nms_topk_train=40, post_nms_topk_test=20
    )
    heads = StandardROIHeadsConfig(
        num_classes=3,
        box_head=ConvFCBoxHeadConfig(fc_dims=(16,)),
        box_predictor=BoxPredictorConfig(score_threshold=0.0, detections_per_image=10),
        mask_head=FCNMaskHeadConfig(conv_dims=(8,), deconv_dim=8),
    )
    settings |= {
        "proposal_generator": RPNConfig(selection=selection),
        "roi_heads": heads,
        "merging": PanopticMergingConfig(instance_score_threshold=0.0, stuff_area_limit=0),
    }
    return PanopticFPNConfig(**{**settings, **changes})


@pytest.fixture(params=["semantic-fpn", "panoptic-fpn"])
def family(request) -> str:
    return request.param


@pytest.fixture
def tiny_config() -> Callable[..., SemanticFPNConfig | PanopticFPNConfig]:
    return tiny


@pytest.fixture
def model(family: str) -> SemanticFPN | PanopticFPN:
    torch.manual_seed(0)
    return tiny(family).build()


@pytest.fixture
def picture() -> Callable[..., ModelInput]:
    """A function that makes a noisy picture with these boxes, filled, and stuff of all kinds, or ``label`` alone."""

    def make(height: int, width: int, boxes: Sequence[Sequence[float]] = (), *, label: int | None = None) -> ModelInput:
        generator = torch.Generator().manual_seed(height * 1000 + width)
        image = torch.randint(0, 256, (3, height, width), dtype=torch.uint8, generator=generator)
        objects = Instances((height, width), gt_boxes=Boxes(boxes), gt_classes=torch.arange(len(boxes)) % 3)
        masks = torch.zeros((len(boxes), height, width), dtype=torch.bool)
        for mask, (x1, y1, x2, y2) in zip(masks, boxes, strict=True):
            mask[round(y1) : round(y2), round(x1) : round(x2)] = True
        objects.gt_masks = BitMasks(masks)
        labels = torch.randint(0, 4, (height, width), generator=generator) if label is None else label
        sem_seg = torch.zeros((height, width), dtype=torch.int64) + labels
        return {"image": image, "height": height, "width": width, "instances": objects, "sem_seg": sem_seg}

    return make
