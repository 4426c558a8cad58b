import json

import pytest
import tomli
from attrs import field, frozen
from attrs.validators import and_, deep_iterable, ge, gt, in_, le, lt, max_len, min_len, optional
from jsonschema import Draft7Validator

from detcore.config import json_schema
from detcore.config.schema.defaults import default_keyword
from detcore.config.structuring.limits import limits_of
from detcore.plugins import Component, Registry, Row
from detcore.specs import BackboneConfig, ComponentConfig


@pytest.fixture
def schema(registry):
    return json_schema(registry).schema


@pytest.fixture
def problems(schema):
    """Where and what the schema refuses in a file."""
    validator = Draft7Validator(schema)

    def problems(text):
        found = validator.iter_errors(tomli.loads(text))
        return sorted((".".join(map(str, error.absolute_path)), error.message) for error in found)

    return problems


def head_config(registry):
    """The interface of heads."""
    return registry.load(registry.resolve("tiny.heads", "linear"), object).__base__


def test_the_schema_is_one(schema):
    Draft7Validator.check_schema(schema | {"definitions": schema["$defs"]})  # which is where draft 7 looks


def test_a_good_file_is_accepted(problems, good):
    assert problems(good) == []


def test_the_same_components_give_the_same_text(registry):
    again = Registry()
    for row in reversed(registry.rows):
        again.add(row.component.name, registry.load(row.component, ComponentConfig), distribution="tiny-parts")

    assert json.dumps(json_schema(again)) == json.dumps(json_schema(registry))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('extends = "base.toml"', id="a file over a base"),
        pytest.param('extends = ["a.toml", "b.toml"]\n[training]\nsteps = 3', id="a file over two"),
        pytest.param("[training]\nbatch_size = 4", id="a base that is not complete"),
        pytest.param("[model.backbone]\ndepth = 50", id="part of a component whose type another file states"),
        pytest.param('[model.backbone]\ntype = "tiny-parts/trunk"', id="a qualified name"),
        pytest.param('[model.backbone]\ntype = "backbones:tiny-parts/trunk"', id="a full name"),
        pytest.param('[model.backbone]\ntype = "${run.name}"', id="a name that is a reference"),
        pytest.param('[training]\nbatch_size = "${data.size}"', id="a reference for a number"),
        pytest.param('[training]\nprecision = "${run.name}"', id="a reference for a choice"),
        pytest.param('[data.train]\ndatasets = "${data.test.datasets}"', id="a reference for a list"),
        pytest.param('[data.train]\ndatasets = ["${data.test.datasets.0}"]', id="a reference in a list"),
        pytest.param('[model]\nbackbone = "${other}"', id="a reference for a component"),
        pytest.param('[model.backbone]\ntype = "trunk"\nsteps = [1, 2]', id="the other type of a union"),
        pytest.param('[model.backbone]\ntype = "trunk"\nmode = 3', id="a number among words"),
        pytest.param('[optimizer]\ntype = "descent"\nbetas = [0, 0.5]', id="an int for a float"),
        pytest.param('[model.backbone]\ntype = "trunk"\noptions = { a = 1, b = "${c}" }', id="a table of any keys"),
    ],
)
def test_what_may_stand_in_a_file_is_accepted(problems, text):
    assert problems(text) == []


BETAS = '[optimizer]\ntype = "descent"\nbetas = '


@pytest.mark.parametrize(
    ("text", "path"),
    [
        pytest.param("[trainin]\nsteps = 3", "", id="a misspelt table"),
        pytest.param("[training]\nstepps = 3", "training", id="a misspelt key"),
        pytest.param("extends = 3", "extends", id="a base that is no path"),
        pytest.param("[training]\nbatch_size = 0", "training.batch_size", id="out of range"),
        pytest.param("[training]\nbatch_size = 2.5", "training.batch_size", id="a fraction for an int"),
        pytest.param('[training]\nbatch_size = "4"', "training.batch_size", id="a text for an int"),
        pytest.param('[training]\nprecision = "float3"', "training.precision", id="an unknown choice"),
        pytest.param("[data.loader]\naspect_ratio_grouping = 1", "data.loader.aspect_ratio_grouping", id="1 for true"),
        pytest.param('[model.backbone]\ntype = "trunc"', "model.backbone.type", id="a misspelt component"),
        pytest.param('[model.backbone]\ntype = "trunk"\ndepht = 50', "model.backbone", id="a key its type lacks"),
        pytest.param("[model.backbone]\ndepht = 50", "model.backbone", id="a key that no type has"),
        pytest.param('[model.backbone]\ntype = "trunk"\ndepth = 19', "model.backbone.depth", id="not among in_"),
        pytest.param('[model.backbone]\ntype = "trunk"\nmode = "4"', "model.backbone.mode", id="not among literals"),
        pytest.param('[model.backbone]\ntype = "trunk"\nsteps = "many"', "model.backbone.steps", id="neither of two"),
        pytest.param(BETAS + "[0.1]", "optimizer.betas", id="a pair of one"),
        pytest.param(BETAS + '[0.1, "x"]', "optimizer.betas.1", id="a text in a pair"),
        pytest.param("[data.train]\ndatasets = [{}]", "data.train.datasets.0", id="a listed component without a type"),
        pytest.param('[plugins.prefer]\n"backbones.x" = 3', "plugins.prefer.backbones.x", id="a value of a free table"),
        pytest.param("[training]\nbatch_size = [1]", "training.batch_size", id="a list for a number"),
    ],
)
def test_a_mistake_is_found_at_its_place(problems, text, path):
    assert [where for where, _ in problems(text)] == [path]


