"""What someone who writes TOML sees in an editor, told by the server behind Even Better TOML."""

import pytest

pytestmark = pytest.mark.editor

SCHEMA = "#:schema ./detcore.schema.json\n"


def test_components_are_offered_with_what_they_are(toml):
    offered = toml.completions("type.toml", SCHEMA + "[optimizer]\ntype = |\n")

    assert list(offered) == ["adamw", "sgd", "det-core/adamw", "det-core/sgd"]
    assert offered["sgd"].startswith("Stochastic gradient descent with momentum")


def test_components_are_offered_between_quotes(toml):
    assert "coco" in toml.completions("quotes.toml", SCHEMA + '[[data.train.datasets]]\ntype = "|"\n')


def test_settings_of_a_table_are_offered_with_their_text(toml):
    offered = toml.completions("table.toml", SCHEMA + "[training]\n|\n")

    assert offered["batch_size"] == "Pictures per optimizer step, over all ranks and micro-batches."


def test_settings_of_a_component_are_offered_with_their_text(toml):
    offered = toml.completions("component.toml", SCHEMA + '[model.backbone.bottom_up]\ntype = "resnet"\n|\n')

    assert offered["depth"].startswith("Layers with weights: 18, 34")


def test_settings_of_a_plugins_own_interface_are_offered(toml):
    offered = toml.completions("mask_head.toml", SCHEMA + '[model.roi_heads.mask_head]\ntype = "fcn"\n|\n')

    assert offered["deconv_dim"] == "Channels of the deconvolution that doubles the resolution."


def test_values_of_a_choice_are_offered(toml):
    offered = toml.completions("choice.toml", SCHEMA + "[training]\nprecision = |\n")

    assert list(offered) == ["float32", "bfloat16", "float16"]


def test_tables_are_offered_in_a_header(toml):
    assert {"model", "data.train", "training"} <= toml.completions("header.toml", SCHEMA + "[|]\n").keys()


def test_a_setting_explains_itself_under_the_pointer(toml):
    told = toml.hover("hover.toml", SCHEMA + "[training]\nbatch_si|ze = 4\n")

    assert told == "Pictures per optimizer step, over all ranks and micro-batches."


def test_a_component_explains_itself_under_the_pointer(toml):
    told = toml.hover("hover_type.toml", SCHEMA + '[optimizer]\ntype = "sg|d"\n')

    assert told == "Stochastic gradient descent with momentum; norm layers are not decayed unless asked for."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "[training]\nbatch_sise = 4\n",
            (2, "Additional properties are not allowed ('batch_sise' was unexpected)"),
            id="a key",
        ),
        pytest.param(
            '[optimizer]\ntype = "sgdd"\n',
            (3, '"sgdd" is not one of ["adamw","sgd","det-core/adamw","det-core/sgd"]'),
            id="a component",
        ),
        pytest.param(
            '[model.backbone.bottom_up]\ntype = "resnet"\ndepht = 50\n',
            (2, "Additional properties are not allowed ('depht' was unexpected)"),
            id="a key of a nested component",
        ),
        pytest.param("[training]\nbatch_size = 0\n", (3, "0 is less than the minimum of 1"), id="a value out of range"),
    ],
)
def test_a_mistake_is_marked(toml, request, text, expected):
    name = f"{request.node.callspec.id.replace(' ', '_')}.toml"

    assert toml.diagnostics(name, SCHEMA + text) == [expected]
