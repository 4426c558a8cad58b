"""A Mask R-CNN of a few thousand weights, and pictures for it."""

from collections.abc import Callable, Sequence

import pytest
import torch

from det_plugin_backbones import FPNConfig, Norm, ResNetConfig
from det_plugin_maskrcnn import (
    BoxPredictorConfig,
    ConvFCBoxHeadConfig,
    FCNMaskHeadConfig,
    GeneralizedRCNN,
    GeneralizedRCNNConfig,
    ProposalSelectionConfig,
    RPNConfig,
    StandardROIHeadsConfig,
)
from det_plugin_parts import GridAnchorsConfig
from detcore.structures import BitMasks, Boxes, Instances, ModelInput


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


def filled_masks(boxes: Sequence[Sequence[float]], height: int, width: int) -> torch.Tensor:
    masks = torch.zeros(len(boxes), height, width, dtype=torch.bool)
    for mask, (x1, y1, x2, y2) in zip(masks, boxes, strict=True):
        mask[int(y1) : int(y2) + 1, int(x1) : int(x2) + 1] = True
    return masks
