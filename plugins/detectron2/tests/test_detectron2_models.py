"""What a config says about the model."""

import pytest


def at(values, path):
    """The value at a dotted path; ``None`` where nothing stands."""
    for step in path.split("."):
        values = values[int(step)] if isinstance(values, list) else values.get(step)
        if values is None:
            return None
    return values


CASES = [
    pytest.param("MODEL: {PIXEL_STD: [57.0, 58.0, 59.0]}", "model.pixel_std", [57.0, 58.0, 59.0], id="pixel std"),
    pytest.param("INPUT: {FORMAT: RGB}", "model.channel_order", "RGB", id="order of channels"),
    pytest.param("MODEL: {RESNETS: {DEPTH: 101}}", "model.backbone.bottom_up.depth", 101, id="depth"),
    pytest.param(
        "MODEL: {RESNETS: {NORM: SyncBN}}", "model.backbone.bottom_up.norm", "sync-batch", id="norm of the trunk"
    ),
    *(
        pytest.param(f"MODEL: {{FPN: {{NORM: {name}}}}}", "model.backbone.norm", "sync-batch", id=name)
        for name in ("naiveSyncBN", "naiveSyncBN_N", "nnSyncBN")
    ),
    pytest.param("MODEL: {RESNETS: {NORM: GN}}", "model.backbone.bottom_up.norm", "group", id="group norm"),
    pytest.param("MODEL: {RESNETS: {NUM_GROUPS: 32}}", "model.backbone.bottom_up.groups", 32, id="groups"),
    pytest.param(
        "MODEL: {RESNETS: {STRIDE_IN_1X1: False}}", "model.backbone.bottom_up.stride_in_1x1", False, id="stride"
    ),
    pytest.param("MODEL: {BACKBONE: {FREEZE_AT: 0}}", "model.backbone.bottom_up.freeze_at", 0, id="freezing"),
    pytest.param("MODEL: {FPN: {FUSE_TYPE: avg}}", "model.backbone.fuse", "average", id="fusing"),
    pytest.param("MODEL: {FPN: {NORM: GN}}", "model.backbone.norm", "group", id="norm of the pyramid"),
    pytest.param("", "model.backbone.top_block", {"type": "max-pool", "in_feature": "p5"}, id="top of a pyramid"),
    pytest.param(
        "MODEL: {BACKBONE: {NAME: build_retinanet_resnet_fpn_backbone}}",
        "model.backbone.top_block",
        {"type": "p6p7", "in_feature": "res5"},
        id="two levels on top",
    ),
    pytest.param("MODEL: {BACKBONE: {NAME: build_resnet_backbone}}", "model.backbone.type", "resnet", id="no pyramid"),
    pytest.param(
        "MODEL: {ANCHOR_GENERATOR: {SIZES: [32, 64]}}",
        "model.proposal_generator.anchors.sizes",
        [[32, 64]],
        id="sizes for all",
    ),
    pytest.param(
        "MODEL: {ANCHOR_GENERATOR: {OFFSET: 0.5}}", "model.proposal_generator.anchors.offset", 0.5, id="offset"
    ),
    pytest.param("", "model.proposal_generator.conv_dims", [256], id="as wide as the pyramid"),
    pytest.param(
        "MODEL: {RPN: {CONV_DIMS: [-1, 64, -1]}, FPN: {OUT_CHANNELS: 16}}",
        "model.proposal_generator.conv_dims",
        [16, 64, 64],
        id="widths that follow each other",
    ),
    pytest.param(
        "MODEL: {BACKBONE: {NAME: build_resnet_backbone}, RPN: {IN_FEATURES: [res4]}}",
        "model.proposal_generator.conv_dims",
        [1024],
        id="as wide as a stage",
    ),
    pytest.param(
        "MODEL: {BACKBONE: {NAME: build_resnet_backbone}, RPN: {IN_FEATURES: [stem]}}",
        "model.proposal_generator.conv_dims",
        [64],
        id="as wide as the stem",
    ),
    pytest.param("MODEL: {RPN: {BOUNDARY_THRESH: 5}}", "model.proposal_generator.sampling.boundary", 5, id="boundary"),
    pytest.param(
        "MODEL: {RPN: {BOUNDARY_THRESH: -1}}", "model.proposal_generator.sampling.boundary", None, id="no boundary"
    ),
    pytest.param(
        "MODEL: {RPN: {LOSS_WEIGHT: 2.0}}", "model.proposal_generator.objectness_weight", 2.0, id="loss weight"
    ),
    pytest.param(
        "MODEL: {RPN: {LOSS_WEIGHT: 2.0, BBOX_REG_LOSS_WEIGHT: 3.0}}",
        "model.proposal_generator.box_loss.weight",
        6.0,
        id="both loss weights",
    ),
    pytest.param(
        "MODEL: {RPN: {BBOX_REG_LOSS_TYPE: giou}}", "model.proposal_generator.box_loss.kind", "giou", id="giou"
    ),
    pytest.param(
        "MODEL: {PROPOSAL_GENERATOR: {MIN_SIZE: 4}}",
        "model.proposal_generator.selection.min_box_size",
        4,
        id="small boxes",
    ),
    pytest.param("", "model.proposal_generator.selection.pre_nms_topk_train", 12000, id="a default of Detectron2"),
    pytest.param("", "model.roi_heads.num_classes", "${data.num_classes}", id="classes of the data"),
    pytest.param(
        "MODEL: {ROI_HEADS: {NUM_CLASSES: 7}}", "model.roi_heads.num_classes", 7, id="classes of another number"
    ),
    pytest.param(
        "MODEL: {ROI_BOX_HEAD: {NUM_CONV: 2}}", "model.roi_heads.box_head.conv_dims", [256, 256], id="convolutions"
    ),
    pytest.param("", "model.roi_heads.box_head.fc_dims", [1024, 1024], id="fully connected"),
    pytest.param(
        "MODEL: {ROI_BOX_HEAD: {POOLER_TYPE: ROIAlign}}",
        "model.roi_heads.box_pooler.aligned",
        False,
        id="first ROIAlign",
    ),
    pytest.param(
        "MODEL: {ROI_BOX_HEAD: {SMOOTH_L1_BETA: 1.0}}", "model.roi_heads.box_predictor.box_loss.beta", 1.0, id="beta"
    ),
    pytest.param(
        "MODEL: {ROI_BOX_HEAD: {USE_SIGMOID_CE: True}}",
        "model.roi_heads.box_predictor.classification",
        "sigmoid",
        id="sigmoid",
    ),
    pytest.param(
        "MODEL: {ROI_BOX_HEAD: {USE_SIGMOID_CE: True, USE_FED_LOSS: True, FED_LOSS_NUM_CLASSES: 20}}",
        "model.roi_heads.box_predictor.federated.num_classes",
        20,
        id="federated loss",
    ),
    pytest.param(
        "TEST: {DETECTIONS_PER_IMAGE: 300}", "model.roi_heads.box_predictor.detections_per_image", 300, id="detections"
    ),
    pytest.param(
        "MODEL: {ROI_BOX_HEAD: {TRAIN_ON_PRED_BOXES: True}}",
        "model.roi_heads.masks_of_predicted_boxes",
        True,
        id="masks of predictions",
    ),
    pytest.param("", "model.roi_heads.mask_head", None, id="no masks"),
    pytest.param(
        "MODEL: {MASK_ON: True, ROI_MASK_HEAD: {NUM_CONV: 4, CONV_DIM: 64}}",
        "model.roi_heads.mask_head",
        {"type": "fcn", "conv_dims": [64, 64, 64, 64], "deconv_dim": 64, "norm": "none", "class_agnostic": False},
        id="masks",
    ),
    pytest.param("MODEL: {MASK_ON: True}", "model.roi_heads.mask_pooler.output_size", 14, id="pooling for masks"),
]


