"""What a config says about everything but the model, and what is said of the keys that go nowhere."""

import pytest

from det_plugin_detectron2.class_names import COCO_CLASSES
from detcore.errors import ConfigError

RESIZE = {"type": "resize-shortest-edge", "sizes": [800], "max_size": 1333, "sample": "choice"}
FLIP = {"type": "random-flip", "probability": 0.5, "direction": "horizontal"}


def table(translation, *path):
    values = translation.values
    for step in path:
        values = values[step]
    return values


def test_datasets_lie_below_one_root(translated):
    data = translated("").values["data"]

    assert data["root"] == "datasets"
    assert data["train"]["datasets"] == [
        {
            "type": "coco",
            "images": "${data.root}/coco/train2017",
            "annotations": "${data.root}/coco/annotations/instances_train2017.json",
            "filter_empty": True,
        }
    ]
    assert data["test"]["datasets"] == [
        {
            "type": "coco",
            "images": "${data.root}/coco/val2017",
            "annotations": "${data.root}/coco/annotations/instances_val2017.json",
        }
    ]


@pytest.mark.parametrize(
    ("name", "images", "annotations"),
    [
        ("coco_2014_valminusminival", "coco/val2014", "instances_valminusminival2014"),
        ("coco_2017_val_100", "coco/val2017", "instances_val2017_100"),
        ("coco_2017_test-dev", "coco/test2017", "image_info_test-dev2017"),
        ("keypoints_coco_2014_train", "coco/train2014", "person_keypoints_train2014"),
        ("keypoints_coco_2017_val_100", "coco/val2017", "person_keypoints_val2017_100"),
    ],
)
def test_datasets_known_by_name(translated, name, images, annotations):
    [dataset] = table(translated(f"DATASETS: {{TEST: [{name}]}}"), "data", "test", "datasets")

    assert dataset["images"] == f"${{data.root}}/{images}"
    assert dataset["annotations"] == f"${{data.root}}/coco/annotations/{annotations}.json"


@pytest.mark.parametrize("name", ["cats_train", "lvis_v1_train", "keypoints_coco_2017_test", "xcoco_2017_train"])
def test_datasets_that_are_not_known_are_missing(translated, name):
    translation = translated(f"DATASETS: {{TRAIN: [coco_2017_val, {name}]}}")

    [part] = translation.missing
    assert part.path == ("data", "train", "datasets", 1)
    assert part.what == f"dataset '{name}' (DATASETS.TRAIN)"
    assert len(table(translation, "data", "train", "datasets")) == 1


def test_a_config_without_training_data(translated):
    [part] = translated("DATASETS: {TRAIN: []}").missing

    assert part.what == "a training dataset (DATASETS.TRAIN is empty)"


def test_a_config_without_test_data_is_not_evaluated(translated):
    values = translated("DATASETS: {TEST: []}").values

    assert "test" not in values["data"]
    assert "evaluation" not in values


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        pytest.param("", list(COCO_CLASSES), id="objects"),
        pytest.param(
            "DATASETS: {TRAIN: [keypoints_coco_2017_train]}\nMODEL: {ROI_HEADS: {NUM_CLASSES: 1}}",
            ["person"],
            id="people",
        ),
        pytest.param("DATASETS: {TRAIN: [coco_2017_train, keypoints_coco_2017_train]}", None, id="both"),
        pytest.param("DATASETS: {TRAIN: [coco_2017_train, cats]}", None, id="a dataset that is not known"),
        pytest.param("MODEL: {ROI_HEADS: {NUM_CLASSES: 3}}", None, id="another number of classes"),
        pytest.param(
            "MODEL: {META_ARCHITECTURE: RetinaNet, RETINANET: {NUM_CLASSES: 3}}", None, id="of a dense detector"
        ),
    ],
)
def test_classes_are_those_of_the_data_if_the_model_has_as_many(translated, text, classes):
    assert translated(text).values["data"].get("classes") == classes


def test_a_number_of_classes_that_the_data_does_not_have_is_noted(told):
    assert (
        told("MODEL: {ROI_HEADS: {NUM_CLASSES: 3}}").reason
        == "the datasets have 80 classes, so data.classes is left out"
    )


