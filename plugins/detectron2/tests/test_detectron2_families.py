"""What a config says about models other than an R-CNN of standard heads."""

import pytest

from detcore.errors import ConfigError

DENSE = "{META_ARCHITECTURE: RetinaNet, BACKBONE: {NAME: build_retinanet_resnet_fpn_backbone}, RETINANET: {%s}}"
CASCADE = "{ROI_HEADS: {NAME: CascadeROIHeads}, ROI_BOX_HEAD: {CLS_AGNOSTIC_BBOX_REG: True}, %s}"
RES5 = "{BACKBONE: {NAME: build_resnet_backbone}, ROI_HEADS: {NAME: Res5ROIHeads, IN_FEATURES: [res4]}, %s}"
KEYPOINTS = "{KEYPOINT_ON: True, ROI_KEYPOINT_HEAD: {MIN_KEYPOINTS_PER_IMAGE: 0, %s}}"


@pytest.fixture
def model(translated):
    """The model of a config whose ``MODEL`` is this text, and nothing of it missing."""

    def of_settings(settings):
        translation = translated(f"MODEL: {settings}")
        assert [part for part in translation.missing if part.path[0] == "model"] == []
        return translation.values["model"]

    return of_settings


@pytest.fixture
def missing(translated):
    """Path and name of the one part of the model that nothing offers."""

    def of_settings(settings):
        [part] = [part for part in translated(f"MODEL: {settings}").missing if part.path[0] == "model"]
        return ".".join(part.path), part.what

    return of_settings


@pytest.fixture
def reasons(translated):
    """Why each key went nowhere, defaults included."""

    def of_text(text):
        return {key.key: key.reason for key in translated(text).keys if not key.paths}

    return of_text


def test_retinanet_has_the_defaults_of_detectron2_where_a_file_is_silent(model):
    retinanet = model(DENSE % "")

    assert retinanet["type"] == "retinanet"
    assert retinanet["backbone"]["top_block"] == {"type": "p6p7", "in_feature": "res5"}
    assert retinanet["num_classes"] == "${data.num_classes}"
    assert retinanet["in_features"] == ["p3", "p4", "p5", "p6", "p7"]
    assert retinanet["head"] == {"conv_dims": [256] * 4, "norm": "none", "prior": 0.01}
    assert retinanet["anchors"]["sizes"] == [[32], [64], [128], [256], [512]]
    assert retinanet["box_coder"] == {"type": "delta", "weights": [1.0, 1.0, 1.0, 1.0]}
    assert retinanet["assigner"]["assigner"] == {
        "type": "iou",
        "thresholds": [0.4, 0.5],
        "labels": [0, -1, 1],
        "allow_low_quality_matches": True,
    }
    assert (retinanet["focal_alpha"], retinanet["focal_gamma"]) == (0.25, 2.0)
    assert retinanet["box_loss"] == {"kind": "smooth-l1", "beta": 0.1}
    assert retinanet["selection"] == {
        "score_threshold": 0.05,
        "topk_candidates": 1000,
        "nms_threshold": 0.5,
        "detections_per_image": 100,
    }


@pytest.mark.parametrize(
    ("setting", "table", "value"),
    [
        pytest.param("NUM_CLASSES: 7", "num_classes", 7, id="classes"),
        pytest.param("NUM_CONVS: 0", "head", {"conv_dims": [], "norm": "none", "prior": 0.01}, id="no convolutions"),
        pytest.param(
            "NUM_CONVS: 1, NORM: BN", "head", {"conv_dims": [256], "norm": "batch", "prior": 0.01}, id="batch norm"
        ),
        pytest.param(
            "NUM_CONVS: 1, PRIOR_PROB: 0.5", "head", {"conv_dims": [256], "norm": "none", "prior": 0.5}, id="prior"
        ),
        pytest.param("FOCAL_LOSS_GAMMA: 1.5", "focal_gamma", 1.5, id="focal loss"),
        pytest.param("BBOX_REG_LOSS_TYPE: giou", "box_loss", {"kind": "giou"}, id="a loss without beta"),
        pytest.param(
            "BBOX_REG_WEIGHTS: [1., 1., 2., 2.]",
            "box_coder",
            {"type": "delta", "weights": [1.0, 1.0, 2.0, 2.0]},
            id="w",
        ),
    ],
)
def test_settings_of_retinanet(model, setting, table, value):
    assert model(DENSE % setting)[table] == value


