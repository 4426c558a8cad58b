"""Heads that run the last stage of a trunk on each box."""

import pytest
import torch
from attrs import evolve

from det_plugin_maskrcnn import FCNMaskHeadConfig, PointRendMaskHeadConfig, Res5ROIHeadsConfig, Res5StageConfig
from det_plugin_parts import PointGridPoolerConfig
from detcore.specs import DataSpec, FeatureShape

SHAPES = {"res4": FeatureShape(channels=16, stride=16)}
CONFIG = Res5ROIHeadsConfig(num_classes=3, mask_head=FCNMaskHeadConfig(conv_dims=(), deconv_dim=8))


def test_the_defaults_continue_a_resnet_50():
    with torch.device("meta"):
        heads = Res5ROIHeadsConfig(num_classes=3).build(
            shapes={"res4": FeatureShape(channels=1024, stride=16)}, num_classes=3
        )

    names = dict(heads.named_parameters())
    assert names["res5.0.conv1.weight"].shape == (512, 1024, 1, 1)
    assert names["res5.2.conv3.weight"].shape == (2048, 512, 1, 1)
    assert names["box_predictor.cls_score.weight"].shape == (4, 2048)


def test_a_mask_head_is_told_the_size_that_the_stage_leaves():
    point_rend = PointRendMaskHeadConfig(in_features=("res4",))
    config = evolve(CONFIG, pooler=evolve(CONFIG.pooler, output_size=2), mask_head=point_rend)

    (problem,) = config.check(SHAPES, DataSpec())

    assert problem.path == ("mask_head",)
    assert problem.message == "needs features pooled to at least 2×2 to halve them, not 1×1"
    assert evolve(config, stage=Res5StageConfig(stride=1)).check(SHAPES, DataSpec()) == []


@pytest.mark.parametrize("side", [3, 4])
def test_points_of_a_map_can_be_refined_after_the_stage(side):
    stage = Res5StageConfig(num_blocks=1, out_channels=8, bottleneck_channels=4)
    points = PointRendMaskHeadConfig(
        in_features=("res4",), coarse_conv_dim=4, coarse_fc_dims=(8,), point_fc_dims=(8,), subdivision_steps=1
    )
    config = evolve(CONFIG, pooler=PointGridPoolerConfig(output_size=side), stage=stage, mask_head=points)
    heads = config.build(shapes=SHAPES, num_classes=3).eval()

    assert config.check(SHAPES, DataSpec()) == []
    assert heads.mask_head.coarse_head.fc1.in_features == 4
    assert config.outputs() >= {"instances.pred_masks"}


def test_masks_that_the_data_lacks_are_a_problem():
    (problem,) = CONFIG.check(SHAPES, DataSpec(has_masks=False))

    assert problem.path == ("mask_head",)
    assert problem.message == "there is a mask head, but the data has no masks to learn from"
