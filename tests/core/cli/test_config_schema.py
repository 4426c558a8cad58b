import json

import pytest

from detcore.cli.main import main
from detcore.plugins import Component, Registry, Row


@pytest.fixture
def broken_plugin(monkeypatch):
    component = Component("detcore.optimizers", "broken", "broken-parts", "1.0", "no_such_module:Config")
    monkeypatch.setattr(
        "detcore.config.schema.experiment.installed_registry", lambda: Registry([Row(component, "ok", "")])
    )


def test_the_schema_is_printed(capsys):
    assert main(["config", "schema"]) == 0

    printed = capsys.readouterr()
    assert json.loads(printed.out)["properties"]["training"]["properties"]["batch_size"]["default"] == 16
    assert printed.err == ""


def test_the_schema_is_written_where_asked(tmp_path, capsys):
    path = tmp_path / "new" / "detcore.schema.json"

    assert main(["config", "schema", "--output", str(path)]) == 0

    assert json.loads(path.read_text())["title"] == "An experiment of detcore"
    assert capsys.readouterr().out == (
        f"{path}: everything that is installed; docs/editor.md says how an editor uses it\n"
    )


def test_a_file_that_is_there_is_replaced_by_force_alone(tmp_path, capsys):
    path = tmp_path / "mine.json"
    path.write_text("mine")

    assert main(["config", "schema", "--output", str(path)]) == 1
    assert path.read_text() == "mine"
    assert capsys.readouterr().err == (
        f"detcore: {path}: is there already; choose another name, or replace it with --force\n"
    )
    assert main(["config", "schema", "--output", str(path), "--force"]) == 0
    assert json.loads(path.read_text())["title"] == "An experiment of detcore"


def test_a_place_that_cannot_be_written_is_told(tmp_path, capsys):
    (tmp_path / "file").touch()

    assert main(["config", "schema", "--output", str(tmp_path / "file" / "a.json")]) == 1

    assert capsys.readouterr().err.startswith(f"detcore: {tmp_path / 'file' / 'a.json'}: cannot be written: ")


@pytest.mark.usefixtures("broken_plugin")
def test_a_broken_plugin_is_named_and_the_rest_is_written(capsys):
    assert main(["config", "schema"]) == 0

    printed = capsys.readouterr()
    assert "broken-parts" not in printed.out
    assert printed.err.startswith("detcore: left out: broken-parts 1.0 failed while being imported: ")
