import pytest

from detcore.config import explain
from detcore.errors import ConfigError

GRANDPARENT = """\
[data.train]
datasets = [{ type = "pictures" }]
[model]
type = "net"
num_classes = "${data.num_classes}"
backbone = { type = "trunk", depth = 50 }
[optimizer]
type = "descent"
lr = 0.1
[schedule]
type = "flat"
[training]
epochs = 2
"""

PARENT = """\
extends = "grandparent.toml"
[optimizer]
lr = 0.2
[run]
directory = "out"
name = "${run.directory}-${optimizer.type}"
"""

CHILD = """\
extends = "parent.toml"
[optimizer]
lr = 0.3
"""


@pytest.fixture
def explained(write, registry):
    """Explain a path of the child, two levels of ``extends`` above the grandparent."""
    write("grandparent.toml", GRANDPARENT)
    write("parent.toml", PARENT)

    def explained(path, *overrides, child=CHILD, unset=()):
        return explain(write("child.toml", child), path, overrides=overrides, unset=unset, registry=registry)

    return explained


def chain(explanation):
    """Every place with what stands there; what was replaced in brackets."""
    rows = [(str(mention.origin), mention.text, mention.is_replaced) for mention in explanation.mentions]
    return [f"({origin}: {text})" if is_replaced else f"{origin}: {text}" for origin, text, is_replaced in rows]


def test_a_value_of_the_file_has_replaced_those_of_two_files_it_extends(explained):
    (found,) = explained("optimizer.lr")

    assert found.value == "0.3"
    assert chain(found) == ["child.toml:3: 0.3", "(parent.toml:3: 0.2)", "(grandparent.toml:9: 0.1)"]


def test_an_override_has_replaced_them_all(explained):
    (found,) = explained("optimizer.lr", "optimizer.lr=1", "optimizer.lr=2")

    assert found.value == "2.0"
    assert chain(found)[:3] == [
        "override 'optimizer.lr=2': 2",
        "(override 'optimizer.lr=1': 1)",
        "(child.toml:3: 0.3)",
    ]


def test_a_value_from_two_files_up_keeps_its_place(explained):
    (found,) = explained("model.backbone.depth")

    assert (found.value, chain(found)) == ("50", ["grandparent.toml:6: 50"])


def test_an_override_inside_a_list_leaves_the_rest_its_history(explained):
    lists = CHILD + '[model]\nheads = [{ type = "linear", width = 3 }]\n'

    (found,) = explained("model.heads.0.width", "model.heads.0.width=4", child=lists)
    (beside,) = explained("optimizer.lr", "model.heads.0.width=4", child=lists)

    assert chain(found) == ["override 'model.heads.0.width=4': 4", "(child.toml:5: 3)"]
    assert len(chain(beside)) == 3


@pytest.mark.parametrize(
    ("path", "value", "owner"),
    [
        pytest.param("training.batch_size", "16", "TrainingConfig", id="a table of the experiment"),
        pytest.param("run.seed", "0", "RunConfig", id="a table that is written otherwise"),
        pytest.param("model.backbone.norm", '"batch"', "TrunkConfig (tiny-parts)", id="a component"),
        pytest.param(
            "model.head.width", "8", "LinearHeadConfig (tiny-parts)", id="a component that is itself a default"
        ),
        pytest.param("model.head.type", '"tiny-parts/linear"', "NetConfig (tiny-parts)", id="which component"),
        pytest.param("data.root", "not set", "DataConfig", id="nothing"),
    ],
)
def test_a_default_names_the_class_it_is_a_default_of(explained, path, value, owner):
    (found,) = explained(path)

    assert (found.value, found.default_of, found.mentions) == (value, owner, ())


def test_a_text_with_references_is_explained_with_their_targets(explained):
    (found,) = explained("run.name")

    assert found.value == '"out-descent"'
    assert chain(found) == ['parent.toml:6: "${run.directory}-${optimizer.type}"']
    assert [(target.path, chain(target)) for target in found.references] == [
        ("run.directory", ['parent.toml:5: "out"']),
        ("optimizer.type", ['grandparent.toml:8: "descent"']),
    ]


def test_what_lies_inside_a_table_that_was_referred_to_is_explained_there(explained):
    (found,) = explained("model.head.width", "model.heads.0={type='linear',width=5}", child=HEADS)

    assert found.value == "5"
    assert chain(found) == ['child.toml:5: "${model.heads.0}"']
    assert [(target.path, chain(target)[0]) for target in found.references] == [
        ("model.heads.0.width", "override \"model.heads.0={type='linear',width=5}\": 5")
    ]


