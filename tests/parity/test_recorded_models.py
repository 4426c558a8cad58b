"""Models give the reference's numbers: every recorded one, built from its facts and from its Detectron2 config."""

from typing import Any

import numpy as np
import pytest
from recorded_arrays import beginning_with
from recorded_models import inference_arrays, training_arrays
from recordings import Recording, folders, model_inputs, read_recording, without_objects
from reference_models import inexpressible_model, model_config, unread_facts
from torch import Tensor
from translated_configs import CONFIG, translated, translated_model

from det_plugin_maskrcnn import PointRendMaskHead, TrainingPoints
from det_plugin_parts import points_of_grid
from detcore.interfaces import Architecture
from detcore.specs import ArchitectureConfig, DataSpec

FOLDERS = folders(lambda _: True)
SOURCES = ("facts", CONFIG)


class GridPoints(TrainingPoints):
    """The same points in every box, where the recordings draw none."""

    def __call__(self, logits: Tensor) -> Tensor:
        return points_of_grid(14, like=logits).expand(len(logits), -1, -1)


@pytest.fixture
def recording(request, parity_dir) -> Recording:
    return read_recording(parity_dir / request.param)


@pytest.fixture
def config(request, recording, tmp_path) -> ArchitectureConfig:
    """The model's config, from what the test names: recorded facts, or the file for Detectron2."""
    if request.param == "facts":
        assert inexpressible_model(recording.facts) == []
        return model_config(recording.facts)
    return translated_model(recording.folder / CONFIG, tmp_path)


@pytest.fixture
def model(config, recording) -> Architecture:
    """The model with the recorded weights."""
    assert [problem for problem in config.check(DataSpec()) if problem.severity != "doubtful"] == []
    built: Any = config.build()
    built.load_state_dict(recording.weights, strict=True)
    mask_head = getattr(getattr(built, "roi_heads", None), "mask_head", None)
    if isinstance(mask_head, PointRendMaskHead):
        mask_head.training_points = GridPoints()
    return built


@pytest.mark.parametrize("recording", FOLDERS, indirect=True)
def test_every_fact_of_a_recording_has_a_word(recording):
    assert inexpressible_model(recording.facts) == []

    model = model_config(recording.facts).build()

    assert sum(p.numel() for p in model.parameters()) == recording.facts["num_parameters"]
    assert unread_facts(recording.facts) == []


@pytest.mark.parametrize("recording", FOLDERS, indirect=True)
def test_nothing_of_a_recorded_models_own_config_is_missing(recording):
    missing = translated(recording.folder / CONFIG).missing

    assert [part.what for part in missing if part.path[0] == "model"] == []


@pytest.mark.parametrize("config", SOURCES, indirect=True)
@pytest.mark.parametrize("recording", FOLDERS, indirect=True)
def test_inference_gives_the_references_numbers(recording, model, compare):
    expected = beginning_with(recording.expected, "train", wanted=False)

    actual = inference_arrays(model.eval(), model_inputs(recording.inputs), recording.facts)

    assert compare(expected, actual, allow_missing=False) == []


@pytest.mark.parametrize("config", SOURCES, indirect=True)
@pytest.mark.parametrize("recording", FOLDERS, indirect=True)
def test_training_steps_give_the_references_numbers(recording, model, compare):
    expected = beginning_with(recording.expected, "train/")

    actual = training_arrays(model.train(), model_inputs(recording.inputs), expected, prefix="train/")

    assert compare(expected, actual, allow_missing=False) == []


@pytest.mark.parametrize("config", SOURCES, indirect=True)
@pytest.mark.parametrize("recording", FOLDERS, indirect=True)
def test_a_step_without_any_ground_truth_is_finite_and_agrees_where_recorded(recording, model, compare):
    expected = beginning_with(recording.expected, "train_empty/")
    inputs = without_objects(model_inputs(recording.inputs))

    actual = training_arrays(model.train(), inputs, expected, prefix="train_empty/")

    assert all(np.isfinite(array).all() for name, array in actual.items() if "/loss" in name)
    assert compare(expected, actual, allow_missing=False) == []