@pytest.mark.parametrize(("text", "path", "value"), CASES)
def test_settings_of_the_model(translated, text, path, value):
    translation = translated(text)

    assert at(translation.values, path) == value
    assert translation.missing == ()


IGNORED = [
    pytest.param(
        "MODEL: {ROI_BOX_HEAD: {NORM: GN}}",
        "model.roi_heads.box_head.norm",
        "none",
        "no norm: there is no convolution that GN could follow",
        id="norm of a box head without convolutions",
    ),
    pytest.param(
        "MODEL: {MASK_ON: True, ROI_MASK_HEAD: {NORM: GN}}",
        "model.roi_heads.mask_head.norm",
        "none",
        "no norm: there is no convolution that GN could follow",
        id="norm of a mask head without convolutions",
    ),
    pytest.param(
        "MODEL: {RESNETS: {OUT_FEATURES: [res4]}, BACKBONE: {NAME: build_resnet_backbone, FREEZE_AT: 5}}",
        "model.backbone.freeze_at",
        4,
        "4: no later stage is built",
        id="freezing what is not built",
    ),
    pytest.param(
        "TEST: {DETECTIONS_PER_IMAGE: -1}",
        "model.roi_heads.box_predictor.detections_per_image",
        2**31 - 1,
        "every detection: more than a picture can have",
        id="every detection",
    ),
]


