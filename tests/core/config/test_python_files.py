"""A Python file that is an experiment, beside the TOML file that says the same."""

import importlib
import sys
from pathlib import Path

import pytest
import tiny_detector

from detcore.config import dump_toml, load, load_variations
from detcore.config.neighbours import folder_importable
from detcore.errors import ConfigError
from detcore.plugins import Component, Registry, Row, register, unregister

TOML = """\
[data.train]
datasets = [{ type = "shapes", num_images = 12 }]
[model]
type = "tiny-detector"
width = 4
[optimizer]
type = "sgd"
lr = 0.05
[schedule]
type = "multi-step"
[training]
steps = 3
[run]
name = "tiny"
"""

IMPORTS = """\
from tiny_detector import TinyDetectorConfig
from detcore.config import DataConfig, ExperimentConfig, RunConfig, TrainingConfig, TrainingSplitConfig
from detcore.data import ShapesConfig
from detcore.training import MultiStepScheduleConfig, SGDConfig

"""

BODY = """\
ExperimentConfig(
    data=DataConfig(train=TrainingSplitConfig(datasets=[ShapesConfig(num_images=12)])),
    model=TinyDetectorConfig(width=4),
    optimizer=SGDConfig(lr=0.05),
    schedule=MultiStepScheduleConfig(),
    training=TrainingConfig(steps=3),
    run=RunConfig(name="tiny"),
)
"""

VALUE = f"{IMPORTS}experiment = {BODY}"
FUNCTION = f"{IMPORTS}\ndef experiment():\n    return {BODY}"


@pytest.fixture(autouse=True)
def registered():
    register(tiny_detector)
    yield
    unregister(tiny_detector)


@pytest.mark.parametrize("text", [pytest.param(VALUE, id="a value"), pytest.param(FUNCTION, id="a function")])
def test_a_python_file_is_the_experiment_that_a_toml_file_is(write, text):
    written = load(write("a.toml", TOML)).experiment

    assert load(write("a.py", text)).experiment == written
    assert load(write("b.toml", dump_toml(written))).experiment == written


def test_overrides_and_unset_change_it_as_they_change_a_file(write):
    changes = {"overrides": ["optimizer.lr=0.5", "training.epochs=2"], "unset": ["training.steps"]}

    assert load(write("a.py", VALUE), **changes).experiment == load(write("a.toml", TOML), **changes).experiment


def test_its_values_are_checked_as_strictly_as_a_files(write):
    wrong = VALUE.replace("width=4", "width=4.5")

    with pytest.raises(ConfigError) as refusal:
        load(write("a.py", wrong))

    assert str(refusal.value) == "a.py:6: model.width: must be int, not 4.5"


def test_parts_that_do_not_fit_are_told_at_the_experiment(write):
    with pytest.raises(ConfigError) as refusal:
        load(write("a.py", VALUE.replace("width=4", "num_classes=3")))

    assert str(refusal.value) == "a.py:6: model.num_classes: num_classes is 3, but the data has 5"


def test_it_may_build_on_a_file_and_on_its_neighbours(write):
    write("base.toml", TOML)
    write("rates.py", "FAST = 0.5\n")
    text = (
        "from attrs import evolve\nfrom rates import FAST\nfrom detcore.config import load, with_overrides\n"
        "experiment = with_overrides(load('base.toml').experiment, [f'optimizer.lr={FAST}'])\n"
    )

    assert load(write("a.py", text)).experiment.optimizer.lr == 0.5
    assert "rates" not in sys.modules


def test_a_neighbour_is_that_of_the_files_own_folder_every_time(write):
    write("base.toml", TOML)
    text = (
        "from detcore.config import load, with_overrides\nfrom rates import FAST\n"
        "experiment = with_overrides(load('base.toml').experiment, [f'optimizer.lr={FAST}'])\n"
    )
    for folder, rate in (("one", 0.1), ("two", 0.2)):
        write(f"{folder}/rates.py", f"FAST = {rate}\n")

    rates = [load(write(f"{folder}/a.py", text)).experiment.optimizer.lr for folder in ("one", "two")]

    assert rates == [0.1, 0.2]


@pytest.fixture
def checkout(write):
    """Plugins as an editable installation finds them, in the folder ``folder`` of the experiment's own."""
    made = []

    def checkout(folder, module):
        write(f"{folder}/{module}.py", "class Thing:\n    pass\n")
        sys.path.append(str(Path(folder).resolve()))
        made.append((sys.path[-1], module))

    yield checkout
    for place, module in made:
        sys.path.remove(place)
        sys.modules.pop(module, None)


@pytest.mark.parametrize("folder", ["plugins/thing/src", ".venv/lib/site-packages"])
def test_what_is_installed_below_its_folder_stays_imported(write, checkout, folder):
    checkout(folder, "det_plugin_thing")
    load(write("a.py", "import det_plugin_thing\n" + VALUE))
    first = sys.modules["det_plugin_thing"]

    load(write("a.py", "import det_plugin_thing\n" + VALUE))

    assert sys.modules["det_plugin_thing"] is first


def test_a_plugin_that_lies_in_its_folder_stays_imported(write, checkout):
    checkout(".", "det_plugin_thing")
    component = Component("detcore.trunks", "thing", "det-plugin-thing", "1.0", "det_plugin_thing:Thing")

    with folder_importable(Path.cwd(), Registry([Row(component, "ok", "")])):
        plugin = importlib.import_module("det_plugin_thing")

    assert importlib.import_module("det_plugin_thing") is plugin


def test_a_package_beside_it_is_forgotten_whole(write):
    write("parts/__init__.py", "")
    write("parts/rates.py", "FAST = 0.5\n")

    load(write("a.py", "import parts.rates\n" + VALUE))

    assert not {"parts", "parts.rates"} & set(sys.modules)


