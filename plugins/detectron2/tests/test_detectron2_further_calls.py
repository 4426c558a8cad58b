"""Calls of plain transformers, cascades, keypoints, C4 heads and semantic heads."""

import pytest

from det_plugin_detectron2 import translate

VIT = """
_target_: detectron2.modeling.SimpleFeaturePyramid
in_feature: last_feat
out_channels: 16
scale_factors: [4.0, 2.0]
square_pad: 128
net:
  _target_: detectron2.modeling.ViT
  depth: 4
  embed_dim: 32
  num_heads: 2
  img_size: 96
  drop_path_rate: 0.2
  norm_layer: {_target_: mine.layer_norm, eps: 1.0e-06}
  use_rel_pos: true
  window_block_indexes: [0, 2]
  window_size: 3
  residual_block_indexes: [1]
"""

MATCHER = "_target_: detectron2.modeling.matcher.Matcher, labels: [0, 1], thresholds"
COMMON = "num_classes: 5, batch_size_per_image: 8, positive_fraction: 0.5, box_in_features: [p2]"
PREDICTOR = "_target_: detectron2.modeling.FastRCNNOutputLayers, cls_agnostic_bbox_reg: true"
TRANSFORM = "_target_: detectron2.modeling.box_regression.Box2BoxTransform, weights"
HEAD = "{_target_: detectron2.modeling.roi_heads.FastRCNNConvFCHead, conv_dims: [], fc_dims: [8]}"

CASCADE = f"""
_target_: detectron2.modeling.roi_heads.CascadeROIHeads
<<: {{{COMMON}}}
box_pooler: {{_target_: a.ROIPooler, pooler_type: ROIAlignV2, output_size: 7, sampling_ratio: 2, canonical_level: 3}}
proposal_matchers: [{{{MATCHER}: [0.5]}}, {{{MATCHER}: [0.6]}}]
box_heads: [{HEAD}, {HEAD}]
box_predictors:
- {{{PREDICTOR}, box2box_transform: {{{TRANSFORM}: [10, 10, 5, 5]}}}}
- {{{PREDICTOR}, box2box_transform: {{{TRANSFORM}: [20, 20, 10, 10], scale_clamp: 2.0}}}}
keypoint_head:
  _target_: detectron2.modeling.roi_heads.KRCNNConvDeconvUpsampleHead
  num_keypoints: 3
  conv_dims: [8]
  loss_normalizer: visible
"""


@pytest.fixture
def part(written):
    """What a call becomes as the part of a model with this name, with one text replaced, and what is missing of it."""

    def called(name, text, old="", new=""):
        assert old in text
        lines = text.replace(old, new).strip().splitlines() if old else text.strip().splitlines()
        whole = "\n  ".join(
            [
                f"_target_: detectron2.modeling.GeneralizedRCNN\npixel_mean: [1, 1, 1]\npixel_std: [1, 1, 1]\n{name}:",
                *lines,
            ]
        )
        translation = translate(written(whole))
        return translation.values["model"].get(name), {".".join(each.path): each.what for each in translation.missing}

    return called


def test_a_plain_transformer(part):
    backbone, missing = part("backbone", VIT)

    assert missing == {}
    assert backbone["norm"] == "layer"
    assert (backbone["square_side"], backbone["top_block"]) == (128, {"type": "none"})
    net = backbone["net"]
    assert (net["window_size"], net["global_blocks"], net["residual_blocks"]) == (3, [1, 3], [1])
    assert (net["use_relative_positions"], net["image_side"], net["pretraining_side"]) == (True, 96, 224)
    assert net["drop_path_rate"] == 0.2


def test_windows_of_no_size_are_no_windows(part):
    backbone, _ = part("backbone", VIT, "window_size: 3", "window_size: 0")

    assert backbone["net"]["global_blocks"] == [0, 1, 2, 3]
    assert "window_size" not in backbone["net"]


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        pytest.param(
            "  norm_layer: {_target_: mine.layer_norm, eps: 1.0e-06}\n",
            "",
            "norm",
            "LayerNorm with its default epsilon (norm_layer)",
            id="default norm",
        ),
        pytest.param(
            "1.0e-06", "1.0e-03", "norm", "layer norms with an epsilon of 0.001 (backbone.net.norm_layer.eps)", id="eps"
        ),
        pytest.param("mine.layer_norm", "mine.Other", "norm", "Other", id="norm"),
        pytest.param(
            "depth: 4",
            "depth: 4\n  in_chans: 4",
            "in_channels",
            "pictures of 4 (backbone.net.in_chans) channels",
            id="in",
        ),
        pytest.param(
            "depth: 4",
            "depth: 4\n  act_layer: torch.nn.ReLU",
            "activation",
            "'torch.nn.ReLU' (backbone.net.act_layer)",
            id="act",
        ),
    ],
)
def test_transformers_that_nothing_offers(part, old, new, where, what):
    assert part("backbone", VIT, old, new)[1] == {f"model.backbone.net.{where}": what}