def test_a_head_is_as_wide_as_the_first_map(model):
    narrow = model("{META_ARCHITECTURE: RetinaNet, FPN: {OUT_CHANNELS: 32}, RETINANET: {NUM_CONVS: 2}}")
    trunk = model("{META_ARCHITECTURE: RetinaNet, RETINANET: {NUM_CONVS: 1, IN_FEATURES: [res4]}}")

    assert narrow["head"]["conv_dims"] == [32, 32]
    assert trunk["head"]["conv_dims"] == [1024]


@pytest.mark.parametrize("name", ["naiveSyncBN", "naiveSyncBN_N", "nnSyncBN"])
def test_a_norm_whose_statistics_all_levels_share_is_missing(missing, name):
    assert missing(DENSE % f"NORM: {name}") == ("model.head.norm", f"'{name}' (MODEL.RETINANET.NORM)")


def test_what_a_model_of_one_stage_does_not_read_is_told(reasons):
    told = reasons("MODEL: {META_ARCHITECTURE: RetinaNet, RPN: {NMS_THRESH: 0.8}, ROI_HEADS: {NAME: CascadeROIHeads}}")

    assert told["MODEL.RPN.NMS_THRESH"] == "not read: MODEL.META_ARCHITECTURE is RetinaNet"
    assert told["MODEL.ROI_BOX_CASCADE_HEAD.IOUS"] == "not read: MODEL.META_ARCHITECTURE is RetinaNet"


def test_a_proposal_network_is_pixels_backbone_and_proposals(translated):
    translation = translated("MODEL: {META_ARCHITECTURE: ProposalNetwork, ROI_HEADS: {NUM_CLASSES: 3}}")

    model = translation.values["model"]
    assert sorted(model) == ["backbone", "channel_order", "pixel_mean", "pixel_std", "proposal_generator", "type"]
    assert model["type"] == "proposal-network"
    assert model["proposal_generator"]["type"] == "rpn"
    assert len(translation.values["data"]["classes"]) == 80


def test_the_recall_of_proposals_is_not_measured(translated):
    translation = translated("MODEL: {META_ARCHITECTURE: ProposalNetwork}")

    [part] = translation.missing
    assert (part.path, part.what) == (("evaluation", "evaluators"), "the recall of proposals")


def test_a_cascade_grows_stricter(model):
    heads = model(
        CASCADE % "ROI_BOX_CASCADE_HEAD: {IOUS: [0.5, 0.65], BBOX_REG_WEIGHTS: [[9, 9, 4, 4], [8, 8, 3, 3]]}"
    )["roi_heads"]

    assert heads["type"] == "cascade"
    assert [stage["assigner"]["thresholds"] for stage in heads["stages"]] == [[0.5], [0.65]]
    assert [stage["assigner"]["labels"] for stage in heads["stages"]] == [[0, 1], [0, 1]]
    assert [stage["box_coder"]["weights"] for stage in heads["stages"]] == [[9, 9, 4, 4], [8, 8, 3, 3]]
    assert heads["box_predictor"]["class_agnostic"] is True
    assert "box_coder" not in heads["box_predictor"]
    assert "masks_of_predicted_boxes" not in heads


def test_a_cascade_may_have_masks(model):
    heads = model(CASCADE % "MASK_ON: True")["roi_heads"]

    assert heads["mask_head"]["type"] == "fcn"
    assert heads["mask_pooler"]["output_size"] == 14


