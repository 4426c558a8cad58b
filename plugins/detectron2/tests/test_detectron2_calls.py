"""Models spelt out as calls, as Detectron2's newer configs are once they are written out."""

import pytest

from det_plugin_detectron2 import translate
from detcore.errors import ConfigError

MODEL = """
_target_: detectron2.modeling.GeneralizedRCNN
input_format: RGB
pixel_mean: [1.0, 2.0, 3.0]
pixel_std: [4.0, 5.0, 6.0]
backbone:
  _target_: detectron2.modeling.FPN
  in_features: [res2, res3, res4, res5]
  out_channels: 16
  top_block: {_target_: detectron2.modeling.backbone.fpn.LastLevelMaxPool}
  bottom_up:
    _target_: detectron2.modeling.ResNet
    out_features: [res2, res3, res4, res5]
    freeze_at: 2
    stem: {_target_: detectron2.modeling.backbone.BasicStem, in_channels: 3, out_channels: 8, norm: FrozenBN}
    stages:
    - block_class: &block !!python/name:detectron2.modeling.backbone.resnet.BottleneckBlock ''
      num_blocks: 3
      num_groups: 2
      out_channels: 32
      bottleneck_channels: 8
      stride_per_block: [1, 1, 1]
      norm: FrozenBN
    - <<: &later {num_groups: 2, norm: FrozenBN, block_class: *block}
      num_blocks: 4
      stride_per_block: [2, 1, 1, 1]
      out_channels: 64
    - {num_blocks: 6, stride_per_block: [2, 1, 1, 1, 1, 1], out_channels: 128, <<: *later}
    - {num_blocks: 3, stride_per_block: [1, 1, 1], out_channels: 256, dilation: 2, bottleneck_channels: 64, <<: *later}
proposal_generator:
  _target_: detectron2.modeling.proposal_generator.RPN
  in_features: [p2, p3]
  batch_size_per_image: 64
  positive_fraction: 0.5
  pre_nms_topk: [120, 60]
  post_nms_topk: [100, 40]
  head: {_target_: detectron2.modeling.proposal_generator.StandardRPNHead, in_channels: 16, conv_dims: [-1, 8]}
  anchor_generator:
    _target_: detectron2.modeling.anchor_generator.DefaultAnchorGenerator
    sizes: [[16], [28]]
    aspect_ratios: [0.5, 1.0]
    strides: [4, 8]
  anchor_matcher:
    _target_: detectron2.modeling.matcher.Matcher
    thresholds: [0.3, 0.7]
    labels: [0, -1, 1]
    allow_low_quality_matches: true
  box2box_transform: {_target_: detectron2.modeling.box_regression.Box2BoxTransform, weights: [1, 1, 1, 1]}
roi_heads:
  _target_: detectron2.modeling.StandardROIHeads
  num_classes: 5
  batch_size_per_image: 32
  positive_fraction: 0.25
  box_in_features: [p2, p3]
  proposal_matcher: {_target_: detectron2.modeling.matcher.Matcher, thresholds: [0.5], labels: [0, 1]}
  box_pooler:
    _target_: detectron2.modeling.poolers.ROIPooler
    pooler_type: ROIAlignV2
    output_size: 7
    sampling_ratio: 0
  box_head: {_target_: detectron2.modeling.roi_heads.FastRCNNConvFCHead, conv_dims: [8], fc_dims: [32]}
  box_predictor:
    _target_: detectron2.modeling.FastRCNNOutputLayers
    box2box_transform: {_target_: detectron2.modeling.box_regression.Box2BoxTransform, weights: [10, 10, 5, 5]}
    test_score_thresh: 0.08
  mask_pooler:
    _target_: detectron2.modeling.poolers.ROIPooler
    pooler_type: ROIAlignV2
    output_size: 14
    sampling_ratio: 0
  mask_head: {_target_: detectron2.modeling.roi_heads.MaskRCNNConvUpsampleHead, conv_dims: [8, 12], num_classes: 5}
"""


@pytest.fixture
def model(written):
    """The model of the text, with parts of it replaced."""

    def replaced(*replacements):
        text = MODEL
        for old, new in replacements:
            assert old in text
            text = text.replace(old, new)
        return translate(written(text))

    return replaced


