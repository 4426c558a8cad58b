import pytest
import torch
from attrs import evolve
from torch.testing import assert_close

from detcore.structures import Detections


@pytest.fixture(autouse=True)
def _without_gradients():
    with torch.no_grad():
        yield


def with_predictor(config, **changes):
    predictor = evolve(config.roi_heads.box_predictor, **changes)
    return evolve(config, roi_heads=evolve(config.roi_heads, box_predictor=predictor))


def test_pictures_are_normalised_then_padded_with_zeros_at_the_bottom_and_right(tiny_model, picture):
    inputs = [picture(50, 70), picture(66, 40)]

    pixels, sizes = tiny_model.preprocess(inputs)

    assert pixels.shape == (2, 3, 72, 72)  # the trunk's coarsest stride is 8
    assert sizes.tolist() == [[50, 70], [66, 40]]
    mean = torch.tensor([103.53, 116.28, 123.675])[:, None, None]
    assert_close(pixels[0, :, :50, :70], inputs[0]["image"] - mean)
    assert pixels[0, :, 50:].abs().sum() == pixels[1, :, :, 40:].abs().sum() == 0


def test_detections_are_ordered_by_picture_then_by_falling_score(tiny_model, picture):
    model = tiny_model.eval()

    result = model.infer(*model.preprocess([picture(64, 96), picture(80, 48)]))

    assert result.image_index.tolist() == sorted(result.image_index.tolist())
    for image in range(2):
        scores = result.scores[result.image_index == image]
        assert len(scores) == 10
        assert scores.diff().max() <= 0
    assert result.mask_probs.shape == (20, 28, 28)
    assert 0 <= result.mask_probs.min() <= result.mask_probs.max() <= 1


def test_boxes_lie_inside_their_own_picture(tiny_model, picture):
    result = tiny_model.eval().infer(*tiny_model.preprocess([picture(64, 96), picture(80, 48)]))

    limits = torch.tensor([[96, 64, 96, 64], [48, 80, 48, 80]])[result.image_index]
    assert (result.boxes >= 0).all()
    assert (result.boxes <= limits).all()


def test_a_picture_is_seen_alike_alone_and_in_a_batch(tiny_model, picture):
    model = tiny_model.eval()
    pixels, sizes = model.preprocess([picture(64, 96), picture(40, 88)])

    together, alone = model.infer(pixels, sizes), model.infer(pixels[1:], sizes[1:])

    mine = together.image_index == 1
    assert_close(together.boxes[mine], alone.boxes, rtol=1e-4, atol=1e-3)
    assert_close(together.mask_probs[mine], alone.mask_probs, rtol=1e-3, atol=1e-3)
    assert together.classes[mine].tolist() == alone.classes.tolist()


def test_outputs_are_in_pixels_of_the_wanted_size(tiny_model, picture):
    small = picture(64, 96)
    large = {**small, "height": 128, "width": 288}

    found, scaled = (tiny_model.eval()([each])[0]["instances"] for each in (small, large))

    assert scaled.image_size == (128, 288)
    assert_close(scaled.pred_boxes.tensor, found.pred_boxes.tensor * torch.tensor([3.0, 2.0, 3.0, 2.0]))
    assert scaled.pred_masks.dense(128, 288).shape == (10, 128, 288)


def test_no_detection_is_an_ordinary_result(tiny_config, picture):
    model = with_predictor(tiny_config, score_threshold=0.9999).build().eval()

    outputs = model([picture(64, 96), picture(40, 40)])

    assert [len(output["instances"]) for output in outputs] == [0, 0]
    assert outputs[0]["instances"].pred_masks.dense(64, 96).shape == (0, 64, 96)


def test_no_proposal_is_an_ordinary_result(tiny_config, picture):
    generator = tiny_config.proposal_generator
    nothing = evolve(generator, selection=evolve(generator.selection, min_box_size=10_000.0))
    model = evolve(tiny_config, proposal_generator=nothing).build().eval()

    outputs = model([picture(64, 96), picture(40, 40)])

    assert [len(output["instances"]) for output in outputs] == [0, 0]


def test_a_picture_smaller_than_any_anchor(tiny_model, picture):
    (output,) = tiny_model.eval()([picture(9, 3)])

    assert output["instances"].image_size == (9, 3)
    assert len(output["instances"]) > 0


@pytest.mark.parametrize("classification", ["softmax", "sigmoid"])
@pytest.mark.parametrize("class_agnostic", [True, False])
def test_every_kind_of_predictor_yields_probabilities(tiny_config, picture, classification, class_agnostic):
    model = with_predictor(tiny_config, classification=classification, class_agnostic=class_agnostic).build().eval()

    (output,) = model([picture(64, 96)])

    assert len(output["instances"]) == 10
    assert (output["instances"].scores > 0).all()
    assert output["instances"].pred_classes.max() < 3


def test_a_model_without_mask_head_predicts_no_masks(tiny_config, picture):
    model = evolve(tiny_config, roi_heads=evolve(tiny_config.roi_heads, mask_head=None)).build().eval()

    (output,) = model([picture(64, 96)])

    assert set(output["instances"].fields()) == {"pred_boxes", "scores", "pred_classes"}


def test_given_boxes_are_completed_by_the_masks_that_a_detection_there_gets(tiny_model, picture):
    model, inputs = tiny_model.eval(), [picture(64, 96), picture(80, 48)]
    detections = model.infer(*model.preprocess(inputs))

    completed = model.predict(inputs, detections._replace(mask_probs=None))

    assert_close(completed.mask_probs, detections.mask_probs)


def test_no_given_box_is_completed_by_no_mask(tiny_model, picture):
    nothing = Detections(
        boxes=torch.zeros(0, 4),
        scores=torch.zeros(0),
        classes=torch.zeros(0, dtype=torch.long),
        image_index=torch.zeros(0, dtype=torch.long),
    )

    completed = tiny_model.eval().predict([picture(64, 96)], nothing)

    assert completed.mask_probs.shape == (0, 28, 28)


def test_an_untrained_picture_in_bfloat16_autocast(tiny_model, picture):
    with torch.autocast("cpu", dtype=torch.bfloat16):
        (output,) = tiny_model.eval()([picture(64, 96)])

    assert output["instances"].pred_boxes.tensor.dtype == torch.float32
    assert output["instances"].scores.dtype == torch.float32
