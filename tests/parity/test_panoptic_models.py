"""Semantic and panoptic models give the reference's numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from recorded_arrays import Arrays, beginning_with, features, finished, gradients, merged, seen, semantic
from recorded_rcnn import inference_arrays, training_arrays
from recordings import Recording, folders, model_inputs, read_recording, without_objects
from reference_panoptic import inexpressible_panoptic, panoptic_model

from det_plugin_panoptic import PanopticFPN, SemanticFPN
from detcore.specs import DataSpec
from detcore.structures import ModelInput

SEMANTIC = folders(lambda facts: facts["meta_architecture"] == "SemanticSegmentor")
PANOPTIC = folders(lambda facts: facts["meta_architecture"] == "PanopticFPN")


@pytest.fixture
def recording(request, parity_dir) -> Recording:
    return read_recording(parity_dir / request.param)


def loaded_model(recording: Recording) -> SemanticFPN | PanopticFPN:
    """The model that the recorded facts describe, with the recorded weights."""
    assert inexpressible_panoptic(recording.facts) == []
    config = panoptic_model(recording.facts)
    assert config.check(DataSpec()) == []
    model = config.build()
    model.load_state_dict(recording.weights, strict=True)
    return model


@pytest.mark.parametrize("recording", PANOPTIC, indirect=True)
def test_a_panoptic_model_infers_the_references_numbers(recording, compare):
    model = loaded_model(recording).eval()

    actual = inference_arrays(model, model_inputs(recording.inputs), recording.facts)

    assert compare(beginning_with(recording.expected, "train", wanted=False), actual, allow_missing=False) == []


@pytest.mark.parametrize("recording", PANOPTIC, indirect=True)
def test_a_panoptic_model_learns_by_the_references_numbers(recording, compare):
    model = loaded_model(recording).train()
    expected = beginning_with(recording.expected, "train/")

    actual = training_arrays(model, model_inputs(recording.inputs), expected, prefix="train/")

    assert compare(expected, actual, allow_missing=False) == []


@pytest.mark.parametrize("recording", PANOPTIC, indirect=True)
def test_a_step_without_any_object_is_finite_and_agrees_where_recorded(recording, compare):
    model = loaded_model(recording).train()
    expected = beginning_with(recording.expected, "train_empty/")

    actual = training_arrays(model, without_objects(model_inputs(recording.inputs)), expected, prefix="train_empty/")

    assert all(np.isfinite(array).all() for name, array in actual.items() if "/loss/" in name)
    assert compare(expected, actual, allow_missing=False) == []


@pytest.mark.parametrize("recording", SEMANTIC, indirect=True)
def test_a_semantic_model_infers_the_references_numbers(recording, compare):
    model = loaded_model(recording).eval()

    actual = semantic_arrays(model, model_inputs(recording.inputs))

    assert compare(beginning_with(recording.expected, "train", wanted=False), actual, allow_missing=False) == []


@pytest.mark.parametrize("recording", SEMANTIC, indirect=True)
def test_a_semantic_model_learns_by_the_references_numbers(recording, compare):
    model = loaded_model(recording).train()
    expected = beginning_with(recording.expected, "train/")

    actual = semantic_training_arrays(model, model_inputs(recording.inputs), expected)

    assert compare(expected, actual, allow_missing=False) == []


@torch.no_grad()
def semantic_arrays(model: SemanticFPN, inputs: Sequence[ModelInput]) -> Arrays:
    """Everything that is recorded of an evaluation, by its recorded name."""
    with seen(model) as outputs:
        images = model.preprocess(inputs)
        results = model.postprocess(model.infer(*images), inputs)
    pictures = [
        {f"eval/image{index}/{name}": array for name, array in finished(result).items()}
        for index, result in enumerate(results)
    ]
    shape = {"batch_shape": np.array(images.pixels.shape)}
    return {**shape, **features(outputs), **semantic(outputs), **merged(pictures)}


def semantic_training_arrays(
    model: SemanticFPN, inputs: Sequence[ModelInput], expected: Mapping[str, NDArray[Any]]
) -> Arrays:
    """Everything that is recorded of a training step, by its recorded name."""
    losses = model.losses(inputs)
    sum(losses.values(), torch.zeros(())).backward()
    arrays = {
        **{f"loss/{name}": np.array(loss.item()) for name, loss in losses.items()},
        **gradients(model, expected.get("train/grad_names", np.array([], dtype=str))),
    }
    return {f"train/{name}": array for name, array in arrays.items()}