def test_a_class_that_it_defines_finds_its_module(write):
    own = "import sys\nclass Own:\n    pass\nassert sys.modules[Own.__module__].Own is Own\n"

    load(write("a.py", own + VALUE))

    assert "a.py" not in sys.modules


@pytest.mark.parametrize(
    "definition",
    [
        pytest.param("from wrong import experiment\n", id="imported"),
        pytest.param("from wrong import other as experiment\n", id="imported under another name"),
        pytest.param("(other, [experiment]) = (1, [2])\n", id="taken from a tuple"),
        pytest.param("experiment: int = 2\n", id="annotated"),
        pytest.param("other = experiment = 2\n", id="one of two"),
    ],
)
def test_the_line_is_that_of_the_definition(write, definition):
    write("wrong.py", "experiment = other = 2\n")

    with pytest.raises(ConfigError, match=r"^a\.py:2: experiment must be an ExperimentConfig, not of type int$"):
        load(write("a.py", f"x = 1\n{definition}y = 1\n"))


def test_a_compiled_file_is_refused(write):
    write("a.py", "")
    Path("a.py").write_bytes(b"x = 1\n\0\0")

    with pytest.raises(ConfigError, match=r"^a\.py:2: holds a NUL character, so it is not a text file$"):
        load("a.py")


def test_a_folder_of_that_name_is_not_executed(write):
    write("pk.py/__main__.py", "raise AssertionError('executed')\n")

    with pytest.raises(ConfigError, match=r"^pk\.py: is a folder, not a config file$"):
        load("pk.py")


def test_it_is_executed_once_and_its_main_block_is_not(write, capsys):
    load(write("a.py", "print('once')\n" + VALUE + "if __name__ == '__main__':\n    raise SystemExit\n"))

    assert capsys.readouterr().out == "once\n"


def test_it_is_executed_once_for_all_runs_of_a_sweep(write, capsys):
    variations = load_variations(write("a.py", "print('once')\n" + VALUE), ["optimizer.lr=0.1,0.2", "run.seed=1,2"])

    assert capsys.readouterr().out == "once\n"
    assert [each.loaded.experiment.optimizer.lr for each in variations] == [0.1, 0.1, 0.2, 0.2]


def test_nothing_is_left_on_the_path(write):
    before = list(sys.path)

    load(write("a.py", VALUE))

    assert sys.path == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "x = (\n", "a.py:1: the file could not be executed: SyntaxError: '(' was never closed", id="syntax"
        ),
        pytest.param(
            "def fail():\n    return 1 / 0\n\nfail()\n",
            "a.py:2: the file could not be executed: ZeroDivisionError: division by zero",
            id="an error in it",
        ),
        pytest.param(
            VALUE.replace("lr=0.05", "lr=-1.0"),
            "a.py:9: the file could not be executed: ValueError: 'lr' must be > 0: -1.0",
            id="a value that a class refuses",
        ),
        pytest.param(
            "\nimport det_plugin_nowhere\n",
            "a.py:2: the file could not be executed: ModuleNotFoundError: No module named 'det_plugin_nowhere'",
            id="an import",
        ),
        pytest.param("\nraise SystemExit\n", "a.py:2: the file could not be executed: SystemExit", id="an exit"),
        pytest.param(
            "open('none.txt')\n",
            "a.py:1: the file could not be executed: FileNotFoundError: "
            "[Errno 2] No such file or directory: 'none.txt'",
            id="a file it misses",
        ),
        pytest.param(
            "x = 1\n",
            "a.py: defines no 'experiment'; it must be an ExperimentConfig, or a function that returns one",
            id="no experiment",
        ),
        pytest.param(
            "x = 1\nexperiment = 3\n", "a.py:2: experiment must be an ExperimentConfig, not of type int", id="a number"
        ),
        pytest.param(
            "def experiment():\n    pass\n",
            "a.py:1: experiment must be an ExperimentConfig, not None",
            id="a function without return",
        ),
        pytest.param(
            VALUE.replace('name="tiny"', "directory=object"),
            "a.py:6: a config cannot hold <class 'object'>",
            id="what no file could hold",
        ),
        pytest.param(
            "from detcore.config import load\nload('none.toml')\n",
            "none.toml: there is no such file",
            id="our own error",
        ),
    ],
)
def test_what_is_wrong_with_it_is_told_in_one_line_with_its_place(write, text, message):
    with pytest.raises(ConfigError) as refusal:
        load(write("a.py", text))

    assert str(refusal.value) == message


def test_a_file_that_is_not_there(write):
    write("other.py", VALUE)

    with pytest.raises(ConfigError, match=r"^a\.py: there is no such file$"):
        load("a.py")


def test_extends_never_executes_one(write):
    write("base.py", "raise AssertionError('executed')\n")

    with pytest.raises(
        ConfigError,
        match=r"^a\.toml:1: extends: base\.py: a config file ends in \.toml, \.yaml, \.yml, \.json, not '\.py'$",
    ):
        load(write("a.toml", 'extends = "base.py"\n'))


def test_a_class_that_is_no_component_is_told_how_to_become_one(write):
    own = "class Own(TinyDetectorConfig):\n    pass\n\n" + f"experiment = {BODY.replace('TinyDetectorConfig(', 'Own(')}"

    with pytest.raises(ConfigError, match=r"^a\.py:9: a\.py:Own is offered by no installed plugin, "):
        load(write("a.py", IMPORTS + own))


def test_a_runs_folder_is_its_config(write):
    write("runs/tiny/config.toml", TOML)

    assert load("runs/tiny").experiment == load("runs/tiny/config.toml").experiment
