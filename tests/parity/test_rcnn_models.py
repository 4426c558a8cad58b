"""R-CNN models give the reference's numbers: every recorded model that the installed plugins can express."""

import numpy as np
import pytest
from recorded_arrays import beginning_with
from recorded_rcnn import inference_arrays, training_arrays
from recordings import Recording, folders, model_inputs, read_recording, without_objects
from reference_rcnn import generalized_rcnn, inexpressible
from torch import Tensor

from det_plugin_maskrcnn import GeneralizedRCNN, PointRendMaskHead, TrainingPoints
from det_plugin_parts import points_of_grid
from detcore.specs import DataSpec

MODELS = folders(lambda facts: not inexpressible(facts))


PROMISED = {
    "faster_rcnn_giou",
    "faster_rcnn_r50_fpn",
    "faster_rcnn_r50_fpn_large",
    "mask_rcnn_cls_agnostic",
    "mask_rcnn_r50_fpn",
    "cascade_mask_rcnn_r50_fpn",
    "keypoint_rcnn_r50_fpn",
    "mask_rcnn_r50_c4",
    "pointrend",
}


def test_no_promised_recording_is_passed_over(parity_dir):
    assert sorted(PROMISED - set(MODELS)) == []


class GridPoints(TrainingPoints):
    """The same points in every box, where the recordings draw none."""

    def __call__(self, logits: Tensor) -> Tensor:
        return points_of_grid(14, like=logits).expand(len(logits), -1, -1)


@pytest.fixture
def recording(request, parity_dir) -> Recording:
    return read_recording(parity_dir / request.param)


def loaded_model(recording: Recording) -> GeneralizedRCNN:
    """The model that the recorded facts describe, with the recorded weights."""
    config = generalized_rcnn(recording.facts)
    assert config.check(DataSpec()) == []
    model = config.build()
    model.load_state_dict(recording.weights, strict=True)
    mask_head = getattr(model.roi_heads, "mask_head", None)
    if isinstance(mask_head, PointRendMaskHead):
        mask_head.training_points = GridPoints()
    return model


@pytest.mark.parametrize("recording", MODELS, indirect=True)
def test_inference_gives_the_references_numbers(recording, compare):
    model = loaded_model(recording).eval()

    actual = inference_arrays(model, model_inputs(recording.inputs), recording.facts)

    assert compare(beginning_with(recording.expected, "train", wanted=False), actual, allow_missing=False) == []


@pytest.mark.parametrize("recording", MODELS, indirect=True)
def test_a_training_step_gives_the_references_numbers(recording, compare):
    model = loaded_model(recording).train()
    inputs = model_inputs(recording.inputs)
    expected = beginning_with(recording.expected, "train/")

    actual = training_arrays(model, inputs, expected, prefix="train/")

    assert compare(expected, actual, allow_missing=False) == []


@pytest.mark.parametrize("recording", MODELS, indirect=True)
def test_a_step_without_any_ground_truth_is_finite_and_agrees_where_recorded(recording, compare):
    model = loaded_model(recording).train()
    expected = beginning_with(recording.expected, "train_empty/")

    actual = training_arrays(model, without_objects(model_inputs(recording.inputs)), expected, prefix="train_empty/")

    assert all(np.isfinite(array).all() for name, array in actual.items() if "/loss/" in name)
    assert compare(expected, actual, allow_missing=False) == []