@pytest.mark.parametrize(("text", "path", "value", "note"), IGNORED)
def test_what_detectron2_does_not_look_at_is_told(translated, text, path, value, note):
    assert at(translated(text).values, path) == value
    assert note in {key.reason for key in translated(text).keys}


MISSING = [
    pytest.param(
        "MODEL: {META_ARCHITECTURE: Spaceship}", "model", "'Spaceship' (MODEL.META_ARCHITECTURE)", id="architecture"
    ),
    pytest.param(
        "MODEL: {BACKBONE: {NAME: build_ice}}", "model.backbone", "'build_ice' (MODEL.BACKBONE.NAME)", id="backbone"
    ),
    pytest.param(
        "MODEL: {PROPOSAL_GENERATOR: {NAME: Oracle}}",
        "model.proposal_generator",
        "'Oracle' (MODEL.PROPOSAL_GENERATOR.NAME)",
        id="proposals",
    ),
    pytest.param(
        "MODEL: {LOAD_PROPOSALS: True}",
        "model.proposal_generator",
        "proposals from files (MODEL.LOAD_PROPOSALS)",
        id="stored proposals",
    ),
    pytest.param(
        "MODEL: {RPN: {HEAD_NAME: Horns}}",
        "model.proposal_generator",
        "'Horns' (MODEL.RPN.HEAD_NAME)",
        id="head of the RPN",
    ),
    pytest.param(
        "MODEL: {ANCHOR_GENERATOR: {NAME: Round}}",
        "model.proposal_generator.anchors",
        "'Round' (MODEL.ANCHOR_GENERATOR.NAME)",
        id="anchors",
    ),
    pytest.param(
        "MODEL: {ROI_HEADS: {NAME: Hydra}}", "model.roi_heads", "'Hydra' (MODEL.ROI_HEADS.NAME)", id="ROI heads"
    ),
    pytest.param(
        "MODEL: {ROI_BOX_HEAD: {NAME: ''}}",
        "model.roi_heads.box_head",
        "'' (MODEL.ROI_BOX_HEAD.NAME)",
        id="no box head",
    ),
    pytest.param(
        "MODEL: {ROI_BOX_HEAD: {POOLER_TYPE: ROIAlignRotated}}",
        "model.roi_heads.box_pooler",
        "'ROIAlignRotated' (MODEL.ROI_BOX_HEAD.POOLER_TYPE)",
        id="pooler",
    ),
    pytest.param(
        "MODEL: {ROI_BOX_HEAD: {NORM: ZN, NUM_CONV: 1}}",
        "model.roi_heads.box_head.norm",
        "'ZN' (MODEL.ROI_BOX_HEAD.NORM)",
        id="norm",
    ),
    pytest.param(
        "MODEL: {FPN: {NORM: NaiveSyncBN}}",
        "model.backbone.norm",
        "'NaiveSyncBN' (MODEL.FPN.NORM)",
        id="a norm that Detectron2 spells otherwise",
    ),
    pytest.param(
        "MODEL: {MASK_ON: True, ROI_MASK_HEAD: {NAME: Veil}}",
        "model.roi_heads.mask_head",
        "'Veil' (MODEL.ROI_MASK_HEAD.NAME)",
        id="mask head",
    ),
    pytest.param(
        "MODEL: {KEYPOINT_ON: True, ROI_KEYPOINT_HEAD: {NAME: Dots, MIN_KEYPOINTS_PER_IMAGE: 0}}\nDATASETS: {TEST: []}",
        "model.roi_heads.keypoint_head",
        "'Dots' (MODEL.ROI_KEYPOINT_HEAD.NAME)",
        id="keypoint head",
    ),
    pytest.param(
        "MODEL: {MASK_ON: True, ROI_MASK_HEAD: {NAME: PointRendMaskHead, POINT_HEAD_ON: False}}",
        "model.roi_heads.mask_head",
        "coarse masks without points (MODEL.ROI_MASK_HEAD.POINT_HEAD_ON)",
        id="coarse masks alone",
    ),
    pytest.param("INPUT: {FORMAT: YUV-BT.601}", "model.channel_order", "'YUV-BT.601' (INPUT.FORMAT)", id="colours"),
]


