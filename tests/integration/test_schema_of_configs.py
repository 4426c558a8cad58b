"""The JSON Schema of everything first-party accepts every experiment, and none that was spoiled."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import tomli
from jsonschema import Draft7Validator

from detcore.config import json_schema

CONFIGS = Path(__file__).parents[2] / "configs"
FILES = [pytest.param(path, id=path.relative_to(CONFIGS).as_posix()) for path in sorted(CONFIGS.rglob("*.toml"))]


@pytest.fixture(scope="module")
def validator():
    return Draft7Validator(json_schema().schema)


def misspelt_keys(value, spoil=lambda spoilt: spoilt) -> Iterator[object]:
    """The value as often as it has keys, each time with another one misspelt; ``spoil`` puts it in its place."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        if isinstance(key, str):
            yield spoil({(f"{name}x" if name == key else name): each for name, each in value.items()})
        yield from misspelt_keys(entry, lambda spoilt, key=key: spoil(replaced(value, key, spoilt)))


def wrong_values(value, spoil=lambda spoilt: spoilt) -> Iterator[object]:
    """The value as often as it has names of components, numbers and truths, each time with another of them spoilt."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        if key == "type":
            yield spoil(replaced(value, key, f"{entry}x"))
        elif isinstance(entry, bool | int | float):
            yield spoil(replaced(value, key, "much"))
        yield from wrong_values(entry, lambda spoilt, key=key: spoil(replaced(value, key, spoilt)))


def replaced(value, key, entry):
    copy = value.copy()
    copy[key] = entry
    return copy


@pytest.mark.parametrize("path", FILES)
def test_an_experiment_is_accepted(path, validator):
    table = tomli.loads(path.read_text())

    assert [error.message for error in validator.iter_errors(table)] == []


@pytest.mark.parametrize("path", FILES)
def test_a_spoilt_experiment_is_refused(path, validator):
    table = tomli.loads(path.read_text())
    spoilt = [*misspelt_keys(table), *wrong_values(table)]

    accepted = [table for table in spoilt if validator.is_valid(table)]

    assert spoilt
    assert accepted == []


def test_the_command_writes_the_same_text_twice(tmp_path):
    script = "import sys; from detcore.cli.main import main; sys.exit(main())"
    command = [sys.executable, "-c", script, "config", "schema"]

    printed = subprocess.run(command, capture_output=True, text=True, check=True)
    written = subprocess.run([*command, "--output", tmp_path / "s.json"], capture_output=True, text=True, check=True)

    assert printed.stdout == (tmp_path / "s.json").read_text()
    assert json.loads(printed.stdout)["title"] == "An experiment of detcore"
    assert (printed.stderr, written.stderr) == ("", "")