@pytest.mark.parametrize(
    ("text", "augmentations"),
    [
        pytest.param("", [RESIZE, FLIP], id="as by default"),
        pytest.param("INPUT: {MIN_SIZE_TRAIN: [0]}", [FLIP], id="no resize"),
        pytest.param("INPUT: {RANDOM_FLIP: none}", [RESIZE], id="no flip"),
        pytest.param("INPUT: {RANDOM_FLIP: vertical}", [RESIZE, {**FLIP, "direction": "vertical"}], id="upside down"),
        pytest.param(
            "INPUT: {MIN_SIZE_TRAIN: [640, 800], MIN_SIZE_TRAIN_SAMPLING: range}",
            [{**RESIZE, "sizes": [640, 800], "sample": "range"}, FLIP],
            id="a range",
        ),
        pytest.param(
            "INPUT: {CROP: {ENABLED: True, TYPE: absolute, SIZE: [384, 600]}}",
            [{"type": "random-crop", "size": [384, 600], "mode": "absolute"}, RESIZE, FLIP],
            id="a crop",
        ),
    ],
)
def test_augmentations_keep_their_order(translated, text, augmentations):
    assert table(translated(text), "data", "train", "augmentations") == augmentations


def test_test_pictures_may_keep_their_size(translated):
    assert table(translated("INPUT: {MIN_SIZE_TEST: 0}"), "data", "test", "augmentations") == []


def test_the_loader_and_the_sampler(translated):
    data = translated("DATALOADER: {NUM_WORKERS: 2, ASPECT_RATIO_GROUPING: False}").values["data"]

    assert data["loader"] == {"workers": 2, "aspect_ratio_grouping": False}
    assert data["train"]["sampler"] == {"type": "shuffle"}


def test_the_optimizer(translated):
    text = (
        "SOLVER: {BASE_LR: 0.01, NESTEROV: True, WEIGHT_DECAY_NORM: 0.1, WEIGHT_DECAY_BIAS: 0.2, BIAS_LR_FACTOR: 2.0}"
    )

    assert translated(text).values["optimizer"] == {
        "type": "sgd",
        "lr": 0.01,
        "momentum": 0.9,
        "nesterov": True,
        "weight_decay": 0.0001,
        "weight_decay_norm": 0.1,
        "weight_decay_bias": 0.2,
        "lr_factor_bias": 2.0,
    }


WARMUP = {"warmup_steps": 1000, "warmup_factor": 0.001, "warmup_method": "linear"}


@pytest.mark.parametrize(
    ("text", "schedule"),
    [
        pytest.param(
            "", {"type": "multi-step", "milestones": [60000 / 90000, 80000 / 90000], "gamma": 0.1, **WARMUP}, id="steps"
        ),
        pytest.param(
            "SOLVER: {STEPS: [45000, 90000, 99000]}",
            {"type": "multi-step", "milestones": [0.5], "gamma": 0.1, **WARMUP},
            id="steps that never come",
        ),
        pytest.param(
            "SOLVER: {LR_SCHEDULER_NAME: WarmupCosineLR, BASE_LR: 0.1, BASE_LR_END: 0.01}",
            {"type": "cosine", "end_factor": 0.1, **WARMUP},
            id="cosine",
        ),
        pytest.param(
            "SOLVER: {LR_SCHEDULER_NAME: WarmupStepWithFixedGammaLR, GAMMA: 0.5}",
            {"type": "multi-step", "milestones": [0.25, 0.5, 0.75], "gamma": 0.5, **WARMUP},
            id="even steps",
        ),
        pytest.param(
            "SOLVER: {WARMUP_ITERS: 0, WARMUP_METHOD: constant, RESCALE_INTERVAL: True}",
            {
                "type": "multi-step",
                "milestones": [60000 / 90000, 80000 / 90000],
                "gamma": 0.1,
                "warmup_steps": 0,
                "warmup_factor": 0.001,
                "warmup_method": "constant",
            },
            id="no warm-up",
        ),
    ],
)
def test_schedules(translated, text, schedule):
    found = dict(translated(text).values["schedule"])

    assert found.pop("end_factor", None) == pytest.approx(schedule.pop("end_factor", None))
    assert found == schedule


def test_steps_that_never_come_are_noted(told):
    assert told("SOLVER: {STEPS: [90000]}").reason == "fractions of the run; steps from MAX_ITER (90000) on never come"


def test_training(translated):
    text = "MODEL: {DEVICE: cpu}\nSOLVER: {IMS_PER_BATCH: 8, AMP: {ENABLED: True}, CHECKPOINT_PERIOD: 2500}"

    assert translated(text).values["training"] == {
        "steps": 90000,
        "batch_size": 8,
        "precision": "float16",
        "device": "cpu",
        "checkpoint_every_steps": 2500,
    }


