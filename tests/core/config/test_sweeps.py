import pytest

from detcore.config.sweeps import axes_of, split_values
from detcore.errors import ConfigError


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


def test_a_sweep_is_a_path_and_values():
    (axis,) = axes_of([" optimizer . lr = 0.1, 0.2"])

    assert (axis.path, axis.steps, axis.values) == ("optimizer . lr", ("optimizer", "lr"), ["0.1", "0.2"])


def test_values_may_be_added_to_a_list():
    (axis,) = axes_of(["training.hooks+=a,b"])

    assert (axis.path, axis.values) == ("training.hooks+", ["a", "b"])


ITS_OWN = "cannot be swept; each run of a sweep gets a name of its own"


@pytest.mark.parametrize(
    ("sweeps", "message"),
    [
        pytest.param(["optimizer.lr"], "sweep 'optimizer.lr': a sweep is PATH=VALUE,VALUE,…", id="no values"),
        pytest.param(["optimizer.lr=[]"], "sweep 'optimizer.lr=[]': a sweep is PATH=VALUE,VALUE,…", id="an empty list"),
        pytest.param(["a b=1"], "sweep 'a b=1': a sweep is PATH=VALUE,VALUE,…", id="two words"),
        pytest.param(["=1"], "sweep '=1': '=1' is not a path such as 'training.epochs'", id="no path"),
        pytest.param(["run.seed=1,1"], "sweep 'run.seed=1,1': lists 1 twice", id="a value twice"),
        pytest.param(["run.seed=1", "run.seed=2"], "sweep 'run.seed=2': run.seed is swept twice", id="a path twice"),
        pytest.param(
            ["run.seed=1", "run.'seed'=2"],
            """sweep "run.'seed'=2": run.'seed' is swept twice""",
            id="a path twice, in two spellings",
        ),
        pytest.param(["run.name=a,b"], f"sweep 'run.name=a,b': run.name {ITS_OWN}", id="the name"),
        pytest.param(['run."name"=a'], f"""sweep 'run."name"=a': run."name" {ITS_OWN}""", id="the name in quotes"),
        pytest.param(["run={seed=1}"], f"sweep 'run={{seed=1}}': run {ITS_OWN}", id="all around the name"),
        pytest.param(["run.directory.x=1"], f"sweep 'run.directory.x=1': run.directory.x {ITS_OWN}", id="below it"),
    ],
)
def test_a_sweep_that_makes_no_sense_is_refused(sweeps, message):
    with pytest.raises(ConfigError) as refusal:
        axes_of(sweeps)

    assert str(refusal.value) == message
