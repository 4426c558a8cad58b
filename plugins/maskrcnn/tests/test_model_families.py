"""What every family of models promises beside what all architectures do: given boxes are completed."""

import pytest
import torch
from torch.testing import assert_close

from detcore.structures import Detections

WITH_MORE = ["standard", "cascade", "res5", "keypoint", "point-rend", "fast-rcnn"]
"""Those whose detections have a mask or keypoints."""

BOX = (10.0, 12.0, 40.0, 50.0)


@pytest.fixture
def model(request, family_config):
    torch.manual_seed(0)
    return family_config(request.param).build()


def more_of(detections: Detections) -> torch.Tensor:
    """What the detections say beside boxes and classes."""
    return detections.mask_probs if detections.keypoint_heatmaps is None else detections.keypoint_heatmaps


@torch.no_grad()
@pytest.mark.parametrize("model", WITH_MORE, indirect=True)
def test_a_picture_is_seen_alike_alone_and_in_a_batch(model, full_picture):
    small, large = full_picture(64, 64), full_picture(64, 96, [BOX])

    (alone,) = model.eval()([large])
    _, together = model([small, large])

    assert_close(together["instances"].pred_boxes.tensor, alone["instances"].pred_boxes.tensor, rtol=1e-4, atol=1e-3)
    assert together["instances"].pred_classes.tolist() == alone["instances"].pred_classes.tolist()


@torch.no_grad()
@pytest.mark.parametrize("model", WITH_MORE, indirect=True)
def test_given_boxes_are_completed_by_what_a_detection_there_gets(model, full_picture):
    inputs = [full_picture(64, 96), full_picture(80, 48)]
    detections = model.eval().infer(*model.preprocess(inputs))

    completed = model.predict(inputs, detections._replace(mask_probs=None, keypoint_heatmaps=None))

    assert len(detections.scores) > 0
    assert_close(more_of(completed), more_of(detections))


@torch.no_grad()
@pytest.mark.parametrize("model", WITH_MORE, indirect=True)
def test_no_given_box_is_completed_by_nothing(model, full_picture):
    none = torch.zeros(0, dtype=torch.long)
    nothing = Detections(boxes=torch.zeros(0, 4), scores=torch.zeros(0), classes=none, image_index=none)

    completed = model.eval().predict([full_picture(64, 96)], nothing)

    assert len(more_of(completed)) == 0
    assert more_of(completed).ndim >= 3


@torch.no_grad()
@pytest.mark.parametrize("model", WITH_MORE, indirect=True)
def test_no_detection_is_an_ordinary_result(model, full_picture):
    predictors = [each for each in model.modules() if hasattr(each, "selector")]
    for predictor in predictors:
        predictor.selector.score_threshold = 0.9999

    outputs = model.eval()([full_picture(64, 96), full_picture(40, 40)])

    assert predictors
    assert [len(output["instances"]) for output in outputs] == [0, 0]
