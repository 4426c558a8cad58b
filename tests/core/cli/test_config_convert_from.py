"""``detcore config convert --from``, with a program and a translator that the test makes up."""

import pytest
import tomli
import yaml

from detcore.cli.main import main
from detcore.plugins import Component, Registry, Row, installed_registry
from detcore.specs import MissingPart, TranslatedKey, Translation

LR = TranslatedKey(key="LR", value="0.5", file="a.ini", line=3, paths=(("optimizer", "lr"),))
MODEL = MissingPart(path=("model",), what="'Crystal' (MODEL)", file="a.ini", line=1)


def translator(path):
    """An optimizer alone, or with a hole beside it where the file's name says so."""
    missing = (MODEL,) if path.stem == "hole" else ()
    return Translation(values={"optimizer": {"type": "sgd", "lr": 0.5}}, keys=(LR,), missing=missing, is_partial=True)


@pytest.fixture(autouse=True)
def other_program(monkeypatch):
    """A distribution that reads the configs of ``other``."""
    component = Component("detcore.config_translators", "other", "det-other", "1.0", f"{__name__}:translator")
    registry = Registry([*installed_registry().rows, Row(component, "ok", "")])
    monkeypatch.setattr("detcore.jobs.config_translation.installed_registry", lambda: registry)


def test_the_config_is_printed_and_the_report_stands_beside_it(capsys):
    assert main(["config", "convert", "--from", "other", "a.ini"]) == 0

    printed = capsys.readouterr()
    assert tomli.loads(printed.out) == {"optimizer": {"type": "sgd", "lr": 0.5}}
    assert printed.err.splitlines() == ["carried over: 1", "  a.ini:3: LR = 0.5 -> optimizer.lr"]


def test_the_config_is_written_in_the_format_of_its_ending(tmp_path, capsys):
    target = tmp_path / "new" / "a.yaml"

    assert main(["config", "convert", "--from", "other", "a.ini", str(target)]) == 0

    assert yaml.safe_load(target.read_text(encoding="utf-8")) == {"optimizer": {"type": "sgd", "lr": 0.5}}
    assert capsys.readouterr().out == ""


def test_a_hole_is_the_users_to_know_of(tmp_path, capsys):
    target = tmp_path / "hole.toml"

    assert main(["config", "convert", "--from", "other", "hole.ini", str(target)]) == 1

    assert target.is_file()
    assert capsys.readouterr().err.splitlines()[-1] == (
        "detcore: hole.ini: nothing installed offers 'Crystal' (MODEL) for model; everything else was converted"
    )


def test_a_program_that_nothing_reads(capsys):
    assert main(["config", "convert", "--from", "nobody", "a.ini"]) == 1

    assert capsys.readouterr().err.startswith("detcore: no 'nobody' among config_translators; there is ")


def test_a_place_to_write_to_or_a_program_has_to_be_named(capsys):
    assert main(["config", "convert", "a.ini"]) == 2

    assert capsys.readouterr().err == (
        "detcore config convert: needs OUT, whose ending names the format, or --from PROGRAM\n"
    )


def test_config_alone_asks_for_a_word(capsys):
    assert main(["config"]) == 2

    assert "the following arguments are required: COMMAND" in capsys.readouterr().err
