"""What someone who writes YAML sees in an editor, told by the YAML language server."""

import pytest

pytestmark = pytest.mark.editor

SCHEMA = "# yaml-language-server: $schema=./detcore.schema.json\n"


def test_components_are_offered_with_what_they_are(yaml):
    offered = yaml.completions("type.yaml", SCHEMA + "optimizer:\n  type: |\n")

    assert list(offered) == ["adamw", "sgd", "det-core/adamw", "det-core/sgd"]
    assert offered["sgd"].startswith("Stochastic gradient descent with momentum")


def test_settings_of_a_table_are_offered_with_their_text(yaml):
    offered = yaml.completions("table.yaml", SCHEMA + "training:\n  |\n")

    assert offered["batch_size"] == "Pictures per optimizer step, over all ranks and micro-batches."


def test_only_settings_of_the_chosen_component_are_offered(yaml):
    offered = yaml.completions("component.yaml", SCHEMA + "optimizer:\n  type: sgd\n  |\n")

    assert offered["momentum"] == "Share of the last step that the next one keeps."
    assert "betas" not in offered  # which is adamw's


def test_settings_of_a_component_in_a_list_are_offered(yaml):
    text = "data:\n  train:\n    augmentations:\n      - type: random-crop\n        |\n"

    assert list(yaml.completions("list.yaml", SCHEMA + text)) == ["size", "mode", "around_object"]


def test_values_of_a_choice_are_offered(yaml):
    offered = yaml.completions("choice.yaml", SCHEMA + "training:\n  precision: |\n")

    assert list(offered) == ["float32", "bfloat16", "float16"]


def test_tables_are_offered_at_the_top(yaml):
    assert {"extends", "model", "data", "training"} <= yaml.completions("top.yaml", SCHEMA + "|\n").keys()


def test_a_setting_explains_itself_under_the_pointer(yaml):
    told = yaml.hover("hover.yaml", SCHEMA + "training:\n  batch_si|ze: 4\n")

    assert "Pictures per optimizer step, over all ranks and micro-batches." in told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("training:\n  batch_sise: 4\n", (3, "Property batch_sise is not allowed."), id="a key"),
        pytest.param(
            "optimizer:\n  type: sgdd\n",
            (3, 'Value is not accepted. Valid values: "adamw", "sgd", "det-core/adamw", "det-core/sgd".'),
            id="a component",
        ),
        pytest.param(
            "model:\n  backbone:\n    bottom_up:\n      type: resnet\n      depht: 50\n",
            (6, "Property depht is not allowed."),
            id="a key of a nested component",
        ),
        pytest.param(
            "optimizer:\n  type: sgd\n  lr: much\n",
            (4, "Must be of type number, or a reference such as ${data.root}."),
            id="a text for a number",
        ),
    ],
)
def test_a_mistake_is_marked(yaml, request, text, expected):
    name = f"{request.node.callspec.id.replace(' ', '_')}.yaml"

    assert yaml.diagnostics(name, SCHEMA + text) == [expected]
