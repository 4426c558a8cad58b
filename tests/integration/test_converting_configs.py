"""Every file in ``configs/`` says the same in every format, and keeps its comments where there is a place for them."""

from pathlib import Path

import pytest
import tomli
import tomlkit
from ruamel.yaml import YAML

from detcore.config import convert

CONFIGS = Path(__file__).parents[2] / "configs"
FILES = [pytest.param(path, id=path.relative_to(CONFIGS).as_posix()) for path in sorted(CONFIGS.rglob("*.toml"))]


def comments_in(text):
    """Of a file whose texts hold no ``#``."""
    return sorted(line[line.index("#") :] for line in text.splitlines() if "#" in line)


@pytest.mark.parametrize("path", FILES)
def test_an_experiment_comes_back_with_its_comments(path, tmp_path):
    in_yaml, lost = convert(path, ".yaml")
    (tmp_path / "a.yaml").write_text(in_yaml)
    back, lost_again = convert(tmp_path / "a.yaml", ".toml")

    assert (lost, lost_again) == (0, 0)
    assert YAML(typ="safe").load(in_yaml) == tomlkit.parse(back).unwrap() == tomli.loads(path.read_text())
    assert comments_in(in_yaml) == comments_in(back) == comments_in(path.read_text())


@pytest.mark.parametrize("path", FILES)
def test_an_experiment_survives_json(path, tmp_path):
    in_json, lost = convert(path, ".json")
    (tmp_path / "a.json").write_text(in_json)

    assert lost == len(comments_in(path.read_text()))
    assert tomli.loads(convert(tmp_path / "a.json", ".toml").text) == tomli.loads(path.read_text())
