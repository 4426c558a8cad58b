import json

import pytest

from detcore.cli.main import main
from detcore.config.layering.merging import read_chain
from detcore.config.text.nodes import plain


@pytest.fixture
def source(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "a.toml"
    path.write_text('# words\nextends = "b.toml"\n\n[run]\nname = "x" # more\n')
    return path


@pytest.mark.usefixtures("source")
def test_a_file_is_written_in_the_format_of_its_name(tmp_path, capsys):
    assert main(["config", "convert", "a.toml", "c.yaml"]) == 0

    assert (tmp_path / "c.yaml").read_text() == "# words\nextends: b.toml\n\nrun:\n  name: x # more\n"
    assert capsys.readouterr() == ("c.yaml\n", "")


def test_what_it_extends_is_found_from_another_folder(source, tmp_path):
    source.write_text(f'extends = ["b.toml", "../c.toml", "{tmp_path}/d.toml"]\n')

    assert main(["config", "convert", "a.toml", "new/a.json"]) == 0

    written = json.loads((tmp_path / "new" / "a.json").read_text())
    assert written == {"extends": ["../b.toml", "../../c.toml", f"{tmp_path}/d.toml"]}


def test_what_it_extends_is_found_through_a_symbolic_link(source, tmp_path):
    (tmp_path / "b.toml").write_text("[run]\nseed = 3\n")
    (tmp_path / "far" / "away").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "far" / "away")

    assert main(["config", "convert", "a.toml", "link/a.toml"]) == 0

    assert plain(read_chain(tmp_path / "link" / "a.toml")) == {"run": {"seed": 3, "name": "x"}}


@pytest.mark.usefixtures("source")
def test_comments_that_json_cannot_hold_are_counted(tmp_path, capsys):
    assert main(["config", "convert", "a.toml", "c.json"]) == 0

    assert capsys.readouterr() == (
        "c.json\n",
        "detcore: c.json: 2 comments could not be kept; JSON has no place for them\n",
    )


def test_a_file_that_is_there_is_left_alone(source, capsys):
    before = source.read_text()

    assert main(["config", "convert", "a.toml", "a.toml"]) == 1

    assert source.read_text() == before
    assert capsys.readouterr().err == (
        "detcore: a.toml: is there already; choose another name, or replace it with --force\n"
    )


def test_force_replaces(source, tmp_path):
    (tmp_path / "c.yaml").write_text("old: 1\n")

    assert main(["config", "convert", "a.toml", "c.yaml", "--force"]) == 0

    assert "old" not in (tmp_path / "c.yaml").read_text()


def test_nothing_is_written_where_a_value_cannot_be(source, tmp_path, capsys):
    (tmp_path / "n.yaml").write_text("a: null\n")

    assert main(["config", "convert", "n.yaml", "n.toml"]) == 1

    assert capsys.readouterr().err == "detcore: n.yaml:1: a: null cannot be written as .toml\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.toml", "n.yaml"]


@pytest.mark.usefixtures("source")
def test_a_place_that_cannot_be_written_is_told(capsys):
    assert main(["config", "convert", "a.toml", "a.toml/c.yaml"]) == 1

    assert capsys.readouterr().err.startswith("detcore: a.toml/c.yaml: cannot be written: ")


@pytest.mark.usefixtures("source")
def test_an_unknown_format_is_refused(capsys):
    assert main(["config", "convert", "a.toml", "c.ini"]) == 1

    assert capsys.readouterr().err == "detcore: a config file ends in .toml, .yaml, .yml, .json, not '.ini'\n"
