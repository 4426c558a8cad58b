import re

import pytest

from detcore.config import Precision, load
from detcore.errors import ConfigError, UnknownComponentError
from detcore.specs import WeightsFormatConfig


def mistakes(read, text, *overrides, unset=()):
    with pytest.raises(ConfigError) as caught:
        read(text, *overrides, unset=unset)
    return str(caught.value).splitlines()


def test_a_good_config_is_read_into_typed_values(read, good):
    experiment = read(good).experiment

    assert experiment.model.backbone.depth == 50
    assert experiment.training.epochs == 2.0
    assert type(experiment.training.epochs) is float
    assert experiment.training.precision is Precision.FLOAT32
    assert [augmentation.probability for augmentation in experiment.data.train.augmentations] == [1.0, 0.5]


def test_number_of_classes_comes_from_the_training_data(read, good):
    assert read(good).experiment.model.num_classes == 2


def test_number_of_classes_comes_from_the_listed_classes(read, good):
    loaded = read(good, 'data.classes=["cat", "dog"]')

    assert loaded.experiment.model.num_classes == 2
    assert loaded.experiment.data.classes == ("cat", "dog")


def test_number_of_stuff_classes_comes_from_the_training_data(read, good):
    assert read(good, "run.seed=${data.num_stuff_classes}").experiment.run.seed == 3


def test_every_value_knows_where_it_was_written(read, good):
    loaded = read(good, "training.epochs=3")

    assert str(loaded.origin("model", "backbone", "depth")) == "a.toml:15"
    assert str(loaded.origin("data", "train", "augmentations", 1, "type")) == "a.toml:5"
    assert str(loaded.origin("training", "epochs")) == "override 'training.epochs=3'"
    assert loaded.origin("run", "seed") is None