def test_the_norm_of_all_gradients_may_be_clipped(translated):
    clip = "SOLVER: {CLIP_GRADIENTS: {ENABLED: True, CLIP_TYPE: full_model, CLIP_VALUE: 0.5}}"

    assert translated(clip).values["training"]["clip_gradients"] == 0.5


def test_the_run(translated):
    values = translated("SEED: 7\nOUTPUT_DIR: out/cats\nMODEL: {WEIGHTS: weights/r50.npz}").values

    assert values["run"] == {"name": "cats", "directory": "out", "seed": 7}
    assert values["weights"] == {"path": "weights/r50.npz"}


def test_a_run_at_the_top_has_no_name(translated):
    assert translated("OUTPUT_DIR: /").values["run"] == {"directory": "/"}


MISSING = [
    pytest.param(
        "SOLVER: {LR_SCHEDULER_NAME: WarmupPolyLR}",
        "schedule",
        "'WarmupPolyLR' (SOLVER.LR_SCHEDULER_NAME)",
        id="schedule",
    ),
    pytest.param(
        "SOLVER: {RESCALE_INTERVAL: True}",
        "schedule",
        "a schedule that begins after warm-up (SOLVER.RESCALE_INTERVAL)",
        id="interval",
    ),
    pytest.param("SOLVER: {OPTIMIZER: ADAM}", "optimizer", "optimizer 'ADAM' (SOLVER.OPTIMIZER)", id="optimizer"),
    pytest.param(
        "SOLVER: {CLIP_GRADIENTS: {ENABLED: True}}",
        "training.clip_gradients",
        "clipping of gradients by 'value' (SOLVER.CLIP_GRADIENTS)",
        id="clipping",
    ),
    pytest.param(
        "DATALOADER: {SAMPLER_TRAIN: Lottery}",
        "data.train.sampler",
        "'Lottery' (DATALOADER.SAMPLER_TRAIN)",
        id="sampler",
    ),
    pytest.param(
        "INPUT: {COLOR_AUG_SSD: True}",
        "data.train.augmentations.1",
        "SSD's colour augmentation (INPUT.COLOR_AUG_SSD)",
        id="colour",
    ),
    pytest.param(
        "INPUT: {CROP: {ENABLED: True, SINGLE_CATEGORY_MAX_AREA: 0.5}}",
        "data.train.augmentations.0",
        "crops that limit one category's area (INPUT.CROP.SINGLE_CATEGORY_MAX_AREA)",
        id="crop",
    ),
    pytest.param(
        "INPUT: {RANDOM_FLIP: sideways}", "data.train.augmentations.1", "'sideways' (INPUT.RANDOM_FLIP)", id="flip"
    ),
    pytest.param(
        "TEST: {AUG: {ENABLED: True}}",
        "evaluation.test_time_augmentation",
        "test-time augmentation (TEST.AUG.ENABLED)",
        id="views",
    ),
    pytest.param(
        "TEST: {PRECISE_BN: {ENABLED: True}}",
        "training.hooks.0",
        "precise batch norm (TEST.PRECISE_BN.ENABLED)",
        id="precise norms",
    ),
]


@pytest.mark.parametrize(("text", "path", "what"), MISSING)
def test_what_nothing_offers_is_missing(translated, text, path, what):
    [part] = translated(text).missing

    assert (".".join(map(str, part.path)), part.what) == (path, what)