def test_a_tree_of_calls_is_a_model_and_nothing_else(model):
    translation = model()

    assert translation.missing == ()
    assert translation.is_partial
    assert list(translation.values) == ["model"]
    assert translation.values["model"]["type"] == "generalized-rcnn"
    assert translation.values["model"]["channel_order"] == "RGB"


def test_the_backbone(model):
    backbone = model().values["model"]["backbone"]

    assert backbone["type"] == "fpn"
    assert backbone["top_block"] == {"type": "max-pool", "in_feature": "p5"}
    assert backbone["bottom_up"] == {
        "type": "resnet",
        "depth": 50,
        "norm": "frozen-batch",
        "freeze_at": 2,
        "out_features": ["res2", "res3", "res4", "res5"],
        "stem_out_channels": 8,
        "res2_out_channels": 32,
        "groups": 2,
        "width_per_group": 4,
        "stride_in_1x1": False,
        "res5_dilation": 2,
    }


def test_basic_blocks_have_no_bottleneck(model):
    basic = model(
        ("BottleneckBlock", "BasicBlock"), ("      bottleneck_channels: 8\n", ""), (" bottleneck_channels: 64,", "")
    )

    bottom_up = basic.values["model"]["backbone"]["bottom_up"]
    assert bottom_up["depth"] == 34
    assert "width_per_group" not in bottom_up


def test_proposals(model):
    rpn = model().values["model"]["proposal_generator"]

    assert rpn["conv_dims"] == [16, 8]
    assert rpn["anchors"] == {"type": "grid", "sizes": [[16], [28]], "aspect_ratios": [[0.5, 1.0]], "offset": 0.5}
    assert rpn["box_loss"] == {"kind": "smooth-l1", "beta": 0.0, "weight": 1.0}
    assert rpn["selection"] == {
        "pre_nms_topk_train": 120,
        "pre_nms_topk_test": 60,
        "post_nms_topk_train": 100,
        "post_nms_topk_test": 40,
        "nms_threshold": 0.7,
        "min_box_size": 0.0,
    }


def test_heads(model):
    heads = model().values["model"]["roi_heads"]

    assert heads["sampling"]["assigner"]["allow_low_quality_matches"] is False
    assert heads["box_head"] == {"type": "conv-fc", "conv_dims": [8], "fc_dims": [32], "norm": "none"}
    assert heads["box_predictor"]["score_threshold"] == 0.08
    assert heads["box_predictor"]["detections_per_image"] == 100
    assert heads["mask_head"]["conv_dims"] == [8]
    assert heads["mask_head"]["deconv_dim"] == 12
    assert heads["mask_head"]["class_agnostic"] is False


def test_one_mask_class_is_every_class(model):
    heads = model(("[8, 12], num_classes: 5", "[8, 12], num_classes: 1")).values["model"]["roi_heads"]

    assert heads["mask_head"]["class_agnostic"] is True


@pytest.mark.parametrize(
    ("weights", "classes", "boxes"),
    [
        pytest.param("2.0", 2.0, 2.0, id="of all"),
        pytest.param("{loss_cls: 3.0, loss_box_reg: 0.5}", 3.0, 0.5, id="of each"),
        pytest.param("{loss_box_reg: 0.5}", 1.0, 0.5, id="of one"),
    ],
)
def test_weights_of_losses(model, weights, classes, boxes):
    replaced = ("test_score_thresh: 0.08", f"loss_weight: {weights}")

    predictor = model(replaced).values["model"]["roi_heads"]["box_predictor"]

    assert (predictor["classification_weight"], predictor["box_loss"]["weight"]) == (classes, boxes)


def test_other_parts_that_calls_may_name(model):
    other = model(
        ("pooler_type: ROIAlignV2\n    output_size: 14", "pooler_type: ROIPool\n    output_size: [12, 12]"),
        ("positive_fraction: 0.5", "positive_fraction: 0.5\n  anchor_boundary_thresh: 0"),
    ).values["model"]

    assert other["proposal_generator"]["sampling"]["boundary"] == 0
    assert other["roi_heads"]["mask_pooler"] == {"type": "roi-pool", "output_size": 12}