MISTAKES = [
    pytest.param(
        "depth = 50",
        "depht = 50",
        "a.toml:15: model.backbone.depht: no such setting; did you mean 'depth'?",
        id="misspelt key",
    ),
    pytest.param(
        "depth = 50",
        'depth = "50"',
        "a.toml:15: model.backbone.depth: must be int, not '50'; write 50 without quotes",
        id="string for int",
    ),
    pytest.param(
        "depth = 50", "depth = 3.7", "a.toml:15: model.backbone.depth: must be int, not 3.7", id="float for int"
    ),
    pytest.param(
        "depth = 50", "depth = true", "a.toml:15: model.backbone.depth: must be int, not true", id="bool for int"
    ),
    pytest.param("depth = 50", "bias = 1", "a.toml:15: model.backbone.bias: must be bool, not 1", id="int for bool"),
    pytest.param(
        "depth = 50",
        "depth = 51",
        "a.toml:15: model.backbone.depth: must be 18 or 50, not 51",
        id="a validator's refusal",
    ),
    pytest.param(
        "depth = 50",
        'levels = "c4"',
        "a.toml:15: model.backbone.levels: must be a list of strings, not 'c4'",
        id="string for list",
    ),
    pytest.param(
        "depth = 50",
        "levels = [4]",
        "a.toml:15: model.backbone.levels.0: must be a string, not 4; put it in quotes",
        id="wrong item",
    ),
    pytest.param(
        "depth = 50",
        "size = [1]",
        "a.toml:15: model.backbone.size: must be a list of 2 (int, int), not a list of 1",
        id="too few items",
    ),
    pytest.param(
        "depth = 50",
        'norm = "grup"',
        "a.toml:15: model.backbone.norm: must be 'batch' or 'group', not 'grup'; did you mean 'group'?",
        id="misspelt choice",
    ),
    pytest.param(
        "depth = 50",
        "mode = 4",
        "a.toml:15: model.backbone.mode: must be 'fast', 'slow' or 3, not 4",
        id="not among literals",
    ),
    pytest.param(
        "depth = 50",
        'steps = "x"',
        "a.toml:15: model.backbone.steps: must be int or a list of ints, not 'x'",
        id="none of a union",
    ),
    pytest.param(
        "depth = 50",
        "steps = [1.5]",
        "a.toml:15: model.backbone.steps.0: must be int, not 1.5",
        id="inside the union's list",
    ),
    pytest.param(
        "depth = 50",
        "options = [1]",
        "a.toml:15: model.backbone.options: must be a table, not a list of 1",
        id="list for table",
    ),
    pytest.param(
        "depth = 50",
        "options = { a = true }",
        "a.toml:15: model.backbone.options.a: must be float, not true",
        id="wrong entry",
    ),
    pytest.param(
        'type = "trunk"',
        'type = "trnk"',
        "a.toml:14: model.backbone.type: no 'trnk' among backbones; did you mean 'trunk'?",
        id="misspelt component",
    ),
    pytest.param(
        'type = "trunk"',
        'type = "flip"',
        "a.toml:14: model.backbone.type: no 'flip' among backbones; it is found among augmentations",
        id="component of another kind",
    ),
    pytest.param('type = "flat"', "", "a.toml:20: schedule: needs a \"type\": 'flat'", id="no type"),
    pytest.param("lr = 0.1", "", "a.toml:17: optimizer.lr: is missing; must be float", id="missing setting"),
    pytest.param(
        "lr = 0.1",
        "rl = 0.1",
        "a.toml:19: optimizer.rl: no such setting; did you mean 'lr'?",
        id="misspelt required setting",
    ),
    pytest.param(
        'num_classes = "${data.num_classes}"',
        "num_classes = 13",
        "a.toml:12: model.num_classes: must not be 13",
        id="refused by the class",
    ),
    pytest.param(
        'num_classes = "${data.num_classes}"',
        'num_classes = "${data.num_clases}"',
        "a.toml:12: model.num_classes: ${data.num_clases}: the config does not set data.num_clases",
        id="reference to nothing",
    ),
    pytest.param(
        "epochs = 2",
        "",
        "a.toml:22: training: needs either 'epochs' or 'steps', found neither",
        id="refused by a section",
    ),
    pytest.param(
        "[training]",
        "[trainin]",
        "a.toml:22: trainin: no such setting; did you mean 'training'?",
        id="misspelt section",
    ),
    pytest.param(
        '{ type = "flip" }',
        '"flip"',
        "a.toml:5: data.train.augmentations.1: must be a table with a \"type\" among augmentations, not 'flip';"
        ' did you mean { type = "flip" }?',
        id="a name for a table",
    ),
    pytest.param(
        "[training]",
        '[plugins]\nrequire = ["nothing>=1"]\n[training]',
        "a.toml:23: plugins.require.0: nothing is not installed: pip install 'nothing>=1'",
        id="missing requirement",
    ),
    pytest.param(
        "[training]",
        '[evaluation]\nevaluators = [{ type = "points", reads = ["keypoints"] }]\n[training]',
        "a.toml:23: evaluation.evaluators.0: needs the test data's keypoints, but it has none",
        id="evaluator without its data",
    ),
    pytest.param(
        "[training]",
        '[evaluation]\nevaluators = [{ type = "points", largest = 1 }]\n[training]',
        "a.toml:23: evaluation.evaluators.0.largest: 2 classes are too many for None",
        id="evaluator that does not fit",
    ),
    pytest.param(
        '[data.test]\ndatasets = [{ type = "pictures" }]',
        '[data.test]\ndatasets = [{ type = "pictures", classes = ["cow"] }]',
        "a.toml:8: data.test.datasets.0: has the classes (cow), but the training data has (cat, dog), no 'cow'",
        id="other classes for testing",
    ),
    pytest.param(
        'type = "net"',
        'type = "net"\nreads = ["c4", "p6"]',
        "a.toml:12: model.reads.1: there is no level 'p6', only c4, c5",
        id="parts that do not fit",
    ),
    pytest.param(
        "[data.test]",
        '[data.test]\nsampler = { type = "in-order" }',
        "a.toml:8: data.test.sampler: no such setting; 'sampler' is a setting of data.train",
        id="an order of test pictures",
    ),
    pytest.param(
        "[training]",
        '[evaluation]\nbest = "box.AP"\n[training]',
        "a.toml:23: evaluation.best: chooses between evaluations while training, so it needs 'every_epochs'",
        id="the best of one evaluation",
    ),
    pytest.param(
        "[training]",
        '[export]\nformats = [{ type = "bundle" }]\n[training]',
        "a.toml:23: export.formats: must be empty: this version of det-core does not export yet",
        id="an export that nobody would make",
    ),
]


@pytest.mark.parametrize(("right", "wrong", "message"), MISTAKES)
def test_one_mistake_is_one_line_at_its_place(read, good, right, wrong, message):
    assert right in good

    assert mistakes(read, good.replace(right, wrong, 1)) == [message]


