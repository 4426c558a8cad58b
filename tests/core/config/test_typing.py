"""What a setting's type lets in, and what it makes of it."""

import datetime as dt
from abc import abstractmethod
from collections.abc import Mapping, Sequence, Set
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, NewType

import pytest
from attrs import field, frozen
from attrs.validators import and_, deep_iterable, ge, gt, in_, instance_of, lt, matches_re, max_len, min_len
from reading import mistakes_in, read_table

from detcore.config import load
from detcore.plugins import Registry
from detcore.specs import ComponentConfig, FrozenList, FrozenTable

Pixels = NewType("Pixels", int)


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


@frozen(kw_only=True)
class ToolConfig(ComponentConfig):
    group: ClassVar[str] = "tiny.tools"

    @abstractmethod
    def build(self):
        """A tool."""


@frozen(kw_only=True)
class HammerConfig(ToolConfig):
    weight: float = 1.0

    def build(self):
        raise AssertionError("reading a config builds nothing")


@frozen(kw_only=True)
class SawConfig(ToolConfig):
    teeth: int = 20

    def build(self):
        raise AssertionError("reading a config builds nothing")


@frozen(kw_only=True)
class InnerConfig:
    depth: int = 1
    width: int = 1


@frozen(kw_only=True)
class ManyConfig:
    whole: int = 1
    real: float = 1.0
    truth: bool = True
    text: str = ""
    path: Path | None = None
    colour: Colour = Colour.RED
    level: Level = Level.LOW
    day: dt.date | None = None
    pixels: Pixels = Pixels(1)
    noted: Annotated[int, "in steps"] = 1
    anything: Any = None
    pair: tuple[int, float] = (1, 1.0)
    numbers: tuple[int, ...] = ()
    names: list[str] = field(factory=list)
    others: Sequence[str] = ()
    unordered: set[str] = field(factory=set)
    frozen_names: Set[str] = frozenset()
    weights: dict[str, float] = field(factory=dict)
    sizes: Mapping[str, tuple[int, ...]] = field(factory=FrozenTable)
    tool: ToolConfig | None = None
    tools: tuple[ToolConfig, ...] = ()
    drawers: Mapping[str, ToolConfig] = field(factory=FrozenTable)
    inner: InnerConfig | None = None
    rows: tuple[InnerConfig, ...] = ()
    number_or_auto: int | Literal["auto", "none"] = "auto"
    one_or_many: float | tuple[float, ...] = 1.0
    two_or_three: tuple[int, int] | tuple[int, int, int] = (1, 1)
    inner_or_name: InnerConfig | str = ""
    tool_or_none: ToolConfig | Literal["none"] = "none"
    raw: bytes = b""


@pytest.fixture
def tools():
    registry = Registry()
    registry.add("hammer", HammerConfig, distribution="tiny-tools")
    registry.add("saw", SawConfig, distribution="tiny-tools")
    return registry


READ = [
    pytest.param("real", 3, 3.0, id="a whole number for a float"),
    pytest.param("path", "a/b", Path("a/b"), id="path"),
    pytest.param("colour", "green", Colour.GREEN, id="word of an enum"),
    pytest.param("level", 2, Level.HIGH, id="number of an enum"),
    pytest.param("day", dt.date(2024, 2, 29), dt.date(2024, 2, 29), id="date"),
    pytest.param("pixels", 7, 7, id="new type"),
    pytest.param("noted", 7, 7, id="annotated"),
    pytest.param(
        "anything", {"a": [1, {"b": 2}]}, FrozenTable({"a": FrozenList([1, FrozenTable({"b": 2})])}), id="anything"
    ),
    pytest.param("pair", [2, 3], (2, 3.0), id="tuple of two"),
    pytest.param("numbers", [], (), id="no numbers"),
    pytest.param("names", ["a"], FrozenList(["a"]), id="list"),
    pytest.param("others", ["a"], ("a",), id="sequence"),
    pytest.param("unordered", ["b", "a"], frozenset({"a", "b"}), id="set"),
    pytest.param("frozen_names", ["a"], frozenset({"a"}), id="any set"),
    pytest.param("weights", {"a": 1}, FrozenTable({"a": 1.0}), id="dict"),
    pytest.param("sizes", {"p2": [1, 2]}, FrozenTable({"p2": (1, 2)}), id="mapping of lists"),
    pytest.param("tool", {"type": "saw", "teeth": 3}, SawConfig(teeth=3), id="component"),
    pytest.param("tools", [{"type": "saw"}, {"type": "hammer"}], (SawConfig(), HammerConfig()), id="components"),
    pytest.param("drawers", {"top": {"type": "saw"}}, FrozenTable({"top": SawConfig()}), id="table of components"),
    pytest.param("rows", [{"depth": 2}], (InnerConfig(depth=2),), id="list of tables"),
    pytest.param("number_or_auto", "none", "none", id="literal of a union"),
    pytest.param("one_or_many", [1, 2], (1.0, 2.0), id="list of a union"),
    pytest.param("two_or_three", [1, 2, 3], (1, 2, 3), id="longer tuple of a union"),
    pytest.param("inner_or_name", {"depth": 3}, InnerConfig(depth=3), id="table of a union"),
    pytest.param("tool_or_none", {"type": "saw"}, SawConfig(), id="component of a union"),
]


