import pytest
import torch
from attrs import evolve, frozen

from det_plugin_backbones import FPNConfig, NoTopBlockConfig, ResNetConfig
from det_plugin_maskrcnn import (
    ConvFCBoxHeadConfig,
    FCNMaskHeadConfig,
    GeneralizedRCNNConfig,
    RPNConfig,
    StandardROIHeadsConfig,
)
from det_plugin_parts import GridAnchorsConfig
from detcore.interfaces import Backbone
from detcore.specs import BackboneConfig, DataSpec, Problem

PETS = DataSpec(classes=("cat", "dog"), has_masks=True)
MASK_RCNN = GeneralizedRCNNConfig(
    backbone=FPNConfig(), roi_heads=StandardROIHeadsConfig(num_classes=2, mask_head=FCNMaskHeadConfig())
)


class Stripes(Backbone):
    """One map whose channels and stride only a look at it tells."""

    def forward(self, images):
        return {"p2": images[:, :1, ::4, ::4].expand(-1, 8, -1, -1)}


@frozen(kw_only=True)
class StripesConfig(BackboneConfig):
    def output_shapes(self):
        return None

    def build(self):
        return Stripes()


def test_the_defaults_fit_a_feature_pyramid():
    assert MASK_RCNN.check(PETS) == []
    assert MASK_RCNN.check(DataSpec()) == []


def test_the_defaults_build_the_published_model():
    with torch.device("meta"):
        model = evolve(MASK_RCNN, roi_heads=evolve(MASK_RCNN.roi_heads, num_classes=80)).build()

    assert model.roi_heads.box_predictor.cls_score.weight.shape == (81, 1024)
    assert model.roi_heads.mask_head.predictor.weight.shape == (80, 256, 1, 1)
    assert not any(name.startswith(("pixel_", "proposal_generator.anchor")) for name in model.state_dict())


def test_a_feature_map_that_is_not_there_is_named_with_its_path():
    config = evolve(MASK_RCNN, backbone=FPNConfig(top_block=NoTopBlockConfig()))

    assert config.check(PETS) == [
        Problem(
            "the backbone yields no feature map 'p6', only p2, p3, p4, p5",
            ("proposal_generator", "in_features", 4),
        )
    ]


def test_problems_of_all_parts_are_told_together():
    heads = StandardROIHeadsConfig(num_classes=5, in_features=("p2", "p7"), mask_head=FCNMaskHeadConfig())
    generator = RPNConfig(anchors=GridAnchorsConfig(sizes=((8,), (16,))))
    config = evolve(MASK_RCNN, proposal_generator=generator, roi_heads=heads)

    problems = config.check(DataSpec(classes=("cat", "dog"), has_masks=False))

    assert [problem.path for problem in problems] == [
        ("proposal_generator", "anchors", "sizes"),
        ("roi_heads", "in_features", 1),
        ("roi_heads", "num_classes"),
        ("roi_heads", "mask_head"),
    ]
    assert problems[2].message == '5 classes, but the data has 2; write "${data.num_classes}"'
    assert problems[3].message == "there is a mask head, but the data has no masks to learn from"


def test_problems_inside_the_backbone_come_first():
    config = evolve(MASK_RCNN, backbone=FPNConfig(bottom_up=ResNetConfig(out_features=("res4", "res5"))))

    assert {problem.path[0] for problem in config.check(PETS)} == {"backbone"}


def test_strides_that_skip_a_level_cannot_be_pooled_from():
    config = evolve(MASK_RCNN, roi_heads=StandardROIHeadsConfig(num_classes=2, in_features=("p2", "p4")))

    (problem,) = config.check(PETS)

    assert problem.path == ("roi_heads", "box_pooler")


def test_levels_of_different_channels_cannot_share_a_head():
    config = GeneralizedRCNNConfig(
        backbone=ResNetConfig(),
        proposal_generator=RPNConfig(in_features=("res4",), anchors=GridAnchorsConfig(sizes=((64, 128),))),
        roi_heads=StandardROIHeadsConfig(num_classes=2, in_features=("res4", "res5")),
    )

    (problem,) = config.check(PETS)

    assert problem == Problem(
        "feature maps that share a head need equally many channels: {'res4': 1024, 'res5': 2048}",
        ("roi_heads", "in_features"),
    )


def test_levels_with_different_numbers_of_anchors_cannot_share_a_head():
    anchors = GridAnchorsConfig(sizes=((8,), (16,), (32,), (64,), (128, 256)))
    config = evolve(MASK_RCNN, proposal_generator=RPNConfig(anchors=anchors))

    assert config.check(PETS) == [
        Problem(
            "levels that share a head need equally many anchors a position: [3, 3, 3, 3, 6]",
            ("proposal_generator", "anchors"),
        )
    ]


def test_a_backbone_that_cannot_tell_its_maps_is_reported_as_unchecked_and_measured_when_built():
    config = GeneralizedRCNNConfig(
        backbone=StripesConfig(),
        proposal_generator=RPNConfig(in_features=("p2",), anchors=GridAnchorsConfig(sizes=((16,),))),
        roi_heads=StandardROIHeadsConfig(
            num_classes=2, in_features=("p2",), box_head=ConvFCBoxHeadConfig(fc_dims=(8,))
        ),
    )

    problems = config.check(PETS)
    model = config.build()

    assert {problem.severity for problem in problems} == {"unchecked"}
    assert model.proposal_generator.rpn_head.conv.weight.shape == (8, 8, 3, 3)
    assert model.roi_heads.box_pooler.strides == (4,)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        pytest.param(
            lambda: ConvFCBoxHeadConfig(conv_dims=(), fc_dims=()),
            "a box head needs at least one layer: 'conv_dims' and 'fc_dims' are both empty",
            id="no layer",
        ),
        pytest.param(
            lambda: evolve(MASK_RCNN, pixel_std=(1.0, 0.0, 1.0)), "'pixel_std' must be > 0: 0.0", id="no spread"
        ),
        pytest.param(lambda: RPNConfig(conv_dims=(0,)), "'conv_dims' must be >= 1: 0", id="no channels"),
    ],
)
def test_impossible_settings_are_refused_where_they_are_written(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_masks_are_among_the_outputs_where_there_is_a_mask_head(tiny_config):
    boxes_only = evolve(tiny_config, roi_heads=evolve(tiny_config.roi_heads, mask_head=None))

    assert tiny_config.outputs() - boxes_only.outputs() == {"instances.pred_masks"}
    assert boxes_only.outputs() == {"instances.pred_boxes", "instances.scores", "instances.pred_classes"}
