import pytest

from detcore.config import load_variations
from detcore.config.variations import split_values
from detcore.errors import ConfigError


@pytest.fixture
def varied(write, registry, good):
    def varied(*sweeps, overrides=(), text=good):
        return load_variations(write("a.toml", text), sweeps, overrides=overrides, registry=registry)

    return varied


@pytest.mark.parametrize(
    ("text", "values"),
    [
        pytest.param("[0.01,0.02]", ["0.01", "0.02"], id="a list"),
        pytest.param("0.01,0.02", ["0.01", "0.02"], id="without brackets"),
        pytest.param("sgd, adamw,", ["sgd", "adamw"], id="bare words"),
        pytest.param("[sgd,adamw]", ["sgd", "adamw"], id="bare words in brackets"),
        pytest.param('"a,b","c"', ['"a,b"', '"c"'], id="commas in strings"),
        pytest.param("[640,800],[480]", ["[640,800]", "[480]"], id="lists"),
        pytest.param("[[640,800],[480]]", ["[640,800]", "[480]"], id="a list of lists"),
        pytest.param("[[640,800]]", ["[640,800]"], id="one list"),
        pytest.param('{type="a",x=1},{type="b"}', ['{type="a",x=1}', '{type="b"}'], id="tables"),
        pytest.param("3", ["3"], id="one value"),
        pytest.param("[]", [], id="none"),
    ],
)
def test_values_of_a_sweep_need_no_quotes(text, values):
    assert split_values(text) == values


def test_the_product_of_all_sweeps_is_run_the_last_one_fastest(varied):
    variations = varied("optimizer.lr=0.1,0.2", "training.epochs=[1,2]")

    assert [(each.loaded.experiment.optimizer.lr, each.loaded.experiment.training.epochs) for each in variations] == [
        (0.1, 1.0),
        (0.1, 2.0),
        (0.2, 1.0),
        (0.2, 2.0),
    ]


SETTINGS_TO_VARY = ["model.heads=[{type='linear'}]", "model.head={type='linear'}", "optimizer.betas=[0.1,0.2]"]


@pytest.mark.parametrize(
    ("sweeps", "names"),
    [
        pytest.param(["optimizer.lr=0.1,0.2"], ["pets-lr=0.1", "pets-lr=0.2"], id="the last word of the path"),
        pytest.param(
            ["model.head.width=1", "model.heads.0.width=2"],
            ["pets-head.width=1-heads.0.width=2"],
            id="as many as it takes",
        ),
        pytest.param(["model.backbone.type=trunk"], ["pets-backbone.type=trunk"], id="which component"),
        pytest.param(["optimizer.betas.0=0.5"], ["pets-betas.0=0.5"], id="an entry of a list"),
        pytest.param(["model.backbone.scale=-1,1"], ["pets-scale=-1", "pets-scale=1"], id="signs"),
        pytest.param(["model.backbone.note='a/b: c'"], ["pets-note=a-b-c"], id="letters no file may have"),
        pytest.param(
            ["model.backbone.note='a/b','a:b','A B'"],
            ["pets-note=a-b", "pets-note=a-b-2", "pets-note=A-B-3"],
            id="twins",
        ),
    ],
)
def test_a_run_is_named_after_its_values(varied, sweeps, names):
    variations = varied(*sweeps, overrides=["run.name=pets", *SETTINGS_TO_VARY])

    assert [each.loaded.experiment.run.name for each in variations] == names


def test_a_long_name_is_cut_and_stays_unique(varied):
    long = "x" * 300

    names = [each.loaded.experiment.run.name for each in varied(f"model.backbone.note={long}1,{long}2")]

    assert [len(name) <= 125 for name in names] == [True, True]
    assert names[0] != names[1]


def test_a_reference_follows_the_value_that_is_swept(varied, good):
    text = good + '[run]\ndirectory = "out/${optimizer.lr}"\n'

    variations = varied("optimizer.lr=0.5,0.25", text=text)

    assert [each.loaded.experiment.run.directory for each in variations] == ["out/0.5", "out/0.25"]


def test_a_setting_that_only_the_sweep_gives_is_enough(varied, good):
    variations = varied("optimizer.lr=0.1,0.2", text=good.replace("lr = 0.1\n", ""))

    assert len(variations) == 2


def test_an_experiment_in_memory_is_varied_like_a_file(varied, registry):
    (first, _) = varied("optimizer.lr=0.1,0.2")

    again = load_variations(first.loaded.experiment, ["run.seed=1,2"], registry=registry)

    assert [each.loaded.experiment.run.seed for each in again] == [1, 2]


NO_C4 = "there is no level 'c4', only c5"


def test_the_mistakes_of_every_combination_are_told_at_once(varied):
    with pytest.raises(ConfigError) as refusal:
        varied("optimizer.lr=0.1,-1,fast", "model.backbone.levels=['c5'],['c4']")

    assert str(refusal.value).splitlines() == [
        f"a.toml:10: model.reads.0: {NO_C4} (with optimizer.lr=0.1 model.backbone.levels=['c5'])",
        "override 'optimizer.lr=-1': optimizer.lr: must be >= 0, not -1.0",
        "override 'optimizer.lr=fast': optimizer.lr: must be float, not 'fast'",
    ]


def test_a_mistake_of_the_file_is_told_once(varied, good):
    with pytest.raises(ConfigError, match=r"^a\.toml:\d+: runn: no such setting; did you mean 'run'\?$"):
        varied("optimizer.lr=0.1,0.2", text=good + "[runn]\n")


@pytest.mark.parametrize(
    ("sweeps", "message"),
    [
        pytest.param(["optimizer.lr"], "sweep 'optimizer.lr': a sweep is PATH=VALUE,VALUE,…", id="no values"),
        pytest.param(["optimizer.lr=[]"], "sweep 'optimizer.lr=[]': a sweep is PATH=VALUE,VALUE,…", id="an empty list"),
        pytest.param(["run.seed=1,1"], "sweep 'run.seed=1,1': lists 1 twice", id="a value twice"),
        pytest.param(["run.seed=1", "run.seed=2"], "sweep 'run.seed=2': run.seed is swept twice", id="a path twice"),
        pytest.param(
            ["run.name=a,b"],
            "sweep 'run.name=a,b': run.name cannot be swept; each run of a sweep gets a name of its own",
            id="the name",
        ),
        pytest.param(
            ["optimizer.lrr=1"],
            "override 'optimizer.lrr=1': optimizer.lrr: no such setting; did you mean 'lr'?",
            id="a misspelt path",
        ),
    ],
)
def test_a_sweep_that_makes_no_sense_is_refused(varied, sweeps, message):
    with pytest.raises(ConfigError) as refusal:
        varied(*sweeps)

    assert str(refusal.value) == message
