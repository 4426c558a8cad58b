"""Configs of other programs become experiments; the other program here is one that a test makes up."""

import json

import pytest
import tomli
import yaml
from attrs import evolve, field, frozen

from detcore.errors import ConfigError, PluginError, UnknownComponentError
from detcore.jobs.condensing import condensed
from detcore.jobs.config_translation import report_lines, require_complete, translate
from detcore.jobs.translated_text import translated_text
from detcore.plugins import Component, Registry, Row, installed_registry
from detcore.specs import MissingPart, TranslatedKey, Translation
from detcore.training.schedule_config import MultiStepScheduleConfig
from detcore.training.sgd_config import SGDConfig

VALUES = {
    "data": {"train": {"datasets": [{"type": "shapes"}]}},
    "model": {"type": "tiny"},
    "optimizer": {"type": "sgd", "lr": 0.5, "momentum": 0.9},
    "schedule": {"type": "cosine", "warmup_steps": 1000},
    "training": {"steps": 10},
}
KEYS = (
    TranslatedKey(key="LR", value="0.5", file="a.ini", line=3, paths=(("optimizer", "lr"),)),
    TranslatedKey(
        key="WARMUP", value="1000", file="a.ini", line=4, paths=(("schedule", "warmup_steps"),), reason="steps"
    ),
    TranslatedKey(key="COLOUR", value="'red'", file="a.ini", line=5, reason="nothing here has a colour"),
    TranslatedKey(key="MOMENTUM", value="0.9", paths=(("optimizer", "momentum"),)),
    TranslatedKey(key="SHADE", value="1", reason="nothing here has a shade"),
)
HEAD = MissingPart(path=("model", "head"), what="'Crystal' (HEAD)", file="a.ini", line=7)
answer = Translation(values=VALUES, keys=KEYS)


def translator(path):
    """What the test has laid out for the file."""
    if path.name == "broken":
        raise LookupError(path.name)
    return answer


@pytest.fixture
def registry():
    """Everything installed, and a program called ``other``."""
    component = Component("detcore.config_translators", "other", "det-other", "1.0", f"{__name__}:translator")
    return Registry([*installed_registry().rows, Row(component, "ok", "")])


@pytest.fixture
def answers(monkeypatch):
    """Lay out what the translator says."""

    def put(values, missing=(), **more):
        monkeypatch.setattr(f"{__name__}.answer", Translation(values=values, keys=KEYS, missing=missing, **more))

    return put

    """The values, with a model that any installation has a hole for."""
    monkeypatch.setitem(VALUES, "model", {})
    return VALUES


def test_a_program_that_nothing_reads(registry):
    with pytest.raises(UnknownComponentError, match=r"^no 'othr' among config_translators; did you mean 'other'\?$"):
        translate("othr", "a.ini", registry=registry)


def test_a_translator_that_fails_is_a_plugin_that_failed(registry):
    with pytest.raises(PluginError, match=r"^det-other 1.0 failed while translating broken: LookupError: "):
        translate("other", "broken", registry=registry)


def test_values_are_read_strictly_and_told_at_their_line(registry, answers):
    answers({**VALUES, "optimizer": {"type": "sgd", "lr": -1.0}}, [MissingPart(path=("model",), what="a model")])

    mistake = r"^a\.ini:3: optimizer\.lr: must be > 0, not -1\.0; it comes from LR = 0\.5$"
    with pytest.raises(ConfigError, match=mistake):
        translate("other", "a.ini", registry=registry)


def test_a_mistake_that_no_line_makes_is_told_at_the_file(registry, answers):
    answers({**VALUES, "training": {"stepz": 10}}, [MissingPart(path=("model",), what="a model")])

    with pytest.raises(ConfigError, match=r"^folder/a\.ini: training\.stepz: .*did you mean 'steps'"):
        translate("other", "folder/a.ini", registry=registry)


def test_holes_where_parts_are_missing_are_no_mistakes(registry, answers):
    answers({key: table for key, table in VALUES.items() if key != "model"}, [MissingPart(path=("model",), what="?")])

    assert "model" not in translate("other", "a.ini", registry=registry).values


def test_a_file_about_some_tables_only_has_no_holes(registry, answers):
    answers({"optimizer": {"type": "sgd", "lr": 0.5}}, is_partial=True)

    assert translate("other", "a.ini", registry=registry).values == {"optimizer": {"type": "sgd", "lr": 0.5}}


def test_defaults_that_no_file_sets_go_without_saying(registry, answers):
    answers(VALUES, [MissingPart(path=("model",), what="?")])

    values = translate("other", "a.ini", registry=registry).values

    assert values["optimizer"] == {"type": "sgd", "lr": 0.5}
    assert values["schedule"] == {"type": "cosine", "warmup_steps": 1000}


