import numpy as np
import pytest
import torch

from detcore.drawing import class_colour, draw_instances
from detcore.structures import BitMasks, Boxes, Instances, Keypoints, ROIMasks

NAMES = ("cat", "dog")


def blank(height=600, width=600):
    return np.full((height, width, 3), 128, dtype=np.uint8)


def predictions(size=(600, 600), **fields):
    return Instances(
        size,
        pred_boxes=Boxes([[100, 100, 300, 300]]),
        scores=torch.tensor([0.9]),
        pred_classes=torch.tensor([1]),
        **fields,
    )


def annotation(**fields):
    return {"bbox": [100.0, 100, 300, 300], "category_id": 1, **fields}


def drawn(before, after):
    return (before != after).any(axis=2)


def test_the_picture_itself_is_not_changed():
    image = blank()

    draw_instances(image, [annotation()], NAMES)

    assert (image == 128).all()


def test_a_box_is_framed_in_its_classs_colour():
    image = draw_instances(blank(), predictions(), NAMES)

    assert image[200, 100].tolist() == list(class_colour(1))
    assert image[200, 299].tolist() == list(class_colour(1))
    assert image[299, 200].tolist() == list(class_colour(1))
    assert image[200, 200].tolist() == [128, 128, 128]


def test_a_small_picture_is_magnified_by_a_whole_factor():
    image = draw_instances(blank(50, 100), [], NAMES)

    assert image.shape == (300, 600, 3)


def test_the_size_stays_where_that_is_asked_for():
    assert draw_instances(blank(50, 100), [], NAMES, readable_side=0).shape == (50, 100, 3)


@pytest.mark.parametrize(
    "nothing",
    [
        pytest.param([], id="annotations"),
        pytest.param(predictions()[:0], id="predictions"),
        pytest.param(predictions(pred_masks=ROIMasks(torch.ones(1, 4, 4), torch.ones(1, 4)))[:0], id="masks"),
    ],
)
def test_nothing_to_draw_leaves_the_picture_as_it_is(nothing):
    assert (draw_instances(blank(), nothing, NAMES) == 128).all()


def test_predictions_below_the_threshold_are_left_out():
    assert (draw_instances(blank(), predictions(), NAMES, score_threshold=0.95) == 128).all()


@pytest.mark.parametrize(
    "masks",
    [
        pytest.param(ROIMasks(torch.ones(1, 28, 28), torch.tensor([[100.0, 100, 300, 300]])), id="in the box's frame"),
        pytest.param(BitMasks(torch.ones(1, 600, 600, dtype=torch.bool)), id="whole picture"),
    ],
)
def test_a_predicted_mask_tints_its_pixels(masks):
    image = draw_instances(blank(), predictions(pred_masks=masks), NAMES)

    assert drawn(blank(), image)[150:250, 150:250].all()


@pytest.mark.parametrize(
    "segmentation",
    [
        pytest.param([[100.0, 100, 300, 100, 300, 300, 100, 300]], id="polygon"),
        pytest.param({"size": [600, 600], "counts": [60000, 300000]}, id="run lengths"),
    ],
)
def test_an_annotated_mask_tints_its_pixels(segmentation):
    image = draw_instances(blank(), [annotation(segmentation=segmentation)], NAMES)

    assert drawn(blank(), image)[150:250, 150:250].all()


def test_a_crowd_is_hatched_and_its_frame_dashed():
    square = [[100.0, 100, 300, 100, 300, 300, 100, 300]]
    image = draw_instances(blank(), [annotation(segmentation=square, iscrowd=1)], NAMES)

    share = drawn(blank(), image)[150:250, 150:250].mean()
    assert 0.4 < share < 0.6
    frame = draw_instances(blank(), [annotation(iscrowd=1)], NAMES)
    assert 0.3 < drawn(blank(), frame)[150:250, 100].mean() < 0.7


def test_boxes_in_coco_notation_are_understood():
    corners = draw_instances(blank(), [annotation()], NAMES)
    sides = draw_instances(blank(), [annotation(bbox=[100, 100, 200, 200], bbox_mode="xywh")], NAMES)

    assert np.array_equal(corners, sides)


def test_keypoints_are_filled_where_visible_and_hollow_where_hidden():
    points = [200.0, 200, 2, 200, 250, 1, 250, 200, 0]
    image = draw_instances(blank(), [annotation(keypoints=points)], NAMES)

    assert image[200, 200].tolist() == list(class_colour(0))
    assert image[250, 200].tolist() == [128, 128, 128]
    assert drawn(blank(), image)[245:256, 195:206].any()
    assert not drawn(blank(), image)[195:206, 245:256].any()


def test_predicted_keypoints_are_all_drawn():
    points = Keypoints([[[200.0, 200, -3.0], [250.0, 200, 0.0]]])
    image = draw_instances(blank(), predictions(pred_keypoints=points), NAMES)

    assert image[200, 200].tolist() == list(class_colour(0))
    assert image[200, 250].tolist() == list(class_colour(1))


@pytest.mark.parametrize("predicted", [True, False])
def test_the_skeleton_joins_keypoints(predicted):
    points = [200.0, 200, 2, 200, 250, 2, 250, 250, 2]
    shown = predictions(pred_keypoints=Keypoints(torch.tensor(points).reshape(1, 3, 3)))
    objects = shown if predicted else [annotation(keypoints=points)]

    image = draw_instances(blank(), objects, NAMES, skeleton=[(0, 1), (1, 2)])

    assert image[225, 200].tolist() == list(class_colour(1))
    assert image[250, 225].tolist() == list(class_colour(1))
    assert image[225, 225].tolist() == [128, 128, 128]


@pytest.mark.parametrize("points", [[200.0, 200, 2, 200, 250, 0], []], ids=["one end not labelled", "no keypoints"])
def test_the_skeleton_joins_nothing_that_is_not_there(points):
    image = draw_instances(blank(), [annotation(keypoints=points)], NAMES, skeleton=[(0, 1)])

    assert image[225, 200].tolist() == [128, 128, 128]


def test_objects_outside_the_picture_do_no_harm():
    outside = annotation(bbox=[-50.0, -50, -10, -10])
    beyond = annotation(bbox=[700.0, 700, 900, 900], keypoints=[900.0, 900, 2])

    assert draw_instances(blank(), [outside, beyond], NAMES).shape == (600, 600, 3)


def test_a_label_wider_than_the_picture_does_no_harm():
    image = draw_instances(blank(20, 10), [annotation(bbox=[0.0, 0, 9, 9])], ("", "x" * 300), readable_side=0)

    assert image.shape == (20, 10, 3)


def test_labels_of_objects_in_one_place_do_not_cover_each_other():
    once = drawn(blank(), draw_instances(blank(), [annotation()], NAMES)).sum()
    twice = drawn(blank(), draw_instances(blank(), [annotation(), annotation()], NAMES)).sum()

    assert twice > once + 200


def test_predictions_of_another_size_are_refused():
    with pytest.raises(ValueError, match=r"are for a picture of \(60, 60\), not of \(600, 600\)"):
        draw_instances(blank(), predictions(size=(60, 60)), NAMES)


def test_classes_keep_their_colours_and_differ():
    colours = [class_colour(class_id) for class_id in range(20)]

    assert colours == [class_colour(class_id) for class_id in range(20)]
    assert len(set(colours)) == 20