@pytest.mark.parametrize(("name", "written", "value"), READ)
def test_a_setting_is_read_as_its_type(name, written, value, tools):
    config = read_table({name: written}, ManyConfig, tools)

    assert getattr(config, name) == value
    assert type(getattr(config, name)) is type(value)


@pytest.mark.parametrize(("name", "written", "value"), READ)
def test_what_is_read_can_be_hashed(name, written, value, tools):
    one, other = (read_table({name: written}, ManyConfig, tools) for _ in range(2))

    assert hash(getattr(one, name)) == hash(getattr(other, name))


def test_what_is_left_out_can_be_hashed_as_well(tools):
    config = read_table({}, ManyConfig, tools)

    assert hash(config) == hash(read_table({}, ManyConfig, tools))
    assert config == ManyConfig()
    assert read_table({"names": ["a"], "weights": {"b": 1}}, ManyConfig, tools) == ManyConfig(
        names=["a"], weights={"b": 1.0}
    )


REFUSED = [
    pytest.param("whole", 2.0, "must be int, not 2.0; write 2", id="a whole float for an int"),
    pytest.param("whole", 2.5, "must be int, not 2.5", id="a fraction for an int"),
    pytest.param("whole", "2", "must be int, not '2'; write 2 without quotes", id="a number in quotes"),
    pytest.param("whole", True, "must be int, not true", id="a truth for an int"),
    pytest.param(
        "whole", 2**64, "must be at most 9223372036854775807 in size, not a number of 65 bits", id="huge number"
    ),
    pytest.param(
        "real", 10**400, "must be at most 9223372036854775807 in size, not a number of 1329 bits", id="huge float"
    ),
    pytest.param("whole", dt.date(2024, 1, 1), "must be int, not the date 2024-01-01", id="date for an int"),
    pytest.param("real", float("nan"), "must be a finite number, not nan", id="nan"),
    pytest.param("real", float("-inf"), "must be a finite number, not -inf", id="infinite"),
    pytest.param("real", True, "must be float, not true", id="a truth for a float"),
    pytest.param("real", "0.5", "must be float, not '0.5'; write 0.5 without quotes", id="a fraction in quotes"),
    pytest.param("real", "1e-3", "must be float, not '1e-3'; write 0.001 without quotes", id="an exponent in quotes"),
    pytest.param("real", "1e-30", "must be float, not '1e-30'; write 1.0e-30 without quotes", id="a tiny one"),
    pytest.param("real", "inf", "must be float, not 'inf'", id="the infinite in quotes"),
    pytest.param("truth", 1, "must be bool, not 1", id="a number for a truth"),
    pytest.param("truth", "True", "must be bool, not 'True'; write true without quotes", id="a truth in quotes"),
    pytest.param("truth", "yes", "must be bool, not 'yes'; write true or false", id="yes"),
    pytest.param("text", 3, "must be a string, not 3; put it in quotes", id="a number for a text"),
    pytest.param(
        "text",
        dt.time(7, 30),
        "must be a string, not the time 07:30:00; put it in quotes if it is meant as text",
        id="time for a text",
    ),
    pytest.param("path", 3, "must be a string, not 3; put it in quotes", id="a number for a path"),
    pytest.param("colour", "Red", "must be 'red' or 'green', not 'Red'; did you mean 'red'?", id="case of a word"),
    pytest.param("level", "low", "must be 1 or 2, not 'low'", id="name of a numbered enum"),
    pytest.param("pair", [1], "must be a list of 2 (int, float), not a list of 1", id="too short"),
    pytest.param("pair", "ab", "must be a list of 2 (int, float), not 'ab'", id="text for a list"),
    pytest.param("weights", [1.0], "must be a table, not a list of 1", id="list for a table"),
    pytest.param(
        "number_or_auto", "atuo", "must be int or 'auto' or 'none', not 'atuo'; did you mean 'auto'?", id="union's word"
    ),
    pytest.param("raw", "a", "cannot be set in a file: it is a bytes, which no file can hold", id="no type for a file"),
]


