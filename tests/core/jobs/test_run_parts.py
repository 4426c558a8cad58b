import re
from contextlib import nullcontext

import pytest
import torch
from attrs import evolve, field, frozen
from tiny_detector import CountEvaluatorConfig
from tiny_experiment import tiny_experiment
from torch import nn

from detcore.config import EvaluationConfig, dump_toml
from detcore.data import class_image_counts
from detcore.errors import ConfigError, PluginError, RunError
from detcore.jobs.assembly import (
    build_evaluators,
    build_optimizer,
    check_fit,
    select_device,
    tell_class_counts,
    total_steps,
)
from detcore.jobs.building import failing_part_named
from detcore.jobs.parts import open_parts
from detcore.jobs.resuming import check_same_experiment
from detcore.plugins import installed_registry
from detcore.specs import DatasetMetadata, EvaluatorConfig, EvaluatorNeeds, Problem


def test_epochs_become_steps_of_whole_batches(tmp_path):
    experiment = tiny_experiment(tmp_path, training__steps=None, training__epochs=1.5)

    assert [total_steps(experiment, length) for length in (12, 13)] == [5, 5]


def test_a_device_that_is_not_there_is_refused():
    with pytest.raises(ConfigError, match=r"^training.device: 'quantum' cannot be used here: "):
        select_device("quantum")


def test_a_model_that_does_not_fit_the_opened_data_is_refused(tmp_path):
    experiment = tiny_experiment(tmp_path)

    with pytest.raises(ConfigError, match=r"^model.num_classes: num_classes is 5, but the data has 1$"):
        check_fit(experiment, DatasetMetadata(classes=("cell",)), None)


@pytest.mark.parametrize(
    ("train", "test", "expected"),
    [
        pytest.param(True, True, (True, ()), id="both"),
        pytest.param(True, False, (False, ("data.test",)), id="training data alone"),
        pytest.param(False, None, (False, ("data.train",)), id="test data unknown"),
        pytest.param(True, None, (None, ()), id="not known of the test data"),
    ],
)
def test_a_model_is_told_of_the_proposals_of_training_and_test_data(tmp_path, train, test, expected):
    experiment, told = tiny_experiment(tmp_path), []

    @frozen(kw_only=True)
    class AskedConfig(type(experiment.model)):
        def check(self, data):
            told.append((data.has_proposals, data.without_proposals))
            return []

    opened = [DatasetMetadata(classes=("cell",), has_proposals=has_proposals) for has_proposals in (train, test)]
    check_fit(evolve(experiment, model=AskedConfig()), *opened)

    assert told == [expected]


def test_an_evaluator_without_what_it_needs_is_refused(tmp_path):
    class NeedyConfig(CountEvaluatorConfig):
        def needs(self):
            return EvaluatorNeeds(metadata=frozenset({"keypoints"}))

    config = evolve(tiny_experiment(tmp_path).evaluation, evaluators=(NeedyConfig(),))

    with pytest.raises(
        ConfigError, match=r"^evaluation.evaluators: NeedyConfig needs keypoints, which the data lacks$"
    ):
        build_evaluators(config, DatasetMetadata(classes=("cell",)), registry=installed_registry())


def test_an_evaluator_that_does_not_fit_what_is_predicted_is_refused(tmp_path):
    class PickyConfig(CountEvaluatorConfig):
        def check(self, *, metadata, predicted):
            return [Problem(f"{sorted(predicted)} of {metadata.classes} cannot be measured", ("unit",))]

    config = evolve(tiny_experiment(tmp_path).evaluation, evaluators=(CountEvaluatorConfig(), PickyConfig()))

    with pytest.raises(ConfigError) as caught:
        build_evaluators(config, CELLS, registry=installed_registry(), predicted=frozenset({"sem_seg"}))

    assert str(caught.value) == "evaluation.evaluators.1.unit: ['sem_seg'] of ('cell',) cannot be measured"


def test_a_model_without_anything_to_learn_is_refused(tmp_path):
    parts = open_parts(tiny_experiment(tmp_path))
    parts.model.requires_grad_(requires_grad=False)

    with pytest.raises(ConfigError, match=r"^model: every parameter is frozen, so there is nothing to train$"):
        build_optimizer(parts.experiment, parts.model, registry=parts.registry)


def test_fresh_weights_depend_on_the_seed_alone(tmp_path):
    experiment = tiny_experiment(tmp_path)
    first = open_parts(experiment).model.box.weight
    torch.rand(17)

    assert torch.equal(open_parts(experiment).model.box.weight, first)


class Frequent(nn.Module):
    """A part that learns of frequencies, or could and does not care."""

    def __init__(self, *, cares):
        super().__init__()
        self.needs_class_counts = cares
        self.told = None

    def learn_class_counts(self, counts):
        self.told = counts


