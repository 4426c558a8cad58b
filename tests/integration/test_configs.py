"""Every experiment in ``configs/``, and every one that a plugin shows, loads, survives being written, and builds."""

import json
import re
from pathlib import Path

import pytest
import tomli
import torch
import yaml
from data_without_pictures import lay_out_data
from experiments import CONFIGS, bases_of
from fenced_blocks import fenced_blocks
from python_source import executed, python_source
from repository import PLUGINS

from detcore.config import LoadedConfig, dump_toml, dump_yaml, from_dict, load, to_dict
from detcore.errors import ConfigError
from detcore.plugins import GROUPS_WITHOUT_CONFIG
from detcore.plugins.first_party import FIRST_PARTY

FILES = sorted(path for folder in (CONFIGS, *(plugin / "configs" for plugin in PLUGINS)) for path in folder.rglob("*"))
EXPERIMENTS = [path for path in FILES if path.suffix in {".toml", ".yaml", ".json"} and path.parent.name != "base"]
BASES = sorted(CONFIGS.glob("base/*.toml"))


def named(paths: list[Path]) -> list[object]:
    return [pytest.param(path, id=path.relative_to(CONFIGS.parent).as_posix()) for path in paths]


def is_model(path: Path) -> bool:
    """Whether a base says what is trained, itself or through what it extends."""
    return "type" in tomli.loads(path.read_text()).get("model", {}) or any(map(is_model, bases_of(path)))


MODELS = [path for path in BASES if is_model(path)]


def load_without_pictures(path: Path, root: Path) -> LoadedConfig:
    """The experiment over a data folder that has its folders, annotation files and classes, but no picture."""
    there = [f"data.root={root.as_posix()}"] if "${data.root}" in whole_text(path) else []
    experiment = load(path, overrides=there, compare_parts=False).experiment
    lay_out_data(experiment)
    return load(path, overrides=there)


def whole_text(path: Path) -> str:
    """Everything that a file and what it extends say."""
    return "".join([path.read_text(), *map(whole_text, bases_of(path))])


READMES = [
    pytest.param((plugin / "README.md", block.text), id=f"{plugin.name}/README.md:{block.line}")
    for plugin in PLUGINS
    for block in fenced_blocks(plugin / "README.md")
    if block.language == "toml"
]
"""What plugins show of themselves: parts of an experiment."""

AROUND_A_README = """
[data.train]
datasets = [{ type = "shapes", num_images = 2 }]
[data.test]
datasets = [{ type = "shapes", num_images = 2, split = "test" }]
[model]
type = "generalized-rcnn"
backbone = { type = "fpn", bottom_up = { type = "resnet" } }
roi_heads = { type = "standard", num_classes = "${data.num_classes}", mask_head = { type = "fcn" } }
[optimizer]
type = "sgd"
[schedule]
type = "multi-step"
[training]
steps = 1
"""
"""What the parts are read over."""