@pytest.mark.parametrize(("name", "written", "message"), REFUSED)
def test_nothing_else_is_let_in(name, written, message, tools):
    assert mistakes_in({name: written}, ManyConfig, tools) == [f"top.{name}: {message}"]


INSIDE = [
    pytest.param(
        "numbers", [1, "a", 2.5], ["numbers.1: must be int, not 'a'", "numbers.2: must be int, not 2.5"], id="list"
    ),
    pytest.param("weights", {"a": "x"}, ["weights.a: must be float, not 'x'"], id="table"),
    pytest.param("names", [None], ["names.0: must be a string, not null"], id="null in a list"),
    pytest.param(
        "drawers",
        {"top": {"type": "swa"}},
        ["drawers.top.type: no 'swa' among tools; did you mean 'saw'?"],
        id="component in a table",
    ),
    pytest.param(
        "tools",
        [{"type": "saw", "teeht": 1}, {"type": "hammer", "weight": "x"}],
        ["tools.0.teeht: no such setting; did you mean 'teeth'?", "tools.1.weight: must be float, not 'x'"],
        id="components in a list",
    ),
    pytest.param("tool", {"tpye": "saw"}, ["tool.tpye: no such setting; did you mean 'type'?"], id="misspelt type"),
    pytest.param("tool", {}, ["tool: needs a \"type\": 'hammer' or 'saw'"], id="no type"),
    pytest.param(
        "inner_or_name", {"dept": 3}, ["inner_or_name.dept: no such setting; did you mean 'depth'?"], id="union"
    ),
    pytest.param("one_or_many", [1, "x"], ["one_or_many.1: must be float, not 'x'"], id="list of a union"),
    pytest.param("two_or_three", [1, 2, "x"], ["two_or_three.2: must be int, not 'x'"], id="the tuple that fits best"),
    pytest.param(
        "tool_or_none",
        {"type": "axe"},
        ["tool_or_none.type: no 'axe' among tools; there is 'hammer', 'saw'"],
        id="component of a union",
    ),
]


@pytest.mark.parametrize(("name", "written", "messages"), INSIDE)
def test_a_mistake_inside_is_told_where_it_is(name, written, messages, tools):
    assert sorted(mistakes_in({name: written}, ManyConfig, tools)) == [f"top.{message}" for message in messages]


def _even(_, attribute, value):
    if value % 2:
        raise ValueError(f"'{attribute.name}' must be even, not {value}")


@frozen(kw_only=True)
class RangesConfig:
    depth: int = field(default=18, validator=in_((18, 50)))
    stage: int = field(default=2, validator=in_(range(6)))
    mode: str = field(default="fast", validator=in_(("fast", "slow")))
    rate: float = field(default=0.5, validator=and_(gt(0), lt(1)))
    sizes: tuple[int, ...] = field(default=(1,), validator=and_(min_len(1), max_len(3), deep_iterable(ge(1))))
    name: str = field(default="a", validator=matches_re("[a-z]+"))
    anything: Any = field(default="", validator=instance_of(str))
    even: int = field(default=2, validator=_even)
    above: int = 3

    late: int = field(default=2)

    @late.validator
    def _late_enough(self, _, value):
        if value > self.above:
            raise ValueError(f"'late' ({value}) must not exceed 'above' ({self.above})")