def test_the_report_tells_every_key_that_a_file_sets():
    translation = Translation(values=VALUES, keys=KEYS, missing=(HEAD,))

    assert report_lines(translation) == [
        "carried over: 2",
        "  a.ini:3: LR = 0.5 -> optimizer.lr",
        "  a.ini:4: WARMUP = 1000 -> schedule.warmup_steps (steps)",
        "not carried over: 1",
        "  a.ini:5: COLOUR = 'red': nothing here has a colour",
        "missing: 1",
        "  a.ini:7: model.head: 'Crystal' (HEAD)",
        "2 settings are not set by the file; --verbose lists their defaults too",
    ]


def test_the_report_counts_what_makes_no_difference_and_lists_it_when_asked():
    keys = (KEYS[2], evolve(KEYS[2], key="FONT", value="'sans'", line=6, matters=False))
    translation = Translation(values=VALUES, keys=keys)

    assert report_lines(translation) == [
        "not carried over: 2",
        "  a.ini:5: COLOUR = 'red': nothing here has a colour",
        "  1 without effect on what is trained or measured; --verbose lists them",
    ]
    assert report_lines(translation, defaults=True)[-1] == "  a.ini:6: FONT = 'sans': nothing here has a colour"


def test_the_report_tells_defaults_when_asked():
    lines = report_lines(Translation(values=VALUES, keys=KEYS), defaults=True)

    assert "  MOMENTUM = 0.9 -> optimizer.momentum" in lines
    assert "  SHADE = 1: nothing here has a shade" in lines
    assert not any("--verbose" in line for line in lines)


def test_a_complete_experiment_is_complete():
    require_complete(Translation(values=VALUES), "a.ini")


def test_what_is_missing_is_named_in_one_sentence():
    eye = MissingPart(path=("data", "train", "datasets", 0), what="dataset 'eyes' (DATA)")

    message = (
        r"^a\.ini: nothing installed offers 'Crystal' \(HEAD\) for model\.head, "
        r"dataset 'eyes' \(DATA\) for data\.train\.datasets\.0; everything else was converted$"
    )
    with pytest.raises(UnknownComponentError, match=message):
        require_complete(Translation(values=VALUES, missing=(HEAD, eye)), "a.ini")


@pytest.mark.parametrize(
    ("suffix", "parse"),
    [(".toml", tomli.loads), (".yaml", yaml.safe_load), (".yml", yaml.safe_load), (".json", json.loads)],
)
def test_the_text_reads_back(suffix, parse):
    text = translated_text(Translation(values=VALUES, missing=(HEAD,)), source="a.ini", suffix=suffix)

    assert parse(text) == VALUES


def test_what_is_missing_is_said_on_top():
    text = translated_text(Translation(values=VALUES, missing=(HEAD,), is_partial=True), source="a.ini")

    assert text.splitlines()[:5] == [
        "# Converted from a.ini.",
        "# It is about some tables only: extend it.",
        "# Nothing installed offers these parts; they are left out:",
        "#   model.head: 'Crystal' (HEAD)",
        "",
    ]


def test_a_name_of_several_lines_stays_in_its_comment():
    assert tomli.loads(translated_text(Translation(values={}), source="a\n[data]\nb.ini")) == {}


def test_an_ending_without_a_format():
    with pytest.raises(ConfigError, match=r"^a config file ends in \.toml, \.yaml, \.yml, \.json, not '\.ini'$"):
        translated_text(Translation(values=VALUES), source="a.ini", suffix=".ini")


def test_condensing_keeps_what_is_wanted_though_it_is_the_default():
    table = {"type": "sgd", "lr": 0.5, "momentum": 0.9, "nesterov": False}

    assert condensed(table, SGDConfig(lr=0.5), wanted=[("momentum",)]) == {"type": "sgd", "lr": 0.5, "momentum": 0.9}


def test_condensing_keeps_lists_that_differ_whole():
    table = {"type": "multi-step", "milestones": [0.5, 0.75], "gamma": 0.1}

    config = MultiStepScheduleConfig(milestones=(0.5, 0.75))
    assert condensed(table, config, wanted=[]) == {"type": "multi-step", "milestones": [0.5, 0.75]}


def test_condensing_leaves_a_table_that_could_not_be_read():
    assert condensed({"lr": 0.02}, None, wanted=[]) == {"lr": 0.02}


def test_condensing_knows_settings_by_their_names_in_a_file():
    @frozen
    class Named:
        _kind: str = field(default="a", alias="sort")

    assert condensed({"sort": "a"}, Named(), wanted=[]) == {}
    assert condensed({"sort": "b"}, Named(sort="b"), wanted=[]) == {"sort": "b"}
