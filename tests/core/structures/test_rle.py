import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from detcore.structures import rle

SIDES = st.integers(1, 7)
BITMAPS = st.tuples(SIDES, SIDES).flatmap(lambda size: arrays(np.bool_, size))
SQUARE = [1.0, 1.0, 4.0, 1.0, 4.0, 3.0, 1.0, 3.0]


@given(BITMAPS)
def test_decoding_undoes_encoding(bitmap):
    assert np.array_equal(rle.decode(rle.encode(bitmap)), bitmap)
    assert rle.area(rle.encode(bitmap)) == bitmap.sum()


@given(BITMAPS, SIDES, SIDES, SIDES, SIDES)
def test_a_bitmap_in_a_larger_picture_is_encoded_as_the_whole_picture_would_be(bitmap, left, top, right, bottom):
    picture = np.pad(bitmap, ((top - 1, bottom - 1), (left - 1, right - 1)))

    assert rle.encode_crop(bitmap.T, left - 1, top - 1, *picture.shape) == rle.encode(picture)


@given(BITMAPS)
def test_a_crop_is_the_smallest_window_that_holds_the_foreground(bitmap):
    left, top, crop = rle.decode_crop(rle.encode(bitmap))

    padded = np.zeros_like(bitmap)
    padded[top : top + crop.shape[0], left : left + crop.shape[1]] = crop
    assert np.array_equal(padded, bitmap)
    assert crop.size == 0 or all(edge.any() for edge in (crop[0], crop[-1], crop[:, 0], crop[:, -1]))


def test_polygons_of_one_object_are_united():
    other = [coordinate + 3 for coordinate in SQUARE]

    united = rle.decode(rle.from_polygons([SQUARE, other], 8, 9))

    assert united.sum() == 6 + 6
    assert united[1:3, 1:4].all()
    assert united[4:6, 4:7].all()


@pytest.mark.parametrize(
    "polygons",
    [
        pytest.param([], id="no polygon"),
        pytest.param([[1.0, 1.0, 4.0, 4.0]], id="two points, which pycocotools would take for a box"),
    ],
)
def test_what_encloses_nothing_covers_nothing(polygons):
    assert rle.area(rle.from_polygons(polygons, 8, 9)) == 0


@pytest.mark.parametrize(
    "segmentation",
    [
        pytest.param([SQUARE], id="polygons"),
        pytest.param({"size": [5, 6], "counts": [6, 2, 3, 2, 3, 2, 12]}, id="plain runs"),
        pytest.param({"size": [5, 6], "counts": "6230009"}, id="compressed text"),
        pytest.param({"size": [5, 6], "counts": b"6230009"}, id="compressed bytes"),
    ],
)
def test_every_form_of_segmentation_is_read(segmentation):
    bitmap = np.zeros((5, 6), dtype=bool)
    bitmap[1:3, 1:4] = True

    assert rle.from_segmentation(segmentation, 5, 6) == rle.encode(bitmap)


def test_an_encoding_of_another_size_is_refused():
    with pytest.raises(ValueError, match=r"is for a picture of \[5, 6\], not of \[6, 5\]"):
        rle.from_segmentation({"size": [5, 6], "counts": [30]}, 6, 5)


@pytest.mark.parametrize("counts", [[29], [31], [40, -10]], ids=["too short", "too long", "negative"])
def test_runs_that_do_not_cover_the_picture_are_refused(counts):
    with pytest.raises(ValueError, match="but the picture has 5×6"):
        rle.decode({"size": [5, 6], "counts": counts})