REASONS = [
    pytest.param("VERSION: 2", "the version of Detectron2's own keys", id="version"),
    pytest.param("MODEL: {MASK_ON: False}", "off", id="a switch"),
    pytest.param("MODEL: {WEIGHTS: ''}", "nothing is asked for", id="nothing"),
    pytest.param(
        "MODEL: {WEIGHTS: 'detectron2://r50.pkl'}",
        "an address, which nothing fetches yet: save the file and name it in weights.path",
        id="an address",
    ),
    pytest.param("MODEL: {ROI_MASK_HEAD: {NUM_CONV: 4}}", "not read: MODEL.MASK_ON is off", id="below a switch"),
    pytest.param(
        "MODEL: {RETINANET: {NUM_CONVS: 3}}",
        "not read: MODEL.META_ARCHITECTURE is GeneralizedRCNN",
        id="of another model",
    ),
    pytest.param(
        "MODEL: {SEM_SEG_HEAD: {NORM: GN}}",
        "not read: MODEL.META_ARCHITECTURE is GeneralizedRCNN",
        id="of a semantic model",
    ),
    pytest.param(
        "SOLVER: {NUM_DECAYS: 5}", "not read: SOLVER.LR_SCHEDULER_NAME is WarmupMultiStepLR", id="of another schedule"
    ),
    pytest.param(
        "TEST: {EVAL_PERIOD: 5000}",
        "in steps; here in epochs: evaluation.every_epochs = EVAL_PERIOD * IMS_PER_BATCH / pictures",
        id="evaluations",
    ),
    pytest.param(
        "SOLVER: {REFERENCE_WORLD_SIZE: 8}",
        "rescales batch size, learning rate and length by the number of GPUs; here they stay what they say, for all "
        "GPUs together",
        id="of a number of GPUs",
    ),
    pytest.param(
        "MODEL: {POINT_HEAD: {NUM_FC: 3}}", "belongs to PointRend, beside Detectron2 itself", id="of a project"
    ),
    pytest.param(
        "MODEL: {RESNETS: {DEPHT: 50}}",
        "Detectron2 has no such key; did you mean 'MODEL.RESNETS.DEPTH'?",
        id="misspelt",
    ),
    pytest.param(
        "MODEL: {ROI_HEADS: {NAME: Hydra, LEGS: 3}}",
        "Detectron2 has no such key; did you mean 'MODEL.ROI_HEADS.NAME'?",
        id="unknown, of a missing part",
    ),
]


@pytest.mark.parametrize(("text", "reason"), REASONS)
def test_keys_that_go_nowhere_say_why(told, text, reason):
    key = told(text)

    assert key.paths == ()
    assert key.reason == reason


@pytest.mark.parametrize(
    ("text", "matters"),
    [
        pytest.param("MODEL: {WEIGHTS: 'detectron2://R-50.pkl'}", True, id="weights"),
        pytest.param("TEST: {EVAL_PERIOD: 5000}", True, id="evaluations on the way"),
        pytest.param("TEST: {EVAL_PERIOD: 0}", False, id="no evaluation on the way"),
        pytest.param("FLOAT32_PRECISION: high", True, id="precision"),
        pytest.param("FLOAT32_PRECISION: ''", False, id="precision left alone"),
        pytest.param("SOLVER: {REFERENCE_WORLD_SIZE: 8}", True, id="rescaled"),
        pytest.param("SOLVER: {REFERENCE_WORLD_SIZE: 0}", False, id="not rescaled"),
        pytest.param("MODEL: {RESNETS: {DEPHT: 50}}", True, id="misspelt"),
        pytest.param("MODEL: {ROI_HEADS: {NAME: Hydra}}", True, id="missing"),
        pytest.param("INPUT: {MASK_FORMAT: bitmask}", True, id="other masks"),
        pytest.param("INPUT: {MASK_FORMAT: polygon}", False, id="the same masks"),
        pytest.param("TEST: {AUG: {FLIP: True}}", False, id="of something that is off"),
        pytest.param("VERSION: 2", False, id="version"),
        pytest.param("MODEL: {WEIGHTS: ''}", False, id="nothing"),
    ],
)
def test_what_makes_no_difference_is_told_apart(told, text, matters):
    assert told(text).matters is matters


def test_every_key_is_accounted_for(translated):
    keys = translated("SEED: 3\nNONSENSE: 1\n").keys

    assert len({key.key for key in keys}) == len(keys) == 193
    assert [key.key for key in keys if not key.paths and not key.reason] == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "SOLVER: {LR_SCHEDULER_NAME: WarmupStepWithFixedGammaLR, NUM_DECAYS: 99999}",
            r"NUM_DECAYS: must be a number of drops from 0 to 1000, not 99999$",
        ),
        (
            "MODEL: {ROI_BOX_HEAD: {NUM_FC: 999999999}}",
            r"NUM_FC: must be a number of layers from 0 to 1000, not 999999999$",
        ),
        ("SOLVER: {MAX_ITER: 0}", r"config\.yaml:2: SOLVER\.MAX_ITER: must be at least 1, not 0$"),
        (
            "SOLVER: {LR_SCHEDULER_NAME: WarmupCosineLR, BASE_LR: 0.0}",
            r"config\.yaml:2: SOLVER\.BASE_LR: must be above 0, not 0\.0$",
        ),
    ],
)
def test_numbers_that_cannot_be_worked_with(translated, text, message):
    with pytest.raises(ConfigError, match=message):
        translated(text)
