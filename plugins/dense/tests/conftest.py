"""A RetinaNet and an FCOS of a few thousand weights, and pictures for them."""

from collections.abc import Callable, Sequence

import pytest
import torch

from det_plugin_backbones import FPNConfig, Norm, P6P7TopBlockConfig, ResNetConfig
from det_plugin_dense import (
    CandidateSelectionConfig,
    DenseDetector,
    DenseHeadConfig,
    FCOSConfig,
    RetinaNetConfig,
)
from det_plugin_parts import GridAnchorsConfig
from detcore.structures import Boxes, Instances, ModelInput

LEVELS = ("p3", "p4", "p5", "p6")


def tiny(family: str, **changes: object) -> RetinaNetConfig | FCOSConfig:
    """Three classes, four levels, no score too low to be a detection."""
    trunk = ResNetConfig(
        depth=18, norm=Norm.GROUP, freeze_at=0, stem_out_channels=8, res2_out_channels=8, out_features=("res3", "res4")
    )
    settings: dict[str, object] = {
        "backbone": FPNConfig(
            bottom_up=trunk, in_features=("res3", "res4"), out_channels=8, top_block=P6P7TopBlockConfig()
        ),
        "num_classes": 3,
        "in_features": LEVELS,
        "head": DenseHeadConfig(conv_dims=(64,), norm=Norm.GROUP),
        "selection": CandidateSelectionConfig(score_threshold=0.0, topk_candidates=40, detections_per_image=10),
    }
    if family == "fcos":
        return FCOSConfig(**{**settings, **changes})
    anchors = GridAnchorsConfig(sizes=((16.0,), (32.0,), (64.0,), (128.0,)))
    return RetinaNetConfig(**{"anchors": anchors, **settings, **changes})


@pytest.fixture(params=["retinanet", "fcos"])
def family(request) -> str:
    return request.param


@pytest.fixture
def tiny_config() -> Callable[..., RetinaNetConfig | FCOSConfig]:
    return tiny


@pytest.fixture
def model(family: str) -> DenseDetector:
    torch.manual_seed(0)
    return tiny(family).build()


@pytest.fixture
def picture() -> Callable[..., ModelInput]:
    """A function that makes a noisy picture with these boxes; classes go round."""

    def make(height: int, width: int, boxes: Sequence[Sequence[float]] = ()) -> ModelInput:
        generator = torch.Generator().manual_seed(height * 1000 + width)
        image = torch.randint(0, 256, (3, height, width), dtype=torch.uint8, generator=generator)
        objects = Instances((height, width), gt_boxes=Boxes(boxes), gt_classes=torch.arange(len(boxes)) % 3)
        return {"image": image, "height": height, "width": width, "instances": objects}

    return make