def test_a_component_in_a_list_is_told_what_it_lacks(registry):
    @frozen(kw_only=True)
    class WideHeadConfig(head_config(registry)):
        width: int

    registry.add("wide", WideHeadConfig, distribution="tiny-parts")
    validator = Draft7Validator(json_schema(registry).schema)

    errors = validator.iter_errors({"model": {"type": "net", "heads": [{"type": "wide"}]}})

    assert [error.message for error in errors] == ["'width' is a required property"]


def test_settings_carry_their_text_default_and_range(schema):
    setting = schema["properties"]["training"]["properties"]["batch_size"]

    assert setting == {
        "type": ["integer", "string"],
        "minimum": 1,
        "description": "Pictures per optimizer step, over all ranks and micro-batches.",
        "default": 16,
        "pattern": r"\$\{.+\}",
        "patternErrorMessage": "Must be of type integer, or a reference such as ${data.root}.",
    }


def test_short_names_are_offered_before_qualified_ones(schema):
    offered = schema["properties"]["optimizer"]["properties"]["type"]["anyOf"][0]

    assert offered["enum"] == ["descent", "tiny-parts/descent"]


def test_components_that_hold_their_own_kind_are_described_once(registry):
    @frozen(kw_only=True)
    class WrapperConfig(BackboneConfig):
        inner: BackboneConfig

        def output_shapes(self):
            return None

        def build(self):
            raise AssertionError("describing a config builds nothing")

    registry.add("wrapper", WrapperConfig, distribution="tiny-parts")
    validator = Draft7Validator(json_schema(registry).schema)
    nested = {"type": "wrapper", "inner": {"type": "wrapper", "inner": {"type": "trunk", "depht": 1}}}

    (error,) = validator.iter_errors({"model": {"backbone": nested}})

    assert list(error.absolute_path) == ["model", "backbone", "inner", "inner"]


def test_a_plain_table_that_holds_itself_ends(registry):
    @frozen(kw_only=True)
    class Tree:
        branches: tuple["Tree", ...] = ()

    @frozen(kw_only=True)
    class TreeHeadConfig(head_config(registry)):
        tree: Tree = field(factory=Tree)

    Tree.__annotations__["branches"] = tuple[Tree, ...]
    registry.add("tree", TreeHeadConfig, distribution="tiny-parts")

    schema = json_schema(registry).schema

    Draft7Validator.check_schema(schema | {"definitions": schema["$defs"]})


def test_a_broken_plugin_is_left_out_and_named(registry):
    component = Component("detcore.backbones", "broken", "broken-parts", "1.0", "no_such_module:Config")
    rows = [*registry.rows, Row(component, "ok", "")]
    broken = Registry(rows)
    broken._classes = dict(registry._classes)

    schema, left_out = json_schema(broken)

    assert "broken" not in json.dumps(schema)
    (message,) = left_out
    assert message.startswith("broken-parts 1.0 failed while being imported: ModuleNotFoundError: No module named")


def test_an_unusable_plugin_is_left_out_with_its_reason():
    component = Component("detcore.optimizers", "old", "old-parts", "1.0", "old:Config")

    _, left_out = json_schema(Registry([Row(component, "incompatible", "it needs det-core<0.1")]))

    assert left_out == ["optimizers:old-parts/old cannot be used: it needs det-core<0.1"]


def test_a_short_name_of_two_distributions_may_mean_either(registry):
    @frozen(kw_only=True)
    class TallHeadConfig(head_config(registry)):
        height: int = 1

    registry.add("linear", TallHeadConfig, distribution="other-parts")
    validator = Draft7Validator(json_schema(registry).schema)

    def accepts(**table):
        return validator.is_valid({"model": {"head": table}})

    assert accepts(type="linear", width=2)
    assert accepts(type="linear", height=2)
    assert not accepts(type="linear", depth=2)
    assert not accepts(type="other-parts/linear", width=2)


@pytest.mark.parametrize(
    ("validator", "limits"),
    [
        pytest.param(None, [], id="none"),
        pytest.param(ge(1), [{"minimum": 1}], id="ge"),
        pytest.param(and_(gt(0), lt(1)), [{"exclusiveMinimum": 0, "exclusiveMaximum": 1}], id="and"),
        pytest.param(optional(le(3)), [{"maximum": 3}], id="optional"),
        pytest.param(in_((1, 2)), [{"enum": [1, 2]}], id="in"),
        pytest.param(deep_iterable(ge(1)), [{}, {"minimum": 1}], id="items"),
        pytest.param(deep_iterable(ge(1), min_len(2)), [{"minItems": 2}, {"minimum": 1}], id="items and how many"),
        pytest.param(and_(max_len(2), deep_iterable(ge(1))), [{"maxItems": 2}, {"minimum": 1}], id="levels are joined"),
        pytest.param(print, [], id="a function of one's own"),
    ],
)
def test_what_validators_refuse_is_told(validator, limits):
    assert limits_of(validator) == limits


def test_a_default_table_holds_what_differs_from_its_own_defaults(registry):
    trunk = registry.load(registry.resolve("detcore.backbones", "trunk"), object)

    @frozen(kw_only=True)
    class Holder:
        plain: BackboneConfig = field(factory=trunk)
        deep: BackboneConfig = field(factory=lambda: trunk(depth=50))
        needed: int
        nothing: int | None = None

    defaults = {each.name: default_keyword(each, registry) for each in Holder.__attrs_attrs__}

    assert defaults == {
        "plain": {"default": {"type": "trunk"}},
        "deep": {"default": {"type": "trunk", "depth": 50}},
        "needed": {},
        "nothing": {},
    }