def test_all_mistakes_are_told_together(read, good):
    text = good.replace("depth = 50", 'depth = "50"').replace("lr = 0.1", "lr = -1").replace("[training]", "[traning]")

    assert mistakes(read, text, "run.seed=x", unset=["data.root"]) == [
        "a.toml:15: model.backbone.depth: must be int, not '50'; write 50 without quotes",
        "a.toml:19: optimizer.lr: must be >= 0, not -1.0",
        "a.toml:22: traning: no such setting; did you mean 'training'?",
        "override '--unset data.root': data.root: is not set",
        "override 'run.seed=x': run.seed: must be int, not 'x'",
    ]


def test_parts_are_checked_although_something_else_is_wrong(read, good):
    text = good.replace('type = "net"', 'type = "net"\nreads = ["p6"]').replace("lr = 0.1", "lr = -1")

    assert [line.split(": ")[1] for line in mistakes(read, text)] == ["model.reads.0", "optimizer.lr"]


def test_a_default_standing_in_for_a_wrong_value_causes_no_further_mistakes(read, good):
    text = good.replace("depth = 50", 'levels = "c4"').replace('type = "net"', 'type = "net"\nhead = { type = "x" }')

    assert [line.split(": ")[1] for line in mistakes(read, text)] == ["model.head.type", "model.backbone.levels"]


def test_only_unknown_components_are_an_unknown_component_error(read, good):
    with pytest.raises(
        UnknownComponentError, match=r"^a.toml:18: optimizer.type: no 'adam' among optimizers; there is 'descent'$"
    ):
        read(good.replace('"descent"', '"adam"'))


def test_what_could_not_be_checked_is_listed(read, good):
    text = good.replace('"trunk"', '"vague"').replace('{ type = "pictures" }', '{ type = "pictures", known = false }')

    loaded = read(text, 'data.classes=["cat", "dog"]')

    assert loaded.unchecked == [
        "data.train.datasets.0: its classes are not known before it is read",
        "data.test.datasets.0: its classes are not known before it is read",
        "model.reads: the backbone does not tell its levels",
    ]


def test_number_of_stuff_classes_of_data_that_does_not_tell(read, good):
    text = good.replace('{ type = "pictures" }', '{ type = "pictures", known = false }', 1)

    (mistake,) = mistakes(read, text, 'data.classes=["cat", "dog"]', "run.seed=${data.num_stuff_classes}")

    assert mistake == (
        "override 'run.seed=${data.num_stuff_classes}': run.seed: ${data.num_stuff_classes}: "
        "not known before the dataset is read; write the number"
    )


def test_number_of_stuff_classes_without_data_is_only_told_where_the_data_should_be(read, good):
    text = good.partition("[model]")[2]

    assert mistakes(read, "[model]" + text, "run.seed=${data.num_stuff_classes}") == [
        "a.toml:1: data: is missing; must be a table"
    ]


def test_number_of_classes_of_data_that_does_not_tell(read, good):
    text = good.replace('{ type = "pictures" }', '{ type = "pictures", known = false }', 1)

    assert mistakes(read, text) == [
        "a.toml:12: model.num_classes: ${data.num_classes}: not known before the dataset is read; write data.classes"
    ]


def test_a_mistake_in_the_dataset_is_told_once(read, good):
    text = good.replace('{ type = "pictures" }', '{ type = "pictures", known = 1 }', 1)

    assert mistakes(read, text) == ["a.toml:2: data.train.datasets.0.known: must be bool, not 1"]


GONE = "data.train.datasets.0: the pictures are gone"


def lost(good, num_classes):
    text = good.replace('{ type = "pictures" }', '{ type = "pictures", lost = true }', 1)
    return text.replace('"${data.num_classes}"', num_classes)


def test_data_that_cannot_be_read_is_a_mistake(read, good):
    assert mistakes(read, lost(good, "2")) == [f"a.toml:2: {GONE}"]


def test_data_that_cannot_be_read_may_be_left_for_later(write, registry, good):
    loaded = load(write("a.toml", lost(good, "2")), registry=registry, may_lack=["data"])

    assert loaded.unchecked == [GONE]


