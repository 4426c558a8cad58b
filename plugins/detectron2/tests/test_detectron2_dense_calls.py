"""RetinaNet and FCOS spelt out as calls."""

import pytest

from det_plugin_detectron2 import translate

FCOS = """
_target_: detectron2.modeling.FCOS
num_classes: 5
pixel_mean: [1.0, 2.0, 3.0]
pixel_std: [4.0, 5.0, 6.0]
head_in_features: [p3, p4]
backbone:
  _target_: detectron2.modeling.FPN
  in_features: [res3, res4]
  out_channels: 16
  bottom_up: {_target_: my.Trunk}
head: {_target_: detectron2.modeling.meta_arch.fcos.FCOSHead, conv_dims: [16, 8], norm: GN, num_classes: 5}
"""

RETINANET = (
    FCOS.replace("FCOSHead", "RetinaNetHead").replace("modeling.FCOS", "modeling.RetinaNet")
    + """
input_format: RGB
smooth_l1_beta: 0.2
anchor_generator:
  _target_: detectron2.modeling.anchor_generator.DefaultAnchorGenerator
  sizes: [[16, 20], [28, 35]]
  aspect_ratios: [1.0]
  strides: [8, 16]
  offset: 0.0
anchor_matcher:
  _target_: detectron2.modeling.matcher.Matcher
  thresholds: [0.4, 0.5]
  labels: [0, -1, 1]
  allow_low_quality_matches: true
box2box_transform: {_target_: detectron2.modeling.box_regression.Box2BoxTransform, weights: [1, 1, 1, 1]}
"""
)


@pytest.fixture
def model(written):
    """The model of a text."""

    def of_text(text):
        return translate(written(text)).values["model"]

    return of_text


def test_fcos_has_the_defaults_of_its_class(model):
    fcos = model(FCOS)

    assert fcos["type"] == "fcos"
    assert fcos["in_features"] == ["p3", "p4"]
    assert fcos["head"] == {"conv_dims": [16, 8], "norm": "group", "prior": 0.01}
    assert fcos["assigner"] == {"type": "centre", "radius": 1.5}
    assert (fcos["focal_alpha"], fcos["focal_gamma"]) == (0.25, 2.0)
    assert fcos["selection"] == {
        "score_threshold": 0.2,
        "topk_candidates": 1000,
        "nms_threshold": 0.6,
        "detections_per_image": 100,
    }
    assert fcos.keys().isdisjoint({"box_coder", "box_loss", "channel_order"})


def test_arguments_of_fcos(model):
    fcos = model(FCOS + "center_sampling_radius: 2.5\ntest_score_thresh: 0.35\nmax_detections_per_image: 30\n")

    assert fcos["assigner"]["radius"] == 2.5
    assert fcos["selection"]["score_threshold"] == 0.35
    assert fcos["selection"]["detections_per_image"] == 30


def test_retinanet(model):
    retinanet = model(RETINANET)

    assert retinanet["type"] == "retinanet"
    assert retinanet["channel_order"] == "RGB"
    assert retinanet["anchors"]["sizes"] == [[16, 20], [28, 35]]
    assert retinanet["box_coder"] == {"type": "delta", "weights": [1, 1, 1, 1]}
    assert retinanet["assigner"]["assigner"]["allow_low_quality_matches"] is True
    assert retinanet["box_loss"] == {"kind": "smooth-l1", "beta": 0.2}
    assert retinanet["selection"]["score_threshold"] == 0.05


@pytest.mark.parametrize(
    ("old", "new", "path", "what"),
    [
        pytest.param("FCOSHead", "Horns", "model.head", "Horns", id="head"),
        pytest.param("norm: GN", "norm: ZN", "model.head.norm", "'ZN' (head.norm)", id="norm"),
        pytest.param(
            "head_in_features: [p3, p4]\n",
            "",
            "model.in_features",
            "every map of the backbone, whichever they are (no head_in_features)",
            id="maps",
        ),
        pytest.param(
            "num_classes: 5\np",
            "num_classes: 5\nbox2box_transform: {_target_: my.Corners}\np",
            "model.box_coder",
            "Corners",
            id="boxes",
        ),
    ],
)
def test_calls_of_what_nothing_offers(written, old, new, path, what):
    assert old in FCOS

    translation = translate(written(FCOS.replace(old, new)))

    missing = {".".join(part.path): part.what for part in translation.missing}
    assert missing == {path: what, "model.backbone.bottom_up": "Trunk"}