def test_parts_that_care_are_told_how_frequent_classes_are_in_training(tmp_path):
    dataset = open_parts(tiny_experiment(tmp_path)).dataset
    model = nn.ModuleDict({"careful": nn.Sequential(Frequent(cares=True)), "careless": Frequent(cares=False)})

    tell_class_counts(model, dataset)

    assert model["careful"][0].told == class_image_counts(dataset)
    assert model["careless"].told is None


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        pytest.param({"training__steps": 99}, True, id="length"),
        pytest.param({"run__name": "other"}, True, id="name"),
        pytest.param({"data__loader": {"workers": 3}}, True, id="workers"),
        pytest.param({"data__loader": {"aspect_ratio_grouping": False}}, False, id="grouping"),
        pytest.param({"run__seed": 1}, False, id="seed"),
        pytest.param({"optimizer__lr": 1.0}, False, id="learning rate"),
    ],
)
def test_experiments_are_told_apart_by_what_a_step_computes(tmp_path, changes, same):
    stored = tmp_path / "config.toml"
    stored.write_text(dump_toml(tiny_experiment(tmp_path)))

    with nullcontext() if same else pytest.raises(RunError, match=r"cannot be resumed with this config: "):
        check_same_experiment(stored, tiny_experiment(tmp_path, **changes))


class BrokenConfig(CountEvaluatorConfig):
    def build(self, *, metadata):
        raise ZeroDivisionError("no luck")


class CarefulConfig(CountEvaluatorConfig):
    def build(self, *, metadata):
        raise ConfigError("too few classes")


def test_a_component_that_cannot_be_built_is_named():
    registry = installed_registry().restricted()
    registry.add("broken", BrokenConfig, distribution="det-unlucky", version="1.2")
    config = EvaluationConfig(evaluators=(BrokenConfig(),))

    with pytest.raises(
        PluginError,
        match=r"^det-unlucky 1.2 failed while building evaluators:det-unlucky/broken: ZeroDivisionError: no luck "
        rf"\({re.escape(__file__)}:\d+\). It was registered as 'broken' while the program ran. ",
    ):
        build_evaluators(config, DatasetMetadata(classes=("cell",)), registry=registry)


CELLS = DatasetMetadata(classes=("cell",))


@frozen(kw_only=True)
class BrokenPartConfig(EvaluatorConfig):
    def needs(self):
        return EvaluatorNeeds()

    def build(self, *, metadata):
        raise IndexError("list index out of range")


@frozen(kw_only=True)
class WholeConfig(CountEvaluatorConfig):
    """Builds a part of its own."""

    part: EvaluatorConfig = field(factory=BrokenPartConfig)

    def build(self, *, metadata):
        return self.part.build(metadata=metadata)


def test_a_part_that_cannot_be_built_is_named_instead_of_the_whole():
    registry = installed_registry().restricted()
    registry.add("whole", WholeConfig, distribution="det-whole")
    registry.add("part", BrokenPartConfig, distribution="det-part", version="1.0")

    with pytest.raises(
        PluginError, match=r"^det-part 1\.0 failed while building evaluators:det-part/part: IndexError: list index "
    ):
        build_evaluators(EvaluationConfig(evaluators=(WholeConfig(),)), CELLS, registry=registry)


@pytest.fixture
def broken_part(tmp_path):
    """An experiment one of whose parts cannot be built, and the registry that knows the part."""
    evaluation = EvaluationConfig(evaluators=(CountEvaluatorConfig(), WholeConfig()))
    return evolve(tiny_experiment(tmp_path), evaluation=evaluation)


def test_an_error_while_building_names_the_path_of_the_part(broken_part):
    registry = installed_registry().restricted()
    registry.add("part", BrokenPartConfig, distribution="det-part", version="1.0")

    with (
        pytest.raises(PluginError, match=r"^evaluation\.evaluators\.1\.part: det-part 1\.0 failed ") as failure,
        failing_part_named(broken_part),
    ):
        build_evaluators(broken_part.evaluation, CELLS, registry=registry)

    assert failure.value.part == ("evaluation", "evaluators", 1, "part")


def test_what_a_part_says_to_the_user_is_told_with_its_path(tmp_path):
    experiment = evolve(tiny_experiment(tmp_path), evaluation=EvaluationConfig(evaluators=(CarefulConfig(),)))

    with (
        pytest.raises(ConfigError, match=r"^evaluation\.evaluators\.0: too few classes$"),
        failing_part_named(experiment),
    ):
        build_evaluators(experiment.evaluation, DatasetMetadata(classes=("cell",)), registry=installed_registry())


def test_an_error_after_building_has_no_path(tmp_path):
    with pytest.raises(RunError, match=r"^full$") as failure, failing_part_named(tiny_experiment(tmp_path)):
        raise RunError("full")

    assert failure.value.part == ()


def test_what_a_component_says_to_the_user_while_it_is_built_passes():
    registry = installed_registry().restricted()
    registry.add("careful", CarefulConfig)
    config = EvaluationConfig(evaluators=(CarefulConfig(),))

    with pytest.raises(ConfigError, match=r"^too few classes$"):
        build_evaluators(config, DatasetMetadata(classes=("cell",)), registry=registry)
