"""Components of somebody else's that cannot tell their shapes: said to be unchecked, measured when built."""

import re

import pytest
import torch
from attrs import frozen
from torch import nn

from det_plugin_parts import AnchorGeneratorConfig, GridAnchorsConfig
from detcore.config import from_dict
from detcore.errors import ConfigError
from detcore.interfaces import Backbone
from detcore.plugins import installed_registry
from detcore.specs import BackboneConfig


class Mystery(Backbone):
    """Two maps of strides 8 and 16."""

    def __init__(self):
        super().__init__()
        self.fine = nn.Conv2d(3, 6, 8, stride=8)
        self.coarse = nn.Conv2d(6, 10, 2, stride=2)

    def forward(self, images):
        fine = self.fine(images)
        return {"fine": fine, "coarse": self.coarse(fine)}


@frozen(kw_only=True)
class MysteryConfig(BackboneConfig):
    """A backbone whose maps are known to nobody before it is built."""

    def output_shapes(self):
        return None

    def build(self):
        return Mystery()


@frozen(kw_only=True)
class MysteryAnchorsConfig(AnchorGeneratorConfig):
    """Anchors whose number is known when they are built."""

    def num_anchors(self, num_levels):
        return None

    def build(self, *, strides):
        return GridAnchorsConfig(sizes=((16.0,),)).build(strides=strides)


@pytest.fixture
def registry():
    registry = installed_registry().restricted()
    registry.add("mystery", MysteryConfig, distribution="somebody-elses")
    registry.add("mystery", MysteryAnchorsConfig, distribution="somebody-elses")
    return registry


def tables(backbone: dict, *, generator: dict, heads: dict) -> dict:
    return {
        "data": {"train": {"datasets": [{"type": "shapes", "num_images": 2}]}},
        "model": {
            "type": "generalized-rcnn",
            "backbone": backbone,
            "proposal_generator": {"type": "rpn", **generator},
            "roi_heads": {
                "type": "standard",
                "num_classes": 5,
                "box_head": {"type": "conv-fc", "fc_dims": [8]},
                **heads,
            },
        },
        "optimizer": {"type": "sgd"},
        "schedule": {"type": "multi-step"},
        "training": {"steps": 1},
    }


ONE_SIZE = {"anchors": {"type": "grid", "sizes": [[16]]}}
PYRAMID = {"type": "fpn", "bottom_up": {"type": "mystery"}, "in_features": ["fine", "coarse"], "out_channels": 4}

BACKBONE_UNKNOWN = "the backbone's feature maps are not known before it is built"


@pytest.mark.parametrize(
    ("written", "unchecked"),
    [
        pytest.param(
            tables(
                {"type": "mystery"}, generator={"in_features": ["fine"], **ONE_SIZE}, heads={"in_features": ["fine"]}
            ),
            [f"model.proposal_generator: {BACKBONE_UNKNOWN}", f"model.roi_heads: {BACKBONE_UNKNOWN}"],
            id="a backbone",
        ),
        pytest.param(
            tables(PYRAMID, generator={"in_features": ["p3", "p4", "p5"], **ONE_SIZE}, heads={"in_features": ["p3"]}),
            [
                "model.backbone.bottom_up: the trunk's maps are not known before it is built",
                f"model.proposal_generator: {BACKBONE_UNKNOWN}",
                f"model.roi_heads: {BACKBONE_UNKNOWN}",
            ],
            id="the trunk of a pyramid",
        ),
        pytest.param(
            tables(
                {"type": "fpn", "bottom_up": {"type": "resnet", "depth": 18}, "out_channels": 4},
                generator={"anchors": {"type": "mystery"}},
                heads={},
            ),
            ["model.proposal_generator.anchors: the number of anchors is not known before they are built"],
            id="anchors",
        ),
    ],
)
def test_what_cannot_be_known_is_reported_and_the_model_works(registry, written, unchecked):
    loaded = from_dict(written, registry=registry)
    model = loaded.experiment.model.build().eval()

    with torch.no_grad():
        (output,) = model([{"image": torch.zeros(3, 48, 64), "height": 48, "width": 64}])

    assert loaded.unchecked == unchecked
    assert output["instances"].image_size == (48, 64)


def test_a_misfit_that_only_building_can_find_is_told_with_its_place(registry):
    written = tables(
        {"type": "mystery"}, generator={"in_features": ["fine"], **ONE_SIZE}, heads={"in_features": ["fine", "coarse"]}
    )
    config = from_dict(written, registry=registry).experiment.model

    message = (
        "roi_heads.in_features: feature maps that share a head need equally many channels: {'fine': 6, 'coarse': 10}"
    )
    with pytest.raises(ConfigError, match=f"^{re.escape(message)}$"):
        config.build()