@pytest.mark.parametrize(
    ("replacement", "path", "what"),
    [
        pytest.param(("detectron2.modeling.GeneralizedRCNN", "my.Net"), "model", "Net", id="model"),
        pytest.param(("detectron2.modeling.FPN", "my.Pyramid"), "model.backbone", "Pyramid", id="backbone"),
        pytest.param(
            ("num_blocks: 6", "num_blocks: 7"), "model.backbone.bottom_up", "a ResNet of these stages", id="stages"
        ),
        pytest.param(
            ("out_channels: 16", "out_channels: 16\n  square_pad: 64"),
            "model.backbone.square_pad",
            "padding to a square",
            id="padding",
        ),
        pytest.param(("StandardRPNHead", "Horns"), "model.proposal_generator", "Horns", id="head of the RPN"),
        pytest.param(
            ("test_score_thresh: 0.08", "use_fed_loss: true"),
            "model.roi_heads.box_predictor.federated",
            "the function that weighs the classes of the federated loss",
            id="federated loss",
        ),
        pytest.param(
            ("fc_dims: [32]", "fc_dims: [32], conv_norm: ZN"),
            "model.roi_heads.box_head.norm",
            "'ZN' (roi_heads.box_head.conv_norm)",
            id="norm",
        ),
    ],
)
def test_calls_of_what_nothing_offers(model, replacement, path, what):
    [part] = model(replacement).missing

    assert (".".join(part.path), part.what) == (path, what)


def test_a_pyramid_may_have_two_levels_on_top_or_none(model):
    p6p7 = model(("LastLevelMaxPool", "LastLevelP6P7, in_feature: p5"))
    bare = model(("  top_block: {_target_: detectron2.modeling.backbone.fpn.LastLevelMaxPool}\n", ""))

    assert p6p7.values["model"]["backbone"]["top_block"] == {"type": "p6p7", "in_feature": "p5"}
    assert bare.values["model"]["backbone"]["top_block"] == {"type": "none"}


def test_without_a_format_the_order_of_channels_is_the_default(model):
    assert "channel_order" not in model(("input_format: RGB\n", "")).values["model"]


def test_every_argument_is_accounted_for(model):
    keys = {key.key: key for key in model().keys}

    assert keys["proposal_generator.batch_size_per_image"].paths == (
        ("model", "proposal_generator", "sampling", "batch_size_per_image"),
    )
    assert keys["proposal_generator.anchor_generator.strides"].reason.startswith("follows from")
    assert [key.key for key in keys.values() if not key.paths and not key.reason] == []


def test_arguments_of_a_missing_call_wait_for_it(model):
    keys = {key.key: key for key in model(("detectron2.modeling.FPN", "my.Pyramid")).keys}

    assert keys["backbone.out_channels"].reason == "waits for Pyramid, which nothing installed offers"


BOTTOM_UP = "backbone.bottom_up"
STAGES = f"{BOTTOM_UP}.stages"
HEADS = "roi_heads"


@pytest.mark.parametrize(
    ("old", "new", "key", "found", "expected"),
    [
        pytest.param(
            "bottleneck_channels: 64", "bottleneck_channels: 24", f"{STAGES}.3.bottleneck_channels", 24, 64, id="width"
        ),
        pytest.param("out_channels: 128", "out_channels: 96", f"{STAGES}.2.out_channels", 96, 128, id="channels"),
        pytest.param(
            "stride_per_block: [2, 1, 1, 1]\n",
            "stride_per_block: [1, 1, 1, 1]\n",
            f"{STAGES}.1.stride_per_block",
            [1, 1, 1, 1],
            [2, 1, 1, 1],
            id="stride",
        ),
        pytest.param(
            "norm: FrozenBN}\n    stages", "norm: GN}\n    stages", f"{STAGES}.0.norm", "FrozenBN", "GN", id="norm"
        ),
        pytest.param(
            "dilation: 2,", "dilation: 2, stride_in_1x1: true,", f"{STAGES}.3.stride_in_1x1", True, False, id="1x1"
        ),
        pytest.param(
            "strides: [4, 8]",
            "strides: [8, 8]",
            "proposal_generator.anchor_generator.strides",
            [8, 8],
            [4, 8],
            id="anchors",
        ),
        pytest.param(
            "box_in_features: [p2, p3]",
            "box_in_features: [p2, p3]\n  mask_in_features: [p2]",
            f"{HEADS}.mask_in_features",
            ["p2"],
            ["p2", "p3"],
            id="maps",
        ),
        pytest.param(
            "output_size: 14",
            "output_size: 14\n    scales: [0.25, 0.25]",
            f"{HEADS}.mask_pooler.scales",
            [0.25, 0.25],
            [0.25, 0.125],
            id="scales",
        ),
        pytest.param(
            "12], num_classes: 5", "12], num_classes: 4", f"{HEADS}.mask_head.num_classes", 4, 5, id="classes"
        ),
    ],
)
def test_an_argument_that_says_otherwise_than_the_rest_is_told(model, old, new, key, found, expected):
    missing = {part.what for part in model((old, new)).missing}

    assert f"{found!r} ({key}) where the other arguments imply {expected!r}" in missing


