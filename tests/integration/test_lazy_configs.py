"""Reading, changing, comparing and writing the configs of the house builds nothing."""

import pytest
from attrs import evolve
from experiments import EXPERIMENTS
from repository import ROOT

from detcore.config import differences, dump_json, dump_toml, dump_yaml, explain, load
from detcore.plugins import GROUPS_WITHOUT_CONFIG, installed_registry
from detcore.specs import ComponentConfig


@pytest.fixture
def nothing_builds(monkeypatch):
    """Every ``build`` of every installed config class fails the test."""

    def build(self, *args, **kwargs):
        raise AssertionError(f"{type(self).__name__} is built")

    registry = installed_registry()
    classes = [
        found
        for row in registry.rows
        if row.component.group not in GROUPS_WITHOUT_CONFIG
        and issubclass(found := registry.load(row.component, object), ComponentConfig)
    ]
    for config_class in classes:
        monkeypatch.setattr(config_class, "build", build, raising=False)
    return classes


@pytest.mark.usefixtures("nothing_builds")
@pytest.mark.parametrize("path", EXPERIMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_config_is_read_changed_compared_and_written_without_building_anything(path):
    experiment = load(path, compare_parts=False).experiment

    other = evolve(experiment, run=evolve(experiment.run, seed=7))
    texts = [dump(other) for dump in (dump_toml, dump_yaml, dump_json)]

    assert [found.path for found in differences(experiment, other)] == ["run.seed"]
    assert all(texts)
    assert explain(path, "run.seed")[0].default_of == "RunConfig"  # none of them states a seed


def test_the_refusal_refuses(nothing_builds):
    experiment = load(ROOT / "configs/quickstart.toml").experiment

    with pytest.raises(AssertionError, match=r"^GeneralizedRCNNConfig is built$"):
        experiment.model.build()