def test_what_a_cascade_does_not_read_is_told(reasons):
    told = reasons(f"MODEL: {CASCADE % 'MASK_ON: True'}")

    assert told["MODEL.ROI_BOX_HEAD.BBOX_REG_WEIGHTS"] == "not read: MODEL.ROI_HEADS.NAME is CascadeROIHeads"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        pytest.param(
            "{ROI_HEADS: {NAME: CascadeROIHeads}}",
            r"^MODEL\.ROI_BOX_HEAD\.CLS_AGNOSTIC_BBOX_REG: must be True for CascadeROIHeads, whose stages hand one box"
            r" on, whatever its class$",
            id="a box for each class",
        ),
        pytest.param(
            CASCADE % "ROI_BOX_CASCADE_HEAD: {IOUS: [0.5, 0.6]}",
            r"^MODEL\.ROI_BOX_CASCADE_HEAD\.BBOX_REG_WEIGHTS: must have one entry for every stage, as IOUS has; found 3"
            r" and 2$",
            id="stages",
        ),
        pytest.param(
            CASCADE % "ROI_BOX_CASCADE_HEAD: {IOUS: [0.4, 0.6, 0.7]}",
            r"config\.yaml:2: MODEL\.ROI_BOX_CASCADE_HEAD\.IOUS: must begin as MODEL\.ROI_HEADS\.IOU_THRESHOLDS does,"
            r" \[0\.5\], not \[0\.4\]$",
            id="first overlap",
        ),
        pytest.param(
            RES5 % "KEYPOINT_ON: True",
            r"config\.yaml:2: MODEL\.KEYPOINT_ON: Res5ROIHeads have no keypoints; Detectron2 refuses this, too$",
            id="keypoints of res5",
        ),
    ],
)
def test_settings_that_contradict_each_other(translated, settings, message):
    with pytest.raises(ConfigError, match=message):
        translated(f"MODEL: {settings}")


def test_res5_heads_continue_the_trunk(model):
    heads = model(
        RES5 % "RESNETS: {RES2_OUT_CHANNELS: 32, NUM_GROUPS: 2, WIDTH_PER_GROUP: 4, STRIDE_IN_1X1: False, NORM: GN}"
    )["roi_heads"]

    assert heads["type"] == "res5"
    assert heads["in_features"] == ["res4"]
    assert heads["pooler"]["output_size"] == 7
    assert heads["stage"] == {
        "num_blocks": 3,
        "out_channels": 256,
        "bottleneck_channels": 64,
        "groups": 2,
        "stride": 2,
        "stride_in_1x1": False,
        "norm": "group",
    }
    assert heads["box_predictor"]["box_coder"]["weights"] == [10.0, 10.0, 5.0, 5.0]
    assert "mask_head" not in heads


def test_masks_of_res5_heads_need_no_pooler(model, reasons):
    heads = model(RES5 % "MASK_ON: True")["roi_heads"]
    told = reasons(f"MODEL: {RES5 % 'MASK_ON: True'}")

    assert heads["mask_head"]["conv_dims"] == []
    assert "mask_pooler" not in heads
    assert told["MODEL.ROI_MASK_HEAD.POOLER_RESOLUTION"] == "not read: MODEL.ROI_HEADS.NAME is Res5ROIHeads"


def test_keypoints(model):
    heads = model(KEYPOINTS % "CONV_DIMS: [64, 32], NUM_KEYPOINTS: 5, LOSS_WEIGHT: 0.5, POOLER_RESOLUTION: 10")[
        "roi_heads"
    ]

    assert heads["keypoint_pooler"]["output_size"] == 10
    assert heads["keypoint_head"] == {
        "type": "conv-deconv",
        "num_keypoints": 5,
        "conv_dims": [64, 32],
        "loss_weight": 0.5,
    }


def test_a_static_keypoint_loss_is_divided_by_what_the_samples_of_a_picture_could_have(model):
    heads = model(
        "{KEYPOINT_ON: True, ROI_HEADS: {BATCH_SIZE_PER_IMAGE: 64, POSITIVE_FRACTION: 0.5},"
        " ROI_KEYPOINT_HEAD: {NUM_KEYPOINTS: 5, NORMALIZE_LOSS_BY_VISIBLE_KEYPOINTS: False}}"
    )["roi_heads"]

    assert heads["keypoint_head"]["static_normaliser"] == 5 * 64 * 0.5


def test_what_keypoints_ask_of_data_and_evaluation(translated):
    translation = translated("MODEL: {KEYPOINT_ON: True}\nTEST: {KEYPOINT_OKS_SIGMAS: [0.1, 0.2]}")

    assert not translation.missing
    assert translation.values["data"]["train"]["datasets"][0]["min_keypoints"] == 1
    assert translation.values["evaluation"]["evaluators"] == [{"type": "coco", "keypoint_sigmas": [0.1, 0.2]}]


def test_sigmas_are_left_to_the_dataset_where_none_are_listed(translated):
    translation = translated("MODEL: {KEYPOINT_ON: True}")

    assert translation.values["evaluation"]["evaluators"] == [{"type": "coco"}]