OUT_OF_RANGE = [
    pytest.param({"depth": 51}, "depth: must be 18 or 50, not 51", id="none of several"),
    pytest.param({"stage": 6}, "stage: must be from 0 to 5, not 6", id="none of a range"),
    pytest.param({"mode": "fats"}, "mode: must be 'fast' or 'slow', not 'fats'; did you mean 'fast'?", id="word"),
    pytest.param({"rate": 0}, "rate: must be > 0, not 0.0", id="too small"),
    pytest.param({"rate": 1}, "rate: must be < 1, not 1.0", id="too large"),
    pytest.param({"sizes": []}, "sizes: must have at least 1 entry, not 0", id="too few"),
    pytest.param({"sizes": [1, 1, 1, 1]}, "sizes: must have at most 3 entries, not 4", id="too many"),
    pytest.param({"sizes": [2, 0]}, "sizes.1: must be >= 1, not 0", id="one of a list"),
    pytest.param({"sizes": [0, 0]}, "sizes: must be >= 1, not 0", id="all of a list"),
    pytest.param({"name": "7"}, "name: must match the pattern '[a-z]+', not be '7'", id="pattern"),
    pytest.param({"anything": 7}, "anything: must be str, not 7", id="instance"),
    pytest.param({"even": 3}, "even: must be even, not 3", id="a validator of one's own"),
    pytest.param({"late": 4}, "late: 4 must not exceed 'above' (3)", id="a validator that looks at other fields"),
]


@pytest.mark.parametrize(("table", "message"), OUT_OF_RANGE)
def test_validators_speak_in_sentences(table, message):
    assert mistakes_in(table, RangesConfig) == [f"top.{message}"]


@frozen(kw_only=True)
class SpanConfig:
    low: int = field(default=0, validator=ge(0))
    high: int = 10
    step: int = field(default=1, validator=ge(1))

    def __attrs_post_init__(self):
        if self.low > self.high:
            raise ValueError(f"'low' ({self.low}) must not exceed 'high' ({self.high})")
        if self.step > self._length:
            raise ValueError(f"'step' and 'high' do not go together: {self.step} is longer than the span")

    @property
    def _length(self):
        return self.high - self.low


TOGETHER = [
    pytest.param({"low": 11}, ["low: 11 must not exceed 'high' (10)"], id="at the setting it begins with"),
    pytest.param({"high": -1}, [": 'low' (0) must not exceed 'high' (-1)"], id="at the table, where that is not set"),
    pytest.param(
        {"step": 20}, ["step: 'step' and 'high' do not go together: 20 is longer than the span"], id="two settings"
    ),
    pytest.param(
        {"low": 11, "step": 0, "hihg": 1},
        ["hihg: no such setting; did you mean 'high'?", "step: must be >= 1, not 0"],
        id="nothing about what is doubtful",
    ),
    pytest.param(
        {"low": 11, "step": 0},
        ["step: must be >= 1, not 0", "low: 11 must not exceed 'high' (10)"],
        id="what is certain although something is wrong",
    ),
    pytest.param({"step": 20, "high": "x"}, ["high: must be int, not 'x'"], id="nothing that follows from a default"),
    pytest.param({"low": -1, "step": 0}, ["low: must be >= 0, not -1", "step: must be >= 1, not 0"], id="two fields"),
]


@pytest.mark.parametrize(("table", "messages"), TOGETHER)
def test_all_mistakes_of_one_table_are_told_together(table, messages):
    assert mistakes_in(table, SpanConfig) == [f"top.{text}".replace("top.:", "top:") for text in messages]


@frozen(kw_only=True)
class BrokenConfig:
    size: int = 1

    def __attrs_post_init__(self):
        raise KeyError(self.size)


def test_a_class_that_fails_is_no_traceback():
    assert mistakes_in({"size": 2}, BrokenConfig) == ["top: cannot be checked: KeyError: 2"]


def test_equal_experiments_hash_equal(read, good):
    text = '[plugins]\nprefer = { "backbones.trunk" = "tiny-parts" }\n' + good.replace(
        "depth = 50", "options = { b = 1.0, a = 2.0 }"
    )

    one, other = read(text).experiment, read(text.replace("b = 1.0, a = 2.0", "a = 2, b = 1")).experiment

    assert one == other
    assert hash(one) == hash(other)
    assert len({one, other, read(good).experiment}) == 2


def test_an_experiment_hashes_the_same_from_any_format(write, registry):
    tables = """\
{"data": {"train": {"datasets": [{"type": "pictures"}]}},
 "model": {"type": "net", "num_classes": 2},
 "optimizer": {"type": "descent", "lr": 0.1},
 "schedule": {"type": "flat"},
 "training": {"epochs": 2}}
"""

    found = {load(write(name, tables), registry=registry).experiment for name in ("a.json", "a.yaml")}

    assert len(found) == 1
