"""What a config says about models that tell what every pixel belongs to, and about masks that are refined at points."""

import pytest

from detcore.errors import ConfigError

PANOPTIC = "{META_ARCHITECTURE: PanopticFPN, MASK_ON: True, %s}"
POINTS = "{MASK_ON: True, ROI_MASK_HEAD: {NAME: PointRendMaskHead, POINT_HEAD_ON: True, POOLER_TYPE: '', %s}, %s}"


@pytest.fixture
def model(translated):
    """The model of a config whose ``MODEL`` is this text, and nothing of it missing."""

    def of_settings(settings):
        translation = translated(f"MODEL: {settings}")
        assert [part for part in translation.missing if part.path[0] == "model"] == []
        return translation.values["model"]

    return of_settings


def test_a_semantic_model_is_pixels_backbone_and_head(model):
    semantic = model("{META_ARCHITECTURE: SemanticSegmentor, SEM_SEG_HEAD: {NUM_CLASSES: 7, CONVS_DIM: 64, NORM: ''}}")

    assert sorted(semantic) == ["backbone", "channel_order", "pixel_mean", "pixel_std", "sem_seg_head", "type"]
    assert semantic["type"] == "semantic-fpn"
    assert semantic["sem_seg_head"] == {
        "type": "fpn",
        "num_classes": 7,
        "in_features": ["p2", "p3", "p4", "p5"],
        "conv_dims": 64,
        "common_stride": 4,
        "norm": "none",
        "loss_weight": 1.0,
        "ignore_value": 255,
    }


def test_a_panoptic_model_is_an_rcnn_with_a_semantic_head_and_a_rule(model):
    combine = "COMBINE: {OVERLAP_THRESH: 0.4, STUFF_AREA_LIMIT: 150, INSTANCES_CONFIDENCE_THRESH: 0.3}"

    panoptic = model(PANOPTIC % f"PANOPTIC_FPN: {{{combine}}}")

    assert panoptic["type"] == "panoptic-fpn"
    assert panoptic["proposal_generator"]["type"] == "rpn"
    assert panoptic["roi_heads"]["mask_head"]["type"] == "fcn"
    assert panoptic["sem_seg_head"]["type"] == "fpn"
    assert panoptic["merging"] == {
        "overlap_threshold": 0.4,
        "stuff_area_limit": 150,
        "instance_score_threshold": 0.3,
    }


def test_instances_weigh_by_their_boxes_and_masks(model):
    heads = model(PANOPTIC % "PANOPTIC_FPN: {INSTANCE_LOSS_WEIGHT: 0.25}, ROI_BOX_HEAD: {BBOX_REG_LOSS_WEIGHT: 2.0}")[
        "roi_heads"
    ]

    assert heads["box_predictor"]["box_loss"]["weight"] == 0.5
    assert heads["mask_head"]["loss_weight"] == 0.25
    assert "classification_weight" not in heads["box_predictor"]


def test_a_cascade_has_no_weight_of_its_instances(translated):
    settings = "ROI_HEADS: {NAME: CascadeROIHeads}, ROI_BOX_HEAD: {CLS_AGNOSTIC_BBOX_REG: True}"
    weight = "PANOPTIC_FPN: {INSTANCE_LOSS_WEIGHT: 0.25}"

    with pytest.raises(ConfigError, match=r"INSTANCE_LOSS_WEIGHT: must be 1 with cascade heads; Detectron2 refuses"):
        translated(f"MODEL: {PANOPTIC % f'{settings}, {weight}'}")


def test_another_semantic_head_is_missing(translated):
    [part] = translated("MODEL: {META_ARCHITECTURE: SemanticSegmentor, SEM_SEG_HEAD: {NAME: DeepLabV3Head}}").missing

    assert (part.path, part.what) == (("model", "sem_seg_head"), "'DeepLabV3Head' (MODEL.SEM_SEG_HEAD.NAME)")


