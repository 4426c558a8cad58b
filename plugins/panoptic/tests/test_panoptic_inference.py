"""What semantic and panoptic FPN say of pictures."""

import numpy as np
import pytest
import torch
from torch.testing import assert_close


@torch.no_grad()
def test_every_pixel_of_the_wanted_output_has_logits(model, picture):
    outputs = model.eval()([picture(64, 96), {**picture(33, 45), "height": 70, "width": 91}])

    assert [tuple(output["sem_seg"].shape) for output in outputs] == [(4, 64, 96), (4, 70, 91)]


@torch.no_grad()
def test_a_picture_is_seen_alike_alone_and_in_a_batch(model, picture):
    small, large = picture(64, 64), picture(64, 96)

    alone = model.eval()([large])[0]
    together = model([small, large])[1]

    assert_close(together["sem_seg"], alone["sem_seg"], rtol=1e-4, atol=1e-4)


@torch.no_grad()
@pytest.mark.parametrize("family", ["panoptic-fpn"], indirect=True)
def test_a_panoptic_map_says_what_each_of_its_segments_is(model, picture):
    (output,) = model.eval()([picture(64, 96)])

    labels, segments = output["panoptic_seg"]

    assert labels.dtype == torch.int32
    assert labels.shape == (64, 96)
    assert [segment["id"] for segment in segments] == list(range(1, len(segments) + 1))
    assert {each["id"] for each in segments} >= set(labels.unique().tolist()) - {0}
    for segment in segments:
        if segment["isthing"]:
            assert segment["score"] == output["instances"].scores[segment["instance_id"]]
        else:
            assert segment["category_id"] > 0
            assert segment["area"] == (labels == segment["id"]).sum()


@torch.no_grad()
@pytest.mark.parametrize("family", ["panoptic-fpn"], indirect=True)
def test_no_detection_leaves_stuff_alone(model, picture):
    model.roi_heads.box_predictor.selector.score_threshold = 1.0

    (output,) = model.eval()([picture(64, 64)])

    labels, segments = output["panoptic_seg"]
    assert len(output["instances"]) == 0
    assert not any(segment["isthing"] for segment in segments)
    wanted = output["sem_seg"].argmax(dim=0)
    assert np.array_equal(labels == 0, wanted == 0)
