"""Keys with a better name by now are taken, put right and told; once their time is over they are mistakes."""

import contextlib
import io
import re
from typing import ClassVar

import pytest
from attrs import field, frozen
from attrs.validators import ge
from reading import mistakes_in

import detcore
from detcore.cli.main import main
from detcore.config import dump_toml, explain, from_dict, json_schema
from detcore.errors import ConfigError
from detcore.jobs.sweep_table import SweepTable
from detcore.plugins import Registry
from detcore.specs import ArchitectureConfig, AugmentationConfig, Deprecated


@frozen(kw_only=True)
class SpreadConfig:
    low: float = 0.0
    high: float = 1.0


@frozen(kw_only=True)
class BlurConfig(AugmentationConfig):
    deprecated: ClassVar[tuple[Deprecated, ...]] = (
        Deprecated(key="sigma", since="0.1", until="99", instead="radius"),
        Deprecated(key="percent", since="0.1", until="99", instead="probability", upgrade=lambda value: value / 100),
        Deprecated(key="lowest", since="0.1", until="99", instead="spread.low"),
        Deprecated(key="fast", since="0.1", until="99", instead=None),
        Deprecated(key="size", since="0.0.1", until="0.0.2", instead="radius"),
    )

    radius: int = field(default=1, validator=ge(1))
    probability: float = 0.5
    spread: SpreadConfig = field(factory=SpreadConfig)

    def build(self):
        raise AssertionError("reading a config builds nothing")


@frozen(kw_only=True)
class StrongBlurConfig(BlurConfig):
    deprecated: ClassVar[tuple[Deprecated, ...]] = (
        Deprecated(key="power", since="0.1", until="99", instead="strength"),
    )

    strength: int


@pytest.fixture
def registry(registry):
    registry.add("blur", BlurConfig, distribution="tiny-blur", version="1.0")
    registry.add("strong-blur", StrongBlurConfig, distribution="tiny-blur", version="1.0")
    return registry


def with_blur(good, settings, name="blur"):
    return good.replace('{ type = "flip" }', f'{{ type = "{name}", {settings} }}')


ADVICE = "deprecated since 0.1, gone in 99; "

UPGRADED = [
    pytest.param("sigma = 3", BlurConfig(radius=3), "sigma", "write {}.radius", id="another name"),
    pytest.param("percent = 25", BlurConfig(probability=0.25), "percent", "write {}.probability", id="another unit"),
    pytest.param(
        "lowest = 1", BlurConfig(spread=SpreadConfig(low=1.0)), "lowest", "write {}.spread.low", id="another table"
    ),
    pytest.param(
        "lowest = 1, spread = { high = 2 }",
        BlurConfig(spread=SpreadConfig(low=1.0, high=2.0)),
        "lowest",
        "write {}.spread.low",
        id="a table that is there",
    ),
    pytest.param("fast = true", BlurConfig(), "fast", "leave it out; nothing reads it any more", id="no name"),
]


@pytest.mark.parametrize(("written", "config", "key", "advice"), UPGRADED)
def test_a_deprecated_key_is_put_right_and_told(read, good, written, config, key, advice):
    loaded = read(with_blur(good, written))

    path = "data.train.augmentations.1"
    assert loaded.experiment.data.train.augmentations[1] == config
    assert loaded.notices == [f"a.toml:5: {path}.{key}: {ADVICE}{advice.format(path)}"]


def test_what_is_written_back_has_the_new_name_only(read, good, registry):
    loaded = read(with_blur(good, "sigma = 3"))

    written = dump_toml(loaded.experiment, registry=registry)
    assert "radius = 3" in written
    assert "sigma" not in written


def test_the_new_name_knows_where_the_old_one_was_written(read, good):
    loaded = read(with_blur(good, "lowest = 3"))

    path = ("data", "train", "augmentations", 1)
    assert str(loaded.origin(*path, "spread", "low")) == "a.toml:5"
    assert loaded.origin(*path, "lowest") is None