def load_block(text: str, folder: Path) -> LoadedConfig:
    """A block of a README over an experiment that has what the block leaves out."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "around.toml").write_text(AROUND_A_README)
    (folder / "block.toml").write_text(f'extends = "around.toml"\n{text}')
    return load_without_pictures(folder / "block.toml", folder / "data")


@pytest.fixture(scope="module")
def data_root(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def already_loaded() -> dict[object, LoadedConfig]:
    """What one test has loaded serves the others: there are many experiments."""
    return {}


@pytest.fixture
def loaded(request, data_root, already_loaded, monkeypatch) -> LoadedConfig:
    monkeypatch.chdir(data_root)
    if request.param not in already_loaded:
        already_loaded[request.param] = loaded_below(request.param, data_root / f"data{len(already_loaded)}")
    return already_loaded[request.param]


def loaded_below(source: Path | tuple[Path, str], root: Path) -> LoadedConfig:
    """An experiment or a block of a README, over data below ``root``."""
    return load_without_pictures(source, root) if isinstance(source, Path) else load_block(source[1], root)


every_experiment = pytest.mark.parametrize("loaded", [*named(EXPERIMENTS), *READMES], indirect=True)


def test_every_plugin_with_components_shows_how_they_are_configured():
    with_components = {owner for (group, _), owner in FIRST_PARTY.items() if group not in GROUPS_WITHOUT_CONFIG}

    shown = {f"det-plugin-{param.values[0][0].parent.name}" for param in READMES}

    assert shown == with_components - {"det-core"}


@every_experiment
def test_an_experiment_says_everything_that_can_be_checked(loaded):
    assert loaded.unchecked == []


@every_experiment
def test_an_experiment_survives_toml(loaded):
    written = dump_toml(loaded.experiment)

    assert from_dict(tomli.loads(written)).experiment == loaded.experiment


@every_experiment
def test_an_experiment_survives_yaml(loaded):
    written = dump_yaml(loaded.experiment)

    assert from_dict(yaml.safe_load(written)).experiment == loaded.experiment


@every_experiment
def test_an_experiment_hashes_equal_when_read_again(loaded):
    again = from_dict(tomli.loads(dump_toml(loaded.experiment))).experiment

    assert hash(again) == hash(loaded.experiment)


@every_experiment
def test_an_experiment_survives_json(loaded):
    written = json.dumps(to_dict(loaded.experiment))

    assert from_dict(json.loads(written)).experiment == loaded.experiment


@every_experiment
def test_an_experiment_survives_python(loaded):
    written = python_source(loaded.experiment)

    assert executed(written) == loaded.experiment


@every_experiment
def test_an_experiment_written_to_a_file_reads_back(loaded, tmp_path):
    for name, text in (
        ("a.toml", dump_toml(loaded.experiment)),
        ("a.yaml", dump_yaml(loaded.experiment)),
        ("a.json", json.dumps(to_dict(loaded.experiment))),
    ):
        (tmp_path / name).write_text(text)

        assert load(tmp_path / name).experiment == loaded.experiment


@every_experiment
def test_the_model_of_an_experiment_builds(loaded):
    with torch.device("meta"):
        model = loaded.experiment.model.build()

    assert all(parameter.is_meta for parameter in model.parameters())
    assert all(buffer.is_meta for buffer in model.buffers())


@pytest.mark.parametrize("path", named(EXPERIMENTS))
def test_nothing_but_its_data_is_missing(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    complaints = []
    try:
        load(path)
    except ConfigError as error:
        complaints = str(error).splitlines()

    assert [line for line in complaints if "there is no such annotation file" not in line] == []


FILES_OF_A_DATASET = "{type='coco', images='pictures', annotations='annotations.json', proposals='proposals.npz'}"
"""For models of what the embedded dataset has not: keypoints and proposals."""


@pytest.mark.parametrize("path", named(MODELS))
def test_a_model_in_base_needs_datasets_and_a_length_of_training_only(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    is_embedded = path.stem not in {"fast_rcnn_r50_fpn", "keypoint_rcnn_r50_fpn"}
    dataset = "{type='shapes', num_images=8}" if is_embedded else FILES_OF_A_DATASET
    overrides = [f"data.{split}.datasets=[{dataset}]" for split in ("train", "test")] + ["training.steps=10"]
    if not is_embedded:
        overrides.append("data.classes=['a', 'b', 'c', 'd', 'e']")
        lay_out_data(load(path, overrides=overrides, compare_parts=False).experiment)

    loaded = load(path, overrides=overrides)

    model = loaded.experiment.model
    assert getattr(getattr(model, "roi_heads", model), "num_classes", 5) == 5


@pytest.mark.parametrize("path", named(EXPERIMENTS))
def test_an_experiment_begins_with_what_to_expect(path):
    comment = [line for line in path.read_text().splitlines() if line.startswith("#")]

    assert path.read_text().startswith("# ")
    assert len(comment) <= 12


TRAINED = ["quickstart", "nuclei_mask_rcnn", "bccd_faster_rcnn", "tubes_keypoint_rcnn", "shapes_panoptic_fpn"]


@pytest.mark.parametrize("name", TRAINED)
def test_an_experiment_that_was_trained_says_what_it_reached_how_long_and_where(name):
    comments = [line for line in (CONFIGS / f"{name}.toml").read_text().splitlines() if line.startswith("#")]
    head = " ".join(line.removeprefix("#").strip() for line in comments)

    assert re.search(r"AP(50)? \d+", head)
    assert re.search(r"\d minutes", head)
    assert re.search(r"cores|GPU|CPU", head)


def test_there_are_eighty_coco_classes():
    classes = tomli.loads((CONFIGS / "base/coco_instances.toml").read_text())["data"]["classes"]

    assert (len(classes), len(set(classes))) == (80, 80)
