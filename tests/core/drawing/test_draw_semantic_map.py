"""Semantic maps on pictures."""

import numpy as np

from detcore.drawing import class_colour, draw_semantic_map

NAMES = ("things", "sky")


def blank(height=600, width=600):
    return np.full((height, width, 3), 128, dtype=np.uint8)


def test_labels_have_the_colours_of_their_classes_and_the_unlabelled_is_left_alone():
    image, labels = blank(), np.full((600, 600), 255, dtype=np.int32)
    labels[:300] = 1

    drawing = draw_semantic_map(image, labels, NAMES)

    expected = 0.55 * 128 + 0.45 * np.array(class_colour(1))
    np.testing.assert_allclose(drawing[5, 5], expected, atol=1)
    assert (drawing[500:] == 128).all()
    assert (image == 128).all()


def test_a_label_is_named_inside_its_region():
    labels = np.full((600, 600), 255, dtype=np.int32)
    labels[200:400, 200:400] = 1

    drawing = draw_semantic_map(blank(), labels, NAMES)

    plain = np.floor(0.55 * 128 + 0.45 * np.array(class_colour(1)))
    assert (np.abs(drawing[200:400, 200:400] - plain) > 1).any()
    assert (drawing[:150] == 128).all()


def test_small_pictures_are_magnified():
    drawing = draw_semantic_map(blank(60, 100), np.zeros((60, 100), dtype=np.int32), NAMES)

    assert drawing.shape == (360, 600, 3)


def test_a_picture_without_a_label_is_drawn_as_it_is():
    image = blank()

    assert np.array_equal(draw_semantic_map(image, np.full((600, 600), 255, dtype=np.int32), NAMES), image)
