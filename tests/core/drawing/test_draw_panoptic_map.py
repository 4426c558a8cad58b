"""Panoptic maps on pictures."""

import numpy as np

from detcore.drawing import class_colour, draw_panoptic_map

NAMES = {"thing_names": ("cat", "dog"), "stuff_names": ("things", "sky")}
DOG = {"id": 5, "isthing": True, "category_id": 1, "score": 0.6}
SKY = {"id": 9, "isthing": False, "category_id": 1}


def blank():
    return np.full((600, 600, 3), 128, dtype=np.uint8)


def tinted(colour_id):
    return 0.55 * 128 + 0.45 * np.array(class_colour(colour_id))


def ids():
    found = np.zeros((600, 600), dtype=np.int32)
    found[:200] = 9
    found[300:500, 100:300] = 5
    return found


def test_things_and_stuff_have_colours_of_their_own_and_the_rest_is_left_alone():
    drawing = draw_panoptic_map(blank(), ids(), [DOG, SKY], **NAMES)

    np.testing.assert_allclose(drawing[310, 110], tinted(1), atol=1)
    np.testing.assert_allclose(drawing[5, 5], tinted(2 + 1), atol=1)
    assert (drawing[550:] == 128).all()


def test_segments_are_outlined_so_that_neighbours_of_one_class_stay_two():
    drawing = draw_panoptic_map(blank(), ids(), [DOG], **NAMES)

    assert drawing[300, 200].tolist() == list(class_colour(1))
    assert drawing[499, 200].tolist() == list(class_colour(1))


def test_every_segment_is_named_inside_it():
    drawing = draw_panoptic_map(blank(), ids(), [DOG, SKY], **NAMES)

    for rows, columns, colour_id in ((slice(302, 498), slice(102, 298), 1), (slice(2, 198), slice(2, 598), 3)):
        assert (np.abs(drawing[rows, columns] - tinted(colour_id)) > 2).any()


def test_things_below_the_threshold_are_left_out_and_stuff_is_not():
    drawing = draw_panoptic_map(blank(), ids(), [DOG, SKY], **NAMES, score_threshold=0.7)

    assert (drawing[300:500, 100:300] == 128).all()
    np.testing.assert_allclose(drawing[5, 5], tinted(3), atol=1)


def test_segments_without_a_pixel_and_classes_without_a_name_are_no_obstacle():
    lost = {"id": 77, "isthing": True, "category_id": 0}
    unnamed = {**SKY, "category_id": 40}

    drawing = draw_panoptic_map(blank(), ids(), [lost, unnamed], **NAMES)

    np.testing.assert_allclose(drawing[5, 5], tinted(42), atol=1)
