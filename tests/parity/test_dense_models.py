"""Detectors of one stage give the reference's numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from recorded_arrays import Arrays, beginning_with, features, finished, gradients, merged, raw, seen
from recordings import Recording, folders, model_inputs, read_recording, without_objects
from reference_dense import dense_detector, inexpressible_dense

from det_plugin_dense import DenseDetector
from detcore.specs import DataSpec
from detcore.structures import ModelInput

MODELS = folders(lambda facts: facts["meta_architecture"] in {"RetinaNet", "FCOS"})


@pytest.fixture
def recording(request, parity_dir) -> Recording:
    return read_recording(parity_dir / request.param)


def loaded_model(recording: Recording) -> DenseDetector:
    """The model that the recorded facts describe, with the recorded weights."""
    assert inexpressible_dense(recording.facts) == []
    config = dense_detector(recording.facts)
    assert config.check(DataSpec()) == []
    model = config.build()
    model.load_state_dict(recording.weights, strict=True)
    return model


@pytest.mark.parametrize("recording", MODELS, indirect=True)
def test_inference_gives_the_references_numbers(recording, compare):
    model = loaded_model(recording).eval()

    actual = inference_arrays(model, model_inputs(recording.inputs))

    assert compare(beginning_with(recording.expected, "train", wanted=False), actual, allow_missing=False) == []


@pytest.mark.parametrize("recording", MODELS, indirect=True)
def test_two_training_steps_give_the_references_numbers(recording, compare):
    model = loaded_model(recording).train()
    expected = beginning_with(recording.expected, "train/")

    actual = training_arrays(model, model_inputs(recording.inputs), expected)

    assert compare(expected, actual, allow_missing=False) == []


@pytest.mark.parametrize("recording", MODELS, indirect=True)
def test_a_step_without_any_ground_truth_is_finite(recording):
    model = loaded_model(recording).train()

    losses = model.losses(without_objects(model_inputs(recording.inputs)))
    sum(losses.values()).backward()

    assert all(loss.isfinite() for loss in losses.values())
    assert all(p.grad is not None and p.grad.isfinite().all() for p in model.parameters() if p.requires_grad)


@torch.no_grad()
def inference_arrays(model: DenseDetector, inputs: Sequence[ModelInput]) -> Arrays:
    """Everything that is recorded of an evaluation, by its recorded name."""
    with seen(model) as outputs:
        images = model.preprocess(inputs)
        detections = model.infer(*images)
    results = model.postprocess(detections, inputs)
    pictures = [
        {f"eval/image{i}/{name}": array for name, array in {**raw(detections, i), **finished(result)}.items()}
        for i, result in enumerate(results)
    ]
    return {
        "batch_shape": np.array(images.pixels.shape),
        **features(outputs),
        **_head_maps(outputs["head"]._asdict(), model.in_features),
        **merged(pictures),
    }


def _head_maps(maps: Mapping[str, Any], names: Sequence[str]) -> Arrays:
    recorded = {"logits": "class_logits", "deltas": "box_deltas", "centreness": "centerness"}
    return {
        f"dense/{recorded[kind]}/{name}": x.numpy()
        for kind, levels in maps.items()
        for name, x in zip(names, levels or (), strict=False)
    }


def training_arrays(model: DenseDetector, inputs: Sequence[ModelInput], expected: Mapping[str, NDArray[Any]]) -> Arrays:
    """Everything that is recorded of two steps on one batch between which no weight changes."""
    with seen(model) as outputs:
        losses = model.losses(inputs)
    sum(losses.values(), torch.zeros(())).backward()
    arrays = {
        **{f"loss/{name}": np.array(loss.item()) for name, loss in losses.items()},
        "stat/num_pos_anchors": np.array(_positives(model, inputs, outputs)),
        **gradients(model, expected.get("train/grad_names", np.array([], dtype=str))),
        **{f"loss_step2/{name}": np.array(loss.item()) for name, loss in model.losses(inputs).items()},
    }
    return {f"train/{name}": array for name, array in arrays.items()}


def _positives(model: DenseDetector, inputs: Sequence[ModelInput], outputs: Mapping[str, Any]) -> float:
    labels = [model.assigner(outputs["anchor_generator"], each["instances"].gt_boxes.tensor).labels for each in inputs]
    return (torch.stack(labels) == 1).sum().item() / len(inputs)
