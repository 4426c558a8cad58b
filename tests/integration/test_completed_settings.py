"""What is completed of a setting is told from sources alone, and says what the imported classes say."""

import pytest
from config_classes import config_classes

from detcore.config import settings_of
from detcore.config.source_classes import SourceClass, Sources, Wanted
from detcore.config.structuring.fields import fields_of
from detcore.plugins import installed_registry
from detcore.specs import ComponentConfig

CLASSES = sorted(config_classes(), key=lambda each: f"{each.__module__}:{each.__qualname__}")


@pytest.fixture(scope="module")
def sources():
    return Sources()


@pytest.mark.parametrize("config_class", CLASSES, ids=lambda each: each.__qualname__)
def test_sources_tell_the_settings_of_every_first_party_class(sources, config_class):
    found = sources.found(f"{config_class.__module__}:{config_class.__qualname__}")

    assert found is not None
    settings = sources.settings(found)
    assert set(settings) == set(fields_of(config_class))
    booleans = {name for name, wanted in settings.items() if wanted.choices == ("true", "false")}
    types = {setting.name: setting.type for setting in settings_of(config_class, installed_registry())}
    assert booleans == {name for name, told in types.items() if told.split(" or ")[0] in ("bool", "true or false")}
    if issubclass(config_class, ComponentConfig):
        assert sources.constant(found, "group") == config_class.group


CODE = """
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Literal, Mapping

from attrs import field, frozen

from neighbours.front import {base}

Colour = Literal["red", "blue"]
Circle = "Circle"


class Shape(StrEnum):
    ROUND = "round"
    FLAT = "flat"


@frozen(kw_only=True)
class Part:
    deep: int = 1


@frozen(kw_only=True)
class PartConfig:
    group: ClassVar[str] = "some.parts"


@frozen(kw_only=True)
class GivenConfig(PartConfig):
    own: bool = False


@frozen(kw_only=True)
class WholeConfig({base}):
    kinds: ClassVar[int] = 3
    colour: Colour | None = None
    colours: "tuple[Colour, ...]" = ()
    shape: Shape = Shape.ROUND
    part: Part = field(factory=Part)
    parts: tuple[PartConfig, ...] = ()
    chosen: PartConfig = field(factory=GivenConfig)
    table: Mapping[str, Part] = field(factory=dict)
    odd: Circle = None
    worse: "this is no annotation" = None
    _hidden: int = field(default=1, alias="shown")
    result: int = field(init=False)
"""


@pytest.fixture
def whole(tmp_path, monkeypatch):
    package = tmp_path / "neighbours"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "front.py").write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from neighbours.base import Base as Renamed\n"
    )
    (package / "base.py").write_text("from neighbours.whole import Below\nclass Base(Below):\n    first: bool\n")
    (package / "whole.py").write_text(CODE.format(base="Renamed"))
    monkeypatch.syspath_prepend(str(tmp_path))
    sources = Sources()
    found = sources.found("neighbours.whole:WholeConfig")
    assert found is not None
    return sources, found


def test_a_class_is_read_with_what_it_inherits_and_imports(whole):
    sources, found = whole

    settings = sources.settings(found)

    assert list(settings) == [
        "first", "colour", "colours", "shape", "part", "parts", "chosen", "table", "odd", "worse", "shown"
    ]  # fmt: skip
    assert settings["first"].choices == ("true", "false")
    assert settings["colour"].choices == ("red", "blue")
    assert settings["colours"] == Wanted(item=Wanted(choices=("red", "blue")), is_list=True)
    assert settings["shape"].choices == ("round", "flat")
    assert isinstance(settings["part"].table, SourceClass)
    assert settings["part"].table.node.name == "Part"
    assert settings["parts"].item == Wanted(group="some.parts")
    assert settings["chosen"].table is not None
    assert (settings["chosen"].group, settings["chosen"].table.node.name) == ("some.parts", "GivenConfig")
    assert settings["table"].item == Wanted(table=settings["part"].table)
    assert {settings[name] for name in ("odd", "worse", "shown")} == {Wanted()}


def test_what_has_no_source_has_no_settings():
    sources = Sources()

    assert sources.found("no_such_module:WholeConfig") is None
    assert sources.found("math:WholeConfig") is None
    assert sources.found("json:WholeConfig") is None
