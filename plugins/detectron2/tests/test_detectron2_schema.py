import re

import pytest

from det_plugin_detectron2.schema import complete, defaults, projects_of, unknown_key
from det_plugin_detectron2.settings import Source
from detcore.errors import ConfigError


def completed(key, value):
    return complete({key: Source(key=key, value=value, file="c.yaml", line=3)})[key].value


def test_every_key_of_detectron2_has_its_default():
    assert len(defaults()) == 192
    assert complete({})["MODEL.RESNETS.DEPTH"].value == 50


@pytest.mark.parametrize(
    ("key", "written", "value"),
    [
        pytest.param("SOLVER.STEPS", "(60000, 80000)", [60000, 80000], id="a tuple as text"),
        pytest.param("DATASETS.TRAIN", '("coco_2017_train",)', ["coco_2017_train"], id="names as text"),
        pytest.param("DATASETS.TRAIN", ["a"], ["a"], id="names"),
        pytest.param("SOLVER.BASE_LR", "1e-3", 0.001, id="a number that YAML takes for text"),
        pytest.param("SOLVER.BASE_LR", 1, 1, id="a whole number for a fraction"),
        pytest.param("MODEL.ANCHOR_GENERATOR.SIZES", [[32.5]], [[32.5]], id="fractions for whole numbers in a list"),
        pytest.param("MODEL.ANCHOR_GENERATOR.SIZES", [32, 64], [32, 64], id="a flat list for a nested one"),
        pytest.param("MODEL.WEIGHTS", "123", "123", id="a word that spells a number"),
        pytest.param("MODEL.WEIGHTS", "'x'", "x", id="a word in quotes"),
        pytest.param("SOLVER.WEIGHT_DECAY_BIAS", None, None, id="nothing, where nothing is the default"),
        pytest.param("TEST.EXPECTED_RESULTS", [["bbox", "AP", 38.5, 0.2]], [["bbox", "AP", 38.5, 0.2]], id="anything"),
        pytest.param("MODEL.NEW_KEY", "(1, 2)", [1, 2], id="a key it does not know"),
    ],
)
def test_values_are_taken_as_yacs_takes_them(key, written, value):
    assert completed(key, written) == value


@pytest.mark.parametrize(
    ("key", "value", "wanted"),
    [
        ("MODEL.RESNETS.DEPTH", "fifty", "a whole number, not 'fifty'"),
        ("MODEL.RESNETS.DEPTH", 50.0, "a whole number, not 50.0"),
        ("MODEL.RESNETS.DEPTH", True, "a whole number, not True"),
        ("MODEL.RESNETS.DEPTH", None, "a whole number, not None"),
        ("MODEL.MASK_ON", 1, "true or false, not 1"),
        ("SOLVER.BASE_LR", [0.1], "a number, not [0.1]"),
        ("SOLVER.STEPS", ["a"], "a list of numbers, not ['a']"),
        ("DATASETS.TRAIN", "coco_2017_train", "a list of words, not 'coco_2017_train'"),
        ("MODEL.RESNETS.DEFORM_ON_PER_STAGE", [1], "a list of true and false, not [1]"),
        ("SOLVER.STEPS", [[1], [2]], "a list of numbers, not [[1], [2]]"),
        ("DATASETS.TEST", [[]], "a list of words, not [[]]"),
        ("TEST.EXPECTED_RESULTS", 1, "a list, not 1"),
        ("MODEL.WEIGHTS", 5, "a word, not 5"),
    ],
)
def test_values_of_another_type_are_refused(key, value, wanted):
    with pytest.raises(ConfigError, match=f"^{re.escape(f'c.yaml:3: {key}: must be {wanted}')}$"):
        completed(key, value)


def test_every_wrong_value_is_told_at_once():
    sources = [Source(key=key, value="x", file="c.yaml", line=1) for key in ("SEED", "SOLVER.GAMMA")]

    with pytest.raises(ConfigError) as caught:
        complete({source.key: source for source in sources})

    assert str(caught.value).splitlines() == [
        "c.yaml:1: SEED: must be a whole number, not 'x'",
        "c.yaml:1: SOLVER.GAMMA: must be a number, not 'x'",
    ]


@pytest.mark.parametrize(
    ("key", "projects"),
    [
        ("MODEL.POINT_HEAD.NUM_FC", ["PointRend"]),
        ("INPUT.CROP.SINGLE_CATEGORY_MAX_AREA", ["DeepLab", "PointRend"]),
        ("DATASETS.CATEGORY_MAPS.coco", ["DensePose"]),
        ("MODEL.RESNETS.DEPTH", []),
    ],
)
def test_keys_of_projects_are_known(key, projects):
    assert projects_of(key) == projects


def test_a_misspelt_key_gets_the_right_word():
    assert unknown_key("MODEL.RESNETS.DEPHT") == "Detectron2 has no such key; did you mean 'MODEL.RESNETS.DEPTH'?"
    assert unknown_key("QQQQ") == "Detectron2 has no such key"
    assert unknown_key("MODEL.RPN") == "is a table of settings in Detectron2, not a value"