def test_what_agrees_is_only_counted(model):
    keys = model(("output_size: 14", "output_size: 14\n    scales: [0.25, 0.125]")).keys

    assert {key.key: key.matters for key in keys}["roi_heads.mask_pooler.scales"] is False


def test_a_default_that_says_otherwise_than_the_rest_is_told_with_the_call(model):
    [part] = model(("bottleneck_channels: 64, ", ""), ("      stride_per_block: [2, 1, 1, 1]\n", "")).missing

    assert part.what == (
        "[1] (backbone.bottom_up.stages.1.stride_per_block), which the file does not set,"
        " where the other arguments imply [2]"
    )
    assert part.line > 0


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("fc_dims: [32]", "fc_dims: [32], dropout: 0.1", "0.1 (roi_heads.box_head.dropout)"),
        (
            "backbone.BasicStem",
            "backbone.DeepStem",
            "'detectron2.modeling.backbone.DeepStem' (backbone.bottom_up.stem._target_)",
        ),
    ],
)
def test_an_argument_that_nothing_takes_is_told(model, old, new, what):
    [part] = model((old, new)).missing

    assert part.what == what


def test_references_are_the_values_that_they_refer_to(model):
    referring = model(
        ("[8, 12], num_classes: 5", "[8, 12], num_classes: '${..num_classes}'"),
        ("box_in_features: [p2, p3]", "box_in_features: '${..proposal_generator.in_features}'"),
    )

    assert referring.missing == ()
    assert referring.values["model"]["roi_heads"]["in_features"] == ["p2", "p3"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("out_channels: 32", "out_channels: wide", r"out_channels: must be a whole number from 1, not 'wide'$"),
        (
            "in_features: [p2, p3]\n  batch",
            "in_features: p2\n  batch",
            r"in_features: must be a list of at least 0, not 'p2'$",
        ),
    ],
)
def test_arguments_that_nothing_can_follow_from(model, old, new, message):
    with pytest.raises(ConfigError, match=message):
        model((old, new))


def test_references_in_a_circle(model):
    with pytest.raises(ConfigError, match=r"num_classes: refers to itself$"):
        model(("  num_classes: 5\n", "  num_classes: '${.num_classes}'\n"))


@pytest.mark.parametrize(
    ("replacement", "message"),
    [
        (("  positive_fraction: 0.5\n", ""), r"^proposal_generator\.positive_fraction is needed, and is not there$"),
        (("sizes: [[16], [28]]", "sizes: 3"), r"sizes: must be a list of at least 0, not 3$"),
        (
            ("pre_nms_topk: [120, 60]", "pre_nms_topk: [120]"),
            r"pre_nms_topk: must be a list of at least 2, not \[120\]$",
        ),
        (("num_blocks: 3", "num_blocks: []"), r"num_blocks: must be a whole number from 1, not \[\]$"),
        (("num_groups: 2", "num_groups: 0"), r"num_groups: must be a whole number from 1, not 0$"),
        (
            ("[8, 12], num_classes: 5", "[8], num_classes: many"),
            r"num_classes: must be a whole number from 1, not 'many'$",
        ),
        (("output_size: 14", "output_size: [14, 7]"), r"output_size: must be as high as wide, not \[14, 7\]$"),
        (("conv_dims: [8, 12]", "conv_dims: []"), r"conv_dims: must be a list of at least 1, not \[\]$"),
    ],
)
def test_arguments_that_cannot_be(model, replacement, message):
    with pytest.raises(ConfigError, match=message):
        model(replacement)