HEADS = CHILD + '[model]\nhead = "${model.heads.0}"\nheads = [{ type = "linear", width = 3 }]\n'


def test_the_number_of_classes_is_explained_by_what_it_is_worked_out_from(explained):
    (read,) = explained("model.num_classes")
    (written,) = explained("model.num_classes", "data.classes=['cat','dog']")

    assert [target.value for target in read.references] == ["the number of classes of data.train.datasets.0"]
    assert [target.value for target in written.references] == ["2"]
    assert chain(written.references[0].references[0]) == ['override "data.classes=[\'cat\',\'dog\']": ["cat", "dog"]']


def test_what_unset_took_away_is_told(explained):
    (found,) = explained("optimizer.betas", unset=["optimizer.betas"], child=CHILD + "betas = [0.5, 0.5]\n")

    assert (found.value, found.default_of) == ("[0.9, 0.99]", "DescentConfig (tiny-parts)")
    assert chain(found) == ["override '--unset optimizer.betas': not set", "(child.toml:4: [0.5, 0.5])"]


def test_what_went_with_a_table_of_another_type_is_told(explained):
    (found,) = explained("model.backbone.depth", "model.backbone.type=vague")

    assert (found.value, found.default_of) == ("18", "VagueTrunkConfig (tiny-parts)")
    assert chain(found) == ["(grandparent.toml:6: 50)"]


def test_a_table_lists_each_of_its_settings(explained):
    found = explained("optimizer")

    assert [(each.path, each.value) for each in found] == [
        ("optimizer.type", '"tiny-parts/descent"'),
        ("optimizer.lr", "0.3"),
        ("optimizer.betas", "[0.9, 0.99]"),
    ]


@pytest.mark.parametrize(
    ("path", "type_", "allowed"),
    [
        pytest.param("model.backbone.depth", "int", "one of 18, 50", id="one of several"),
        pytest.param("optimizer.lr", "float", ">= 0", id="at least"),
        pytest.param("evaluation.score_threshold", "float", ">= 0 and <= 1", id="between"),
        pytest.param("training.epochs", "float", "> 0", id="may be left out"),
        pytest.param("model.backbone.norm", "'batch' or 'group'", "", id="words"),
        pytest.param("optimizer.betas.0", "a list of 2 (float, float)", "", id="an entry of a list"),
        pytest.param("schedule.type", "one of flat", "", id="a component"),
    ],
)
def test_what_may_stand_there_is_told(explained, path, type_, allowed):
    (found,) = explained(path)

    assert (found.setting.type, found.setting.allowed) == (type_, allowed)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        pytest.param("optimizer.lrr", "optimizer.lrr: no such setting; did you mean 'lr'?", id="misspelt"),
        pytest.param("a..b", "'a..b' is not a path such as 'training.epochs'", id="no path"),
        pytest.param("schedule.zzz", "schedule.zzz: no such setting; there is type", id="nothing like it"),
        pytest.param(
            "data.train.datasets.7",
            "data.train.datasets.7: no such setting; data.train.datasets is a list with 1 entry, counted from 0",
            id="beyond the list",
        ),
        pytest.param(
            "data.train.datasets.-2",
            "data.train.datasets.-2: no such setting; data.train.datasets is a list with 1 entry, counted from 0",
            id="before the list",
        ),
        pytest.param(
            "data.test.datasets",
            "data.test.datasets: data.test is not set, so there is nothing inside it",
            id="in a table that is left out",
        ),
        pytest.param(
            "optimizer.lr.x",
            "optimizer.lr.x: optimizer.lr is a single value, so there is nothing inside it",
            id="in a number",
        ),
    ],
)
def test_a_path_that_leads_nowhere_is_refused_with_the_nearest_word(explained, path, message):
    with pytest.raises(ConfigError) as refusal:
        explained(path)

    assert str(refusal.value) == message


def test_a_negative_position_counts_from_the_end(explained):
    (found,) = explained("data.train.augmentations.-1.probability", "data.train.augmentations=[{type='flip'}]")

    assert found.path == "data.train.augmentations.0.probability"
    assert found.value == "0.5"


def test_a_config_that_does_not_fit_together_is_explained_all_the_same(explained):
    (found,) = explained("model.reads", "model.reads=['c9']")

    assert found.value == '["c9"]'