EXPLAINED = [
    pytest.param("sigma = 3", "radius", [("a.toml:5", "3")], id="another name"),
    pytest.param("percent = 25", "probability", [("a.toml:5", "25")], id="as it stands, in its old unit"),
    pytest.param("lowest = 1", "spread.low", [("a.toml:5", "1")], id="another table"),
]


@pytest.mark.parametrize(("written", "setting", "places"), EXPLAINED)
def test_a_value_under_a_deprecated_key_is_explained(write, good, registry, written, setting, places):
    source = write("a.toml", with_blur(good, written))

    (found,) = explain(source, f"data.train.augmentations.1.{setting}", registry=registry)

    assert [(str(mention.origin), mention.text) for mention in found.mentions] == places
    assert found.default_of == ""


def test_what_a_deprecated_key_has_replaced_is_explained_as_well(write, good, registry):
    source, path = write("a.toml", with_blur(good, "sigma = 3")), "data.train.augmentations.1"

    (found,) = explain(source, f"{path}.radius", overrides=[f"{path}.sigma=4"], registry=registry)

    assert [(str(each.origin), each.text, each.is_replaced) for each in found.mentions] == [
        (f"override '{path}.sigma=4'", "4", False),
        ("a.toml:5", "3", True),
    ]


def test_a_part_that_does_not_fit_is_told_at_its_deprecated_key(read, good, registry):
    class OlderNetConfig(registry.load(registry.resolve(ArchitectureConfig.group, "net"), ArchitectureConfig)):
        deprecated = (Deprecated(key="takes", since="0.1", until="99", instead="reads"),)

    registry.add("older-net", frozen(kw_only=True)(OlderNetConfig), distribution="tiny-net", version="1.0")
    text = good.replace('type = "net"\n', 'type = "older-net"\ntakes = ["c9"]\n')

    with pytest.raises(ConfigError) as caught:
        read(text)

    line = text.splitlines().index('takes = ["c9"]') + 1
    assert str(caught.value) == f"a.toml:{line}: model.reads.0: there is no level 'c9', only c4, c5"


def test_a_class_has_the_deprecated_keys_of_its_bases(read, good):
    loaded = read(with_blur(good, "sigma = 3, power = 2", "strong-blur"))

    assert loaded.experiment.data.train.augmentations[1] == StrongBlurConfig(radius=3, strength=2)
    assert len(loaded.notices) == 2


def test_an_override_may_use_the_old_name(read, good):
    loaded = read(with_blur(good, "radius = 1"), "data.train.augmentations.1.percent=10")

    assert loaded.experiment.data.train.augmentations[1].probability == 0.1
    assert loaded.notices[0].startswith("override 'data.train.augmentations.1.percent=10': data.train.")


def test_tables_in_python_may_use_the_old_name(registry):
    loaded = from_dict(
        {
            "data": {"train": {"datasets": [{"type": "pictures"}], "augmentations": [{"type": "blur", "sigma": 2}]}},
            "model": {"type": "net", "num_classes": 2},
            "optimizer": {"type": "descent", "lr": 0.1},
            "schedule": {"type": "flat"},
            "training": {"epochs": 1},
        },
        registry=registry,
    )

    assert loaded.experiment.data.train.augmentations == (BlurConfig(radius=2),)


WRONG = [
    pytest.param(
        "sigma = 3,\n radius = 4",
        "a.toml:5: {}.sigma: deprecated since 0.1, and its new name {}.radius is given as well (a.toml:6);"
        " leave this one out",
        id="both names",
    ),
    pytest.param(
        "lowest = 3, spread = { low = 4 }",
        "a.toml:5: {}.lowest: deprecated since 0.1, and its new name {}.spread.low is given as well (a.toml:5);"
        " leave this one out",
        id="both names, in two tables",
    ),
    pytest.param("size = 3", "a.toml:5: {}.size: no such setting since 0.0.2; write {}.radius", id="too old"),
    pytest.param("sigma = 0", "a.toml:5: {}.radius: must be >= 1, not 0", id="value out of range"),
    pytest.param(
        'percent = "x"',
        "a.toml:5: {}.percent: unsupported operand type(s) for /: 'str' and 'int'"
        " (deprecated since 0.1, gone in 99; write {}.probability)",
        id="value that cannot be upgraded",
    ),
    pytest.param("lowest = 3, spread = 4", "a.toml:5: {}.spread: must be a table, not 4", id="no table to put it in"),
    pytest.param("sgima = 3", "a.toml:5: {}.sgima: no such setting; there is radius, probability, spread", id="slip"),
]


