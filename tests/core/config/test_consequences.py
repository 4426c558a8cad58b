"""A mistake is told once: what only follows from it is not told beside it."""

import pytest
from attrs import frozen

from detcore.config import load
from detcore.errors import ConfigError
from detcore.specs import ArchitectureConfig, ComponentConfig, Problem


@pytest.fixture
def registry(registry):
    """With a net whose pooler is of no use without a mask head."""
    net = registry.load(registry.resolve(ArchitectureConfig.group, "net"), ArchitectureConfig)
    head: type[ComponentConfig] = registry.load(registry.resolve("tiny.heads", "linear"), ComponentConfig).__base__

    @frozen(kw_only=True)
    class MaskNetConfig(net):
        mask_head: head | None = None
        mask_pooler: int | None = None

        def check(self, data):
            yield from net.check(self, data)
            if self.mask_pooler and not self.mask_head:
                yield Problem("pools for a mask head, but there is none", ("mask_pooler",))

    registry.add("mask-net", MaskNetConfig, distribution="tiny-net")
    return registry


@pytest.fixture
def told(write, good, registry):
    """The paths, with sentences, of everything wrong with the good config once a text in it is another."""

    def told(old, new, *overrides):
        path = write("a.toml", good.replace(old, new))
        with pytest.raises(ConfigError) as caught:
            load(path, overrides=overrides, registry=registry)
        return [line.partition(": ")[2] for line in str(caught.value).splitlines()]

    return told


MASKS = 'type = "mask-net"\nmask_pooler = 7\n'


def test_a_problem_that_nothing_else_explains_is_told(told):
    assert told('type = "net"\n', MASKS) == ["model.mask_pooler: pools for a mask head, but there is none"]


@pytest.mark.parametrize(
    ("head", "mistake"),
    [
        pytest.param(
            'mask_head = { type = "linaer" }', "model.mask_head.type: ", id="an optional part of an unknown type"
        ),
        pytest.param(
            'mask_haed = { type = "linear" }', "model.mask_haed: no such setting", id="an optional part misspelt"
        ),
        pytest.param("mask_head = 3", "model.mask_head: must be ", id="an optional part that is no table"),
    ],
)
def test_what_an_object_lacks_only_because_it_could_not_be_read_is_not_told(told, head, mistake):
    (line,) = told('type = "net"\n', f"{MASKS}{head}\n")

    assert line.startswith(mistake)


def test_a_problem_of_another_object_is_told_beside_it(told):
    found = told('type = "net"\n', MASKS, "training.zzz=1", "model.backbone.bias=3")

    assert [line.partition(": ")[0] for line in found if "mask" in line] == ["model.mask_pooler"]


def test_a_position_outside_a_list_is_one_mistake(told):
    (line,) = told('type = "net"\n', 'type = "net"\n', "data.test.datasets.-9.known=true")

    assert "data.test.datasets.-9" in line


@pytest.mark.parametrize(
    ("test", "mistake"),
    [
        pytest.param("[data.test]\ndatasets = []\n", "data.test.datasets: ", id="test data that cannot be read"),
        pytest.param('[data.tset]\ndatasets = [{ type = "pictures" }]\n', "data.tset: ", id="test data misspelt"),
    ],
)
def test_evaluators_do_not_lack_test_data_that_is_only_wrong(told, test, mistake):
    before = '[data.test]\ndatasets = [{ type = "pictures" }]\n'

    (line,) = told(before, test, 'evaluation.evaluators=[{type="points"}]')

    assert line.startswith(mistake)


LAYERS = [
    pytest.param("epochs = 2", "", ["training.steps=3"], "override 'training.steps=3'", id="an override"),
    pytest.param("steps = 2", "", ["training.epochs=3"], "override 'training.epochs=3'", id="the other by override"),
    pytest.param("epochs = 2", "steps = 3", [], "a.toml:3", id="the file over another"),
    pytest.param("steps = 2", "epochs = 3", [], "a.toml:3", id="the other in the file over another"),
]


@pytest.mark.parametrize(("below", "above", "overrides", "origin"), LAYERS)
def test_of_two_settings_that_exclude_each_other_the_newest_is_blamed(
    write, good, registry, below, above, overrides, origin
):
    write("base.toml", good.replace("epochs = 2", below))
    path = write("a.toml", f'extends = "base.toml"\n[training]\n{above}\n')

    with pytest.raises(ConfigError) as caught:
        load(path, overrides=overrides, registry=registry)

    assert str(caught.value) == f"{origin}: training: needs either 'epochs' or 'steps', found both"
