"""Any backbone goes with any architecture, and nothing but types and sizes has to be said for it."""

from collections.abc import Iterator, Mapping

import attrs
import pytest
import torch
from config_classes import fields_of, first_party_components
from noisy_pictures import noisy_picture
from tiny_models import ARCHITECTURES, BACKBONES, NUM_CLASSES, NUM_KEYPOINTS, PLAIN, TinyArchitecture, variants
from torch import Tensor, nn

from detcore.interfaces import Architecture
from detcore.specs import ArchitectureConfig, BackboneConfig, ComponentConfig, DataSpec
from detcore.structures import Instances

BOX = (10.0, 12.0, 40.0, 50.0)
LARGE = (2.0, 1.0, 60.0, 62.0)
OF_MANY_SIZES = [(4.0, 4.0, 9.0, 8.0), (44.0, 7.0, 54.0, 17.0), (20.0, 40.0, 36.0, 58.0), (30.0, 30.0, 62.0, 60.0)]
"""Something to find on every level."""

ONE_PIXEL = (5.0, 5.0, 6.0, 6.0)
HUNDREDS = [(x, y, x + 9.0, y + 7.0) for x in torch.linspace(0, 50, 20).tolist() for y in range(0, 45, 3)]

DATA = DataSpec(classes=tuple("abcdefgh"[:NUM_CLASSES]), has_masks=True, keypoints=tuple("abcdefgh"[:NUM_KEYPOINTS]))


def named(table: Mapping[str, object]) -> list[object]:
    return [pytest.param(each, id=name) for name, each in table.items()]


def components_of_models() -> dict[tuple[str, str], type[ComponentConfig]]:
    """What an architecture can be made of: every component of a kind that its settings, or theirs, have a field for."""
    components = first_party_components()
    found: dict[tuple[str, str], type[ComponentConfig]] = {}
    groups = [ArchitectureConfig.group]
    for group in groups:
        own = {key: each for key, each in components.items() if key[0] == group}
        found |= own
        wanted = {kind.group for config_class in own.values() for kind in interfaces_in(config_class)}
        groups += sorted(wanted - set(groups))
    return found


def interfaces_in(config_class: type) -> Iterator[type[ComponentConfig]]:
    """Of which kinds a part is asked for."""
    for field in fields_of(config_class):
        if not isinstance(field.leaf, type):
            continue
        if issubclass(field.leaf, ComponentConfig):
            yield field.leaf
        elif attrs.has(field.leaf):
            yield from interfaces_in(field.leaf)


def parts_of(settings: object) -> Iterator[type]:
    """The classes of a config and of all configs inside it."""
    if attrs.has(type(settings)):
        yield type(settings)
        for field in attrs.fields(type(settings)):
            yield from parts_of(getattr(settings, field.name))
    elif isinstance(settings, tuple):
        for each in settings:
            yield from parts_of(each)


def stirred(model: Architecture) -> Architecture:
    """The model, with noise for weights that begin at zero: a layer that does nothing yet teaches none below it."""
    for name, parameter in model.named_parameters():
        if name.endswith("weight") and not parameter.any():
            nn.init.normal_(parameter, std=0.05)
    return model


def floats_in(output: object) -> Iterator[Tensor]:
    """Every tensor of real numbers that a prediction holds, however deep."""
    if isinstance(output, Tensor):
        yield from [output] if output.is_floating_point() else []
    elif isinstance(output, dict):
        yield from floats_in([*output.values()])
    elif isinstance(output, list | tuple):
        for each in output:
            yield from floats_in(each)
    elif isinstance(output, Instances):
        yield from floats_in(output.fields())
    elif hasattr(output, "tensor"):
        yield output.tensor


@pytest.mark.parametrize("key", [pytest.param(key, id=" ".join(key)) for key in components_of_models()])
def test_every_component_that_is_registered_takes_part(key):
    used = {part for backbone in variants(BACKBONES).values() for part in parts_of(backbone)}
    used |= {part for each in variants(ARCHITECTURES).values() for part in parts_of(each(PLAIN))}

    assert components_of_models()[key] in used, (
        f"{key[1]!r} is registered in {key[0]!r}, but no tiny model contains it, so nothing tries it with the others;"
        " give it a line in tests/support/tiny_models.py"
    )


def test_tiny_settings_stand_under_their_types():
    components = first_party_components()

    for table, group in ((BACKBONES, BackboneConfig.group), (ARCHITECTURES, ArchitectureConfig.group)):
        for kind, several in table.items():
            for special, settings in several.items():
                config = settings if isinstance(settings, ComponentConfig) else settings(PLAIN)
                assert type(config) is components[group, kind], (kind, special)


@pytest.mark.parametrize("architecture", named(variants(ARCHITECTURES)))
@pytest.mark.parametrize("backbone", named(variants(BACKBONES)))
def test_a_training_step_teaches_every_weight_and_pictures_are_understood(
    backbone: BackboneConfig, architecture: TinyArchitecture
):
    torch.manual_seed(0)
    config = architecture(backbone)
    assert config.check(DATA) == []
    model = stirred(config.build())
    inputs = [noisy_picture(64, 70, [BOX, *OF_MANY_SIZES]), noisy_picture(72, 64, [LARGE, *OF_MANY_SIZES])]

    losses = model.train().losses(inputs)
    sum(losses.values()).backward()
    with torch.no_grad():
        outputs = model.eval()(inputs)

    assert {name: loss.item() for name, loss in losses.items() if not loss.isfinite()} == {}
    learning = {name: weight for name, weight in model.named_parameters() if weight.requires_grad}
    assert [name for name, weight in learning.items() if weight.grad is None] == []
    assert [name for name, weight in learning.items() if not weight.grad.isfinite().all()] == []
    assert [name for name, weight in learning.items() if not weight.grad.any()] == []
    assert len(outputs) == 2
    found = list(floats_in(outputs))
    assert found
    assert all(numbers.isfinite().all() for numbers in found)


@pytest.mark.parametrize(
    "boxes",
    [
        pytest.param(([BOX],), id="a single picture"),
        pytest.param(([BOX], []), id="one picture is empty"),
        pytest.param(([], [], []), id="all three are empty"),
        pytest.param(([ONE_PIXEL], [ONE_PIXEL, BOX]), id="objects of one pixel"),
        pytest.param((HUNDREDS,), id="300 objects"),
        pytest.param(([BOX], [], [LARGE, ONE_PIXEL]), id="three pictures"),
    ],
)
@pytest.mark.parametrize("architecture", named(variants(ARCHITECTURES)))
def test_a_step_is_finite_whatever_is_marked(architecture, boxes):
    torch.manual_seed(0)
    model = architecture(PLAIN).build()
    inputs = [noisy_picture(65 + 3 * index, 71 - 5 * index, own) for index, own in enumerate(boxes)]

    losses = model.train().losses(inputs)
    sum(losses.values()).backward()
    with torch.no_grad():
        outputs = model.eval()(inputs)

    assert {name: loss.item() for name, loss in losses.items() if not loss.isfinite()} == {}
    for name, weight in model.named_parameters():
        assert weight.grad is not None, name
        assert weight.grad.isfinite().all(), name
    assert len(outputs) == len(inputs)
    assert all(numbers.isfinite().all() for numbers in floats_in(outputs))