@pytest.mark.parametrize(("written", "message"), WRONG)
def test_what_is_wrong_with_a_deprecated_key_is_told(read, good, written, message):
    with pytest.raises(ConfigError) as caught:
        read(with_blur(good, written))

    assert str(caught.value) == message.replace("{}", "data.train.augmentations.1")


@frozen(kw_only=True)
class PlainConfig:
    deprecated: ClassVar[tuple[Deprecated, ...]] = (
        Deprecated(key="old", since="0.0.1", until=detcore.__version__, instead="new"),
    )

    new: int = 1


def test_the_versions_of_a_class_of_core_are_those_of_core():
    assert mistakes_in({"old": 2}, PlainConfig, Registry()) == [
        f"top.old: no such setting since {detcore.__version__}; write top.new"
    ]


@frozen(kw_only=True)
class OutdatedConfig:
    deprecated: bool = False


def test_a_setting_may_be_called_deprecated():
    assert mistakes_in({"deprecated": True}, OutdatedConfig) == []


def test_check_prints_what_is_deprecated(write, good, registry, monkeypatch):
    monkeypatch.setattr("detcore.config.loading.installed_registry", lambda: registry)
    write("a.toml", with_blur(good, "sigma = 3"))
    printed = io.StringIO()

    with contextlib.redirect_stdout(printed):
        status = main(["check", "a.toml"])

    assert status == 0
    assert re.fullmatch(r"a.toml: ok\n  a.toml:5: data\S+sigma: deprecated since 0.1, .*\n", printed.getvalue())


def test_a_sweep_prints_it_once_for_all_runs(tmp_path, write, good, registry, monkeypatch):
    monkeypatch.setattr("detcore.config.variations.installed_registry", lambda: registry)
    monkeypatch.setattr("detcore.jobs.sweep", lambda *_, **__: SweepTable(tmp_path, []))
    write("a.toml", with_blur(good, "sigma = 3"))
    printed = io.StringIO()

    with contextlib.redirect_stderr(printed):
        status = main(["run", "a.toml", "--sweep", "run.seed=1,2"])

    assert status == 0
    assert re.fullmatch(r"a.toml:5: data\S+sigma: deprecated since 0.1, .*\n", printed.getvalue())


@pytest.mark.parametrize(
    ("command", "times"),
    [
        pytest.param(["show", "a.toml"], 1, id="show"),
        pytest.param(["explain", "a.toml", "training.epochs"], 1, id="explain"),
        pytest.param(["diff", "a.toml", "a.toml"], 2, id="diff, for both"),
    ],
)
def test_every_look_at_a_config_tells_what_is_deprecated(write, good, registry, monkeypatch, capsys, command, times):
    for module in ("loading", "explaining"):
        monkeypatch.setattr(f"detcore.config.{module}.installed_registry", lambda: registry)
    write("a.toml", with_blur(good, "sigma = 3"))

    status = main(["config", *command])

    notice = f"a.toml:5: data.train.augmentations.1.sigma: {ADVICE}write data.train.augmentations.1.radius"
    assert (status, capsys.readouterr().err.splitlines()) == (0, [notice] * times)


def test_an_editor_takes_a_deprecated_key_and_strikes_it_through(registry):
    tables = json_schema(registry).schema["$defs"]
    (blur,) = [table for name, table in tables.items() if name.endswith(".BlurConfig")]

    assert blur["properties"]["sigma"] == {
        "description": "Deprecated since 0.1, gone in 99; write radius.",
        "deprecated": True,
    }
    assert blur["properties"]["fast"]["description"].endswith("; leave it out; nothing reads it any more.")
    assert "size" not in blur["properties"]
