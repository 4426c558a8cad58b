"""Two wheels in an empty environment, far from this repository, are enough to train on one's own pictures."""

import json
import shutil

import pytest
import tomli
from fenced_blocks import commands, fenced_blocks
from fresh_environment import Environment
from pets import CATEGORIES, PETS_REDUCED, write_pets
from repository import ROOT

pytestmark = [pytest.mark.packaging, pytest.mark.xdist_group("environments")]


KEEP_ALL = "model.roi_heads.box_predictor.score_threshold=0.0"
"""A model that has hardly learned is sure of nothing; its guesses are wanted all the same."""


@pytest.fixture(scope="module")
def with_maskrcnn(tmp_path_factory, wheels):
    environment = Environment(tmp_path_factory.mktemp("maskrcnn") / "venv", wheels)
    lines = [line for block in fenced_blocks(ROOT / "README.md") for line in commands(block)]
    (command,) = (line for line in lines if line.startswith("pip install "))
    environment.install(*command.removeprefix("pip install ").split())
    return environment


@pytest.fixture(scope="module")
def core_alone(tmp_path_factory, wheels):
    environment = Environment(tmp_path_factory.mktemp("core") / "venv", wheels)
    tools = tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]["test"]
    environment.install("det-core", *tools)
    return environment


@pytest.fixture
def pets(tmp_path):
    """The folder and the config of the README's own-dataset block."""
    (config,) = (block for block in fenced_blocks(ROOT / "README.md") if block.file_name == "pets.toml")
    (tmp_path / "pets.toml").write_text(config.text)
    write_pets(tmp_path)
    return tmp_path


def test_own_pictures_are_trained_on_and_predicted(with_maskrcnn, pets):
    with_maskrcnn.run("detcore", "run", "pets.toml", *PETS_REDUCED, KEEP_ALL, cwd=pets)
    with_maskrcnn.run("detcore", "predict", "runs/pets", "pets/val", "--score-threshold", "0", cwd=pets)

    images = json.loads((pets / "predictions/images.json").read_text())["images"]
    results = json.loads((pets / "predictions/predictions.json").read_text())
    drawn = [image["drawn"] for image in images if (pets / "predictions" / image["drawn"]).is_file()]
    assert len(drawn) == len(list((pets / "pets/val").iterdir()))
    assert {result["category_id"] for result in results} <= {category["id"] for category in CATEGORIES}
    assert {"image_id", "bbox", "score", "segmentation"} <= set(results[0])


def test_core_alone_passes_its_tests(core_alone, tmp_path):
    shutil.copytree(ROOT / "tests", tmp_path / "tests")
    shutil.copytree(ROOT / "core", tmp_path / "core")  # the layer tests read its source
    for name in ("pyproject.toml", "conftest.py"):
        shutil.copy(ROOT / name, tmp_path)

    core_alone.run("python", "-m", "pytest", "-q", "tests/core", cwd=tmp_path)


def test_core_alone_says_which_plugin_to_install(core_alone, pets):
    done = core_alone.run("detcore", "check", "pets.toml", cwd=pets, status=1)

    assert "det-plugin-maskrcnn" in done.stderr + done.stdout
