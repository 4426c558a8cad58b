import pytest

from detcore.config import load_variations
from detcore.errors import ConfigError


@pytest.fixture
def varied(write, registry, good):
    def varied(*sweeps, overrides=(), text=good):
        return load_variations(write("a.toml", text), sweeps, overrides=overrides, registry=registry)

    return varied


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
        "sweep 'optimizer.lr=0.1,-1,fast': optimizer.lr: must be >= 0, not -1.0",
        "sweep 'optimizer.lr=0.1,-1,fast': optimizer.lr: must be float, not 'fast'",
    ]


def test_a_mistake_of_the_file_is_told_once(varied, good):
    with pytest.raises(ConfigError, match=r"^a\.toml:\d+: runn: no such setting; did you mean 'run'\?$"):
        varied("optimizer.lr=0.1,0.2", text=good + "[runn]\n")


def test_a_mistake_in_a_path_is_told_once_as_the_sweeps(varied):
    with pytest.raises(ConfigError) as refusal:
        varied("optimizer.lrr=1,2", "run.seed=1,2")

    assert str(refusal.value) == "sweep 'optimizer.lrr=1,2': optimizer.lrr: no such setting; did you mean 'lr'?"


def test_a_mistake_in_an_override_stays_that_of_the_override(varied):
    with pytest.raises(ConfigError, match=r"^override 'optimizer\.lr=-1': optimizer\.lr: must be >= 0, not -1\.0$"):
        varied("run.seed=1,2", overrides=["optimizer.lr=-1"])


def test_letters_beyond_the_usual_planes_may_be_in_a_name(varied):
    (variation,) = varied("run.seed=1", overrides=["run.name='😀'"])

    assert variation.loaded.experiment.run.name == "😀-seed=1"