def test_panoptic_datasets_are_pictures_maps_and_one_file(translated):
    translation = translated(
        """
        MODEL: {META_ARCHITECTURE: PanopticFPN, MASK_ON: True}
        DATALOADER: {FILTER_EMPTY_ANNOTATIONS: False}
        DATASETS: {TRAIN: [coco_2017_train_panoptic_separated], TEST: [coco_2017_val_100_panoptic_separated]}
        """
    )

    assert translation.missing == ()
    assert translation.values["data"]["train"]["datasets"] == [
        {
            "type": "coco-panoptic",
            "images": "${data.root}/coco/train2017",
            "annotations": "${data.root}/coco/annotations/panoptic_train2017.json",
            "maps": "${data.root}/coco/panoptic_train2017",
        }
    ]
    assert translation.values["data"]["test"]["datasets"][0]["maps"] == "${data.root}/coco/panoptic_val2017_100"
    assert len(translation.values["data"]["classes"]) == 80
    assert [each["type"] for each in translation.values["evaluation"]["evaluators"]] == [
        "semantic-iou",
        "panoptic-quality",
        "coco",
    ]
    [train] = [key for key in translation.keys if key.key == "DATASETS.TRAIN"]
    assert train.reason == "objects are those of the panoptic maps, not of instances_*.json"


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        pytest.param("coco_2017_train_panoptic_stuffonly", [], id="labels have no objects to be without"),
        pytest.param(
            "coco_2017_train_panoptic_separated",
            ["leaving out pictures without things (DATALOADER.FILTER_EMPTY_ANNOTATIONS)"],
            id="things",
        ),
        pytest.param(
            "coco_2014_train_panoptic_separated",
            ["dataset 'coco_2014_train_panoptic_separated' (DATASETS.TRAIN)"],
            id="a year without maps",
        ),
        pytest.param(
            "coco_2017_train_panoptic_twice",
            ["dataset 'coco_2017_train_panoptic_twice' (DATASETS.TRAIN)"],
            id="an ending that is not known",
        ),
    ],
)
def test_pictures_without_things(translated, name, missing):
    translation = translated(
        f"DATASETS: {{TRAIN: [{name}]}}\nMODEL: {{META_ARCHITECTURE: SemanticSegmentor}}\n"
        "DATALOADER: {FILTER_EMPTY_ANNOTATIONS: True}"
    )

    assert [part.what for part in translation.missing] == missing


def test_masks_refined_at_points(model):
    head = (
        "CONV_DIM: 16, FC_DIM: 32, NUM_FC: 1, OUTPUT_SIDE_RESOLUTION: 5, POOLER_RESOLUTION: 12, IN_FEATURES: [p3, p2]"
    )
    points = "POINT_HEAD: {FC_DIM: 8, NUM_FC: 2, IN_FEATURES: [p2, p3], SUBDIVISION_STEPS: 3, TRAIN_NUM_POINTS: 50}"

    heads = model(POINTS % (head, points))["roi_heads"]

    assert heads["mask_pooler"] == {"type": "point-grid", "output_size": 12, "levels": [1, 0]}
    assert heads["mask_head"] == {
        "type": "point-rend",
        "coarse_conv_dim": 16,
        "coarse_fc_dims": [32],
        "coarse_side": 5,
        "in_features": ["p2", "p3"],
        "point_fc_dims": [8, 8],
        "coarse_in_every_layer": True,
        "class_agnostic": False,
        "sampling": {"num_points": 50, "oversampling": 3, "uncertain_fraction": 0.75},
        "subdivision_steps": 3,
        "subdivision_points": 784,
    }


@pytest.mark.parametrize(
    ("head", "points", "message"),
    [
        pytest.param(
            "IN_FEATURES: [p7]",
            "POINT_HEAD: {}",
            r"must be among MODEL\.ROI_HEADS\.IN_FEATURES, .* 'p7' is not$",
            id="maps",
        ),
        pytest.param(
            "FC_DIM: 8",
            "POINT_HEAD: {NUM_CLASSES: 5}",
            r"must be as many as MODEL\.ROI_HEADS\.NUM_CLASSES, 80, not 5$",
            id="classes",
        ),
        pytest.param(
            "FC_DIM: wide", "POINT_HEAD: {NUM_FC: 2}", r"FC_DIM: must be a whole number, not 'wide'$", id="type"
        ),
    ],
)
def test_points_that_cannot_be(translated, head, points, message):
    with pytest.raises(ConfigError, match=message):
        translated(f"MODEL: {POINTS % (head, points)}")


def test_another_point_head_is_missing(translated):
    [part] = translated(f"MODEL: {POINTS % ('FC_DIM: 8', 'POINT_HEAD: {NAME: ImplicitPointHead}')}").missing

    assert part.what == "'ImplicitPointHead' (MODEL.POINT_HEAD.NAME)"