def test_data_that_another_value_is_worked_out_from_must_be_there(write, registry, good):
    path = write("a.toml", lost(good, '"${data.num_classes}"'))

    with pytest.raises(ConfigError, match=rf"a\.toml:2: {GONE}$"):
        load(path, registry=registry, may_lack=["data"])


@pytest.fixture
def with_format(registry):
    """The registry, with a format of weights files."""

    class PlainFormatConfig(WeightsFormatConfig):
        suffixes = (".npz", ".weights.npz")

    registry.add("plain", PlainFormatConfig, distribution="tiny-weights")
    return registry


@pytest.mark.parametrize("name", ["here.npz", "checkpoint/model.safetensors", "run/checkpoints/last.json"])
def test_weights_are_a_file_a_checkpoint_or_a_run(write, read, good, with_format, name):
    write(name, "")

    read(good, f"weights.path={name.partition('/')[0]}")


@pytest.mark.parametrize(
    ("path", "mistake"),
    [
        pytest.param("gone.npz", "there is no such file or folder; ", id="nothing"),
        pytest.param(
            "empty", "holds neither a checkpoint (model.safetensors) nor a run with checkpoints", id="a folder"
        ),
        pytest.param("a.txt", "no weights format for '.txt'; known are .npz, .weights.npz", id="another file"),
        pytest.param(
            "a.pkl", "no weights format for '.pkl'; known are .npz, .weights.npz; a pickle can ", id="a pickle"
        ),
    ],
)
def test_other_weights_are_refused(write, read, good, with_format, path, mistake):
    write("empty/nothing", "")
    write("a.txt", "")
    write("a.pkl", "")

    where = f"override 'weights.path={path}': weights.path: {path}: {mistake}"
    with pytest.raises(ConfigError, match=rf"^{re.escape(where)}"):
        read(good, f"weights.path={path}")


def test_weights_may_be_gone_where_they_are_not_needed(write, good, registry):
    path = write("a.toml", good + '[weights]\npath = "gone.npz"\n')

    assert load(path, registry=registry, may_lack=["weights"]).experiment.weights.path == "gone.npz"
    assert load(path, registry=registry, compare_parts=False).experiment.weights.path == "gone.npz"


def test_weights_by_a_scheme_are_left_to_whoever_knows_it(write, read, good, registry):
    with pytest.raises(
        ConfigError, match=r"weights\.path: nothing installed finds files by addresses of 'zoo:'; save "
    ):
        read(good, "weights.path=zoo:model")

    registry.add("zoo", type("Zoo", (), {"group": "detcore.resolvers"}), distribution="tiny-zoo")

    loaded = load(write("a.toml", good), overrides=["weights.path=zoo:model"], registry=registry)
    assert loaded.experiment.weights.path == "zoo:model"


def test_evaluators_without_test_data(read, good):
    text = good.replace('[data.test]\ndatasets = [{ type = "pictures" }]\n', "")

    (mistake,) = mistakes(read, text, 'evaluation.evaluators=[{type="points"}]')
    assert mistake == (
        "override 'evaluation.evaluators=[{type=\"points\"}]': evaluation.evaluators.0: "
        "there is nothing to evaluate on: the config has no data.test"
    )


def test_masks_are_measured_only_where_there_are_some(read, good):
    text = good.replace('{ type = "pictures" }', '{ type = "pictures", has_masks = false }')

    assert mistakes(read, text, 'evaluation.evaluators=[{type="points", outputs=["instances.pred_masks"]}]')[
        0
    ].endswith("evaluation.evaluators.0: measures masks, but the test data has none")


@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
def test_other_formats_read_the_same(write, registry, name):
    text = """\
{
  "data": {"train": {"datasets": [{"type": "pictures"}]}},
  "model": {"type": "net",
    "num_classes": "${data.num_classes}",
    "backbone": {"type": "trunk", "depth": 50}},
  "optimizer": {"type": "descent", "lr": 0.1},
  "schedule": {"type": "flat"},
  "training": {"epochs": 2}
}
"""

    loaded = load(write(name, text), registry=registry)

    assert loaded.experiment.model.backbone.depth == 50
    assert str(loaded.origin("model", "backbone", "depth")) == f"{name}:5"