def test_a_cascade_of_calls(part):
    heads, missing = part("roi_heads", CASCADE)

    assert missing == {}
    assert heads["type"] == "cascade"
    assert [stage["assigner"]["thresholds"] for stage in heads["stages"]] == [[0.5], [0.6]]
    assert heads["stages"][1]["box_coder"] == {"type": "delta", "weights": [20, 20, 10, 10], "scale_clamp": 2.0}
    assert heads["sampling"]["assigner"]["thresholds"] == [0.5]
    assert heads["box_predictor"]["class_agnostic"] is True
    assert "box_coder" not in heads["box_predictor"]
    assert heads["box_pooler"]["canonical_level"] == 3
    assert heads["keypoint_head"] == {"type": "conv-deconv", "num_keypoints": 3, "conv_dims": [8], "loss_weight": 1.0}


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        pytest.param(f"[{HEAD}, {HEAD}]", f"[{HEAD}]", "a cascade of these stages", id="number"),
        pytest.param(
            f"[{HEAD}, {HEAD}]",
            f"[{HEAD}, {HEAD.replace('8', '9')}]",
            "a cascade whose stages differ in their heads",
            id="heads",
        ),
    ],
)
def test_cascades_that_nothing_offers(part, old, new, what):
    assert part("roi_heads", CASCADE, old, new) == (None, {"model.roi_heads": what})


def test_arguments_of_later_heads_are_those_of_the_first(part):
    _, missing = part("roi_heads", CASCADE, f"{{{PREDICTOR}, box", f"{{{PREDICTOR}, num_classes: 5, box")
    assert missing == {}

    _, missing = part("roi_heads", CASCADE, f"{{{PREDICTOR}, box", f"{{{PREDICTOR}, num_classes: 4, box")
    assert missing["model.roi_heads.box_predictors.1.num_classes"] == (
        "4 (roi_heads.box_predictors.1.num_classes) where the other arguments imply 5"
    )


def test_a_keypoint_loss_with_a_number_is_divided_by_it(part):
    heads, _ = part("roi_heads", CASCADE, "loss_normalizer: visible", "loss_normalizer: 40.0")

    assert heads["keypoint_head"]["static_normaliser"] == 40.0


def test_c4_heads_of_calls(part):
    text = f"""
_target_: detectron2.modeling.roi_heads.Res5ROIHeads
<<: {{{COMMON.replace("box_in_features: [p2]", "in_features: [res4]")}}}
proposal_matcher: {{{MATCHER}: [0.5]}}
pooler: {{_target_: a.ROIPooler, pooler_type: ROIAlignV2, output_size: 14, sampling_ratio: 0}}
box_predictor: {{{PREDICTOR}, box2box_transform: {{{TRANSFORM}: [10, 10, 5, 5]}}}}
res5:
  _target_: detectron2.modeling.ResNet.make_stage
  num_blocks: 3
  stride_per_block: [2, 1, 1]
  in_channels: 64
  bottleneck_channels: 32
  out_channels: 128
  norm: FrozenBN
  stride_in_1x1: true
"""

    heads, missing = part("roi_heads", text)

    assert missing == {}
    assert (heads["type"], heads["in_features"], heads["pooler"]["output_size"]) == ("res5", ["res4"], 14)
    assert heads["stage"] == {
        "num_blocks": 3,
        "out_channels": 128,
        "bottleneck_channels": 32,
        "groups": 1,
        "stride": 2,
        "stride_in_1x1": True,
        "dilation": 1,
        "norm": "frozen-batch",
    }


def test_a_trunk_of_one_call_for_all_its_stages(part):
    trunk, missing = part(
        "backbone",
        """
_target_: detectron2.modeling.ResNet
stem: {_target_: detectron2.modeling.backbone.BasicStem, norm: BN}
stages: {_target_: detectron2.modeling.ResNet.make_default_stages, depth: 101, stride_in_1x1: true, norm: BN}
out_features: [res5]
freeze_at: 2
""",
    )

    assert missing == {}
    assert trunk == {
        "type": "resnet",
        "depth": 101,
        "norm": "batch",
        "freeze_at": 2,
        "out_features": ["res5"],
        "stem_out_channels": 64,
        "stride_in_1x1": True,
    }


def test_without_a_generator_of_proposals_they_come_with_the_pictures(written):
    text = "_target_: detectron2.modeling.GeneralizedRCNN\npixel_mean: [1, 1, 1]\npixel_std: [1, 1, 1]"

    assert translate(written(text)).values["model"]["type"] == "fast-rcnn"


def test_a_panoptic_model_of_calls(written):
    text = """
_target_: detectron2.modeling.PanopticFPN
pixel_mean: [1, 1, 1]
pixel_std: [1, 1, 1]
combine_overlap_thresh: 0.4
sem_seg_head:
  _target_: detectron2.modeling.SemSegFPNHead
  input_shape:
    p3: {_target_: detectron2.layers.ShapeSpec, channels: 16, stride: 8}
    p2: {_target_: detectron2.layers.ShapeSpec, channels: 16, stride: 4}
  num_classes: 6
  conv_dims: 64
  common_stride: 4
"""

    model = translate(written(text)).values["model"]

    assert model["type"] == "panoptic-fpn"
    assert model["merging"] == {"overlap_threshold": 0.4, "stuff_area_limit": 4096, "instance_score_threshold": 0.5}
    assert model["sem_seg_head"] == {
        "type": "fpn",
        "num_classes": 6,
        "in_features": ["p2", "p3"],
        "conv_dims": 64,
        "common_stride": 4,
        "norm": "none",
        "loss_weight": 1.0,
    }