@pytest.mark.parametrize(("text", "path", "what"), MISSING)
def test_what_nothing_offers_is_missing_and_the_rest_is_there(translated, text, path, what):
    translation = translated(text)

    [part] = translation.missing
    assert (".".join(part.path), part.what) == (path, what)
    assert part.file.endswith("config.yaml")
    assert part.line == 2
    assert at(translation.values, path) is None
    assert translation.values["optimizer"]["type"] == "sgd"


def test_keys_of_a_missing_part_wait_for_it(told):
    key = told("MODEL:\n  ROI_HEADS:\n    NAME: Hydra\n  ROI_BOX_CASCADE_HEAD:\n    IOUS: [0.5]\n")

    assert key.paths == ()
    assert key.reason == "waits for 'Hydra' (MODEL.ROI_HEADS.NAME), which nothing installed offers"


def test_widths_of_an_unknown_backbone_stay_as_they_are(translated):
    values = translated("MODEL: {BACKBONE: {NAME: build_ice}, RPN: {CONV_DIMS: [64]}}").values

    assert at(values, "model.proposal_generator.conv_dims") == [64]


def test_deformable_stages_are_those_that_are_built(translated):
    flags = "DEFORM_ON_PER_STAGE: [False, True, True, True], DEFORM_MODULATED: True, DEFORM_NUM_GROUPS: 2"
    whole = translated(f"MODEL: {{RESNETS: {{{flags}}}}}").values
    short = translated(f"MODEL: {{RESNETS: {{{flags}, OUT_FEATURES: [res2, res4]}}}}").values

    trunk = at(whole, "model.backbone.bottom_up")
    assert trunk["deformable_stages"] == ["res3", "res4", "res5"]
    assert (trunk["deformable_modulated"], trunk["deformable_groups"]) == (True, 2)
    assert at(short, "model.backbone.bottom_up.deformable_stages") == ["res3", "res4"]


def test_basic_blocks_have_no_width_of_a_group(translated):
    basic = translated("MODEL: {RESNETS: {DEPTH: 18, RES2_OUT_CHANNELS: 64, WIDTH_PER_GROUP: 4}}").values

    assert "width_per_group" not in at(basic, "model.backbone.bottom_up")


def test_a_pooler_of_maxima_has_no_samples(translated):
    values = translated("MODEL: {ROI_BOX_HEAD: {POOLER_TYPE: ROIPool, POOLER_RESOLUTION: 5}}").values

    assert at(values, "model.roi_heads.box_pooler") == {"type": "roi-pool", "output_size": 5}


PRECOMPUTED = "MODEL: {LOAD_PROPOSALS: True, PROPOSAL_GENERATOR: {NAME: PrecomputedProposals}}\n"


def test_proposals_from_elsewhere_are_a_model_of_their_own_and_files_of_the_data(translated):
    translation = translated(
        f"{PRECOMPUTED}DATASETS: {{TRAIN: [coco_2017_train], PROPOSAL_FILES_TRAIN: ['detectron2://rpn/1/train_21bc3a.pkl'],"
        " TEST: [coco_2017_val], PROPOSAL_FILES_TEST: [mine/val.pkl]}\n"
    )

    assert translation.missing == ()
    assert at(translation.values, "model.type") == "fast-rcnn"
    assert "proposal_generator" not in translation.values["model"]
    [train], [test] = (at(translation.values, f"data.{split}.datasets") for split in ("train", "test"))
    assert train["proposals"] == "${data.root}/proposals/train_21bc3a.npz"
    assert (test["proposals"], test["max_proposals"]) == ("mine/val.npz", 1000)


def test_proposals_without_files_are_missing(translated):
    translation = translated(PRECOMPUTED)

    assert {part.what for part in translation.missing} == {
        "a file of proposals for each dataset (DATASETS.PROPOSAL_FILES_TRAIN)",
        "a file of proposals for each dataset (DATASETS.PROPOSAL_FILES_TEST)",
    }