def test_yaml_numbers_that_are_text_are_explained(write, registry):
    text = """\
data: {train: {datasets: [{type: pictures}]}}
model: {type: net, num_classes: 2}
optimizer:
  type: descent
  lr: 1e-3
schedule: {type: flat}
training: {epochs: 2}
"""

    with pytest.raises(ConfigError) as caught:
        load(write("a.yaml", text), registry=registry)

    assert str(caught.value) == (
        'a.yaml:5: optimizer.lr: 1e-3 is text in YAML 1.1 and 0.001 in YAML 1.2; write 0.001 or "1e-3"'
    )


def test_null_is_refused(write, registry):
    text = '{"data": {"train": {"datasets": [{"type": "pictures"}]}, "classes": null}, "model": null}'

    with pytest.raises(ConfigError, match=r"a.json:1: data.classes: null is not a value here; leave the key out"):
        load(write("a.json", text), registry=registry)


def test_denied_plugins_are_not_used(read, good):
    found = mistakes(read, '[plugins]\ndeny = ["tiny-*"]\n' + good)

    assert found[-1] == (
        "a.toml:23: schedule.type: tiny-parts/flat cannot be used: left out by deny 'tiny-*' of [plugins]"
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param(
            'allow = ["tiny-prats"]',
            "plugins.allow.0: 'tiny-prats' matches no installed plugin; did you mean 'tiny-parts'?",
            id="allow",
        ),
        pytest.param(
            'prefer = { "backbones.trnuk" = "tiny-parts" }',
            "plugins.prefer.backbones.trnuk: no installed plugin offers 'backbones.trnuk'; "
            "did you mean 'backbones.trunk'?",
            id="preferred name",
        ),
        pytest.param(
            'prefer = { "backbones.trunk" = "det-core" }',
            "plugins.prefer.backbones.trunk: 'det-core' does not offer 'backbones.trunk'; tiny-parts does",
            id="preferred plugin",
        ),
    ],
)
def test_a_choice_between_plugins_must_choose_something(read, good, line, message):
    assert f"a.toml:2: {message}" in mistakes(read, f"[plugins]\n{line}\n{good}")


def test_a_pattern_that_denies_nothing_is_told_where_something_installed_is_near(read, good):
    loaded = read('[plugins]\ndeny = ["zebra", "tiny-prats"]\n' + good)

    assert loaded.notices == [
        "a.toml:2: plugins.deny.1: 'tiny-prats' matches no installed plugin; did you mean 'tiny-parts'?"
    ]


def test_evaluators_are_compared_with_what_the_model_predicts(read, good):
    evaluator = 'evaluation.evaluators=[{type="points", outputs=["instances.pred_masks", "instances.scores"]}]'

    assert read(good, evaluator)
    assert mistakes(read, good, evaluator, 'model.predicts=["instances.scores"]')[0].endswith(
        "evaluation.evaluators.0: needs instances.pred_masks, which the model does not predict"
    )


@pytest.mark.parametrize(
    ("override", "message"),
    [
        pytest.param("run.do=[]", "run.do: must list at least one", id="a run that does nothing"),
        pytest.param(
            'run.do=["train","train"]',
            "run.do: must not name 'train' twice: items 0 and 1",
            id="a run that trains twice",
        ),
        pytest.param("data.classes=[]", "data.classes: must list at least one", id="no classes"),
        pytest.param(
            'data.classes=["a","b","a"]', "data.classes: must not name 'a' twice: items 0 and 2", id="a class twice"
        ),
        pytest.param("run.name=", "run.name: must name a folder inside 'directory', not ''", id="no name"),
        pytest.param("run.name=../a", "run.name: must name a folder inside 'directory', not '../a'", id="outside"),
        pytest.param(
            "training.device=cdua:1",
            "training.device: must be 'auto' or a torch device such as 'cpu' or 'cuda:1', not 'cdua:1';"
            " did you mean 'cuda'?",
            id="misspelt device",
        ),
        pytest.param(
            "training.device=cuda:x",
            "training.device: must be 'auto' or a torch device such as 'cpu' or 'cuda:1', not 'cuda:x'",
            id="device without a number",
        ),
    ],
)
def test_a_section_refuses_what_makes_no_sense(read, good, override, message):
    assert mistakes(read, good, override) == [f"override {override!r}: {message}"]


@pytest.mark.parametrize("device", ["auto", "cpu", "cuda:1", "mps"])
def test_every_torch_device_may_be_asked_for(read, good, device):
    assert read(good, f"training.device={device}").experiment.training.device == device
