import pytest
from attrs import frozen

from detcore.config import differences, dump_json, dump_toml, dump_yaml, load
from detcore.specs import AugmentationConfig


@pytest.fixture
def compared(read, registry, good):
    """Compare the good config with itself after some overrides."""

    def compared(*overrides, unset=()):
        before, after = read(good), read(good, *overrides, unset=unset)
        return [str(found) for found in differences(before.experiment, after.experiment, registry=registry)]

    return compared


@pytest.mark.parametrize(
    ("override", "lines"),
    [
        pytest.param("optimizer.lr=0.1", [], id="the same value"),
        pytest.param("optimizer.lr=0.2", ["optimizer.lr: 0.1 -> 0.2"], id="a number"),
        pytest.param("data.classes=['cat','dog']", ['data.classes: not set -> ["cat", "dog"]'], id="added"),
        pytest.param("model.num_classes=2", [], id="a reference and what it stands for"),
        pytest.param("model.backbone.type='tiny-parts/trunk'", [], id="a component's short and full name"),
        pytest.param("training.batch_size=16", [], id="a default that is written"),
        pytest.param(
            "model.head={type='linear',width=9}", ["model.head.width: 8 -> 9"], id="a setting inside a component"
        ),
        pytest.param("schedule.type=flat", [], id="the same component"),
    ],
)
def test_what_differs_is_told_by_meaning(compared, override, lines):
    assert compared(override) == lines


def test_another_component_is_one_difference(compared):
    (line,) = compared("model.backbone.type=vague")

    assert line.startswith('model.backbone: { type = "tiny-parts/trunk", depth = 50')
    assert ' -> { type = "tiny-parts/vague", depth = 18' in line


def test_entries_of_a_list_are_compared_one_by_one(compared):
    assert compared("data.train.augmentations.1.probability=0.25") == [
        "data.train.augmentations.1.probability: 0.5 -> 0.25"
    ]


def test_an_entry_that_is_gone_is_told_as_a_whole(compared):
    assert compared(unset=["data.train.augmentations.1"]) == [
        'data.train.augmentations.1: { type = "tiny-parts/flip", probability = 0.5 } -> not set'
    ]


def test_an_entry_put_in_front_does_not_make_those_behind_it_differ(read, registry, good):
    registry.add("blur", BlurConfig, distribution="tiny-parts")
    before = read(good, 'data.train.augmentations=[{type="flip"}]').experiment
    after = read(good, 'data.train.augmentations=[{type="blur"},{type="flip"}]').experiment

    (found,) = differences(before, after, registry=registry)

    assert str(found) == 'data.train.augmentations.0: not set -> { type = "tiny-parts/blur" }'


@frozen(kw_only=True)
class BlurConfig(AugmentationConfig):
    def build(self):
        raise AssertionError("comparing configs builds nothing")


def test_a_first_entry_is_told_like_any_other(compared):
    assert compared("model.heads=[{type='linear'}]") == [
        'model.heads.0: not set -> { type = "tiny-parts/linear", width = 8 }'
    ]


@pytest.mark.parametrize(
    ("dump", "name"),
    [(dump_toml, "b.toml"), (dump_yaml, "b.yaml"), (dump_json, "b.json")],
    ids=["toml", "yaml", "json"],
)
def test_the_format_is_no_difference(read, write, registry, good, dump, name):
    experiment = read(good).experiment

    other = load(write(name, dump(experiment, registry=registry)), registry=registry).experiment

    assert other == experiment
    assert differences(experiment, other, registry=registry) == []
