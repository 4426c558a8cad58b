"""Masks from the frame of their box to a picture, beside sampling the whole picture and pycocotools' encoder."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from memory_growth import peak_growth
from pycocotools import mask as coco
from torch.nn.functional import grid_sample

from detcore.structures import ROIMasks, pasting

HEIGHT, WIDTH = 33, 41
FEW_PIXELS = pasting._FEW_PIXELS
THRESHOLDS = st.sampled_from([0.001, 0.2, 0.5, 0.8])


def sampled(probs, boxes, height, width):
    """Values at every pixel of the picture, for every mask."""
    x1, y1, x2, y2 = boxes.unbind(1)
    x = (torch.arange(width) + 0.5 - x1[:, None]) / (x2 - x1)[:, None] * 2 - 1
    y = (torch.arange(height) + 0.5 - y1[:, None]) / (y2 - y1)[:, None] * 2 - 1
    grid = torch.stack([x[:, None].expand(-1, height, -1), y[:, :, None].expand(-1, -1, width)], dim=3)
    return grid_sample(probs[:, None], grid, align_corners=False)[:, 0]


def assert_pasted_as_sampled(probs, boxes, height, width, threshold):
    """To the pixel, in each of the three forms."""
    masks = ROIMasks(probs, boxes)
    bitmaps = (sampled(probs, boxes, height, width) >= threshold).numpy()

    assert masks.to_rle(height, width, threshold) == [
        coco.encode(np.asfortranarray(bitmap, dtype=np.uint8)) for bitmap in bitmaps
    ]
    assert np.array_equal(masks.dense(height, width, threshold), bitmaps)
    for index, bitmap in enumerate(bitmaps):
        left, top, crop = masks.crop(index, height, width, threshold)
        assert np.array_equal(crop, bitmap[top : top + crop.shape[0], left : left + crop.shape[1]])
        assert crop.sum() == bitmap.sum()


@st.composite
def spans(draw, length):
    """Where a box may begin and end along one axis of the picture."""
    start = draw(
        st.one_of(
            st.floats(-2 * length, 2 * length, width=32),
            st.integers(-1, length).map(float),  # on the edges of pixels, borders of the picture included
            st.floats(-1e5, 0, width=32),
        )
    )
    extent = draw(
        st.one_of(
            st.floats(0.5, 2 * length, width=32),
            st.floats(2**-10, 1, width=32),  # below a pixel
            st.integers(1, length).map(float),
            st.floats(1e3, 2e5, width=32),  # a cell of the grid covers the picture
        )
    )
    return start, float(np.float32(start) + np.float32(extent))


@st.composite
def boxes(draw):
    (x1, x2), (y1, y2) = draw(spans(WIDTH)), draw(spans(HEIGHT))
    return torch.tensor([[x1, y1, x2, y2]]).expand(3, -1)


@st.composite
def grids(draw):
    """Noise, a blob, and a map of few values, many of which lie exactly on a threshold."""
    height, width = draw(st.sampled_from([(1, 1), (2, 3), (7, 7), (28, 28)]))
    noise = torch.rand(height, width, generator=torch.Generator().manual_seed(draw(st.integers(0, 99))))
    away = torch.linspace(-1, 1, height)[:, None] ** 2 + torch.linspace(-1, 1, width) ** 2
    return torch.stack([noise, torch.sigmoid(9 * (0.6 - away)), (noise * 4).round() / 4])


@settings(deadline=None, max_examples=400)
@given(grids(), boxes(), THRESHOLDS, st.sampled_from([0, FEW_PIXELS]))
def test_masks_are_pasted_to_the_pixel_wherever_the_box_lies(probs, box, threshold, few_pixels):
    nonempty = (box[:, 2:] > box[:, :2]).all(dim=1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pasting, "_FEW_PIXELS", few_pixels)  # the picture is so small that all are few
        assert_pasted_as_sampled(probs[nonempty], box[nonempty], HEIGHT, WIDTH, threshold)


@pytest.mark.parametrize("size", [(1080, 1920), (1, 3000), (3000, 1)])
def test_masks_are_pasted_to_the_pixel_in_large_pictures(size):
    height, width = size
    generator = torch.Generator().manual_seed(0)
    corners = torch.rand(12, 2, 2, generator=generator).sort(dim=1).values * torch.tensor([width, height])
    whole = torch.tensor([[0.0, 0, width, height], [-0.5 * width, -0.5 * height, 1.5 * width, 1.5 * height]])
    probs = torch.rand(14, 28, 28, generator=generator)

    assert_pasted_as_sampled(probs, torch.cat([corners.flatten(1), whole]), height, width, 0.5)


@pytest.mark.parametrize("value", [0.5, float(np.nextafter(np.float32(0.5), np.float32(0))), float("nan")])
def test_values_that_lie_on_the_threshold_everywhere_are_rounded_as_sampled(value):
    probs = torch.full((2, 28, 28), value)
    boxes = torch.tensor([[3.3, 2.2, 217.7, 140.1], [0, 0, 300, 200]])

    assert_pasted_as_sampled(probs, boxes, 200, 300, 0.5)


def test_one_value_that_is_no_number_spoils_its_surroundings_alone(monkeypatch):
    monkeypatch.setattr(pasting, "_FEW_PIXELS", 0)
    probs = torch.ones(1, 7, 7)
    probs[0, 3, 3] = float("nan")

    assert_pasted_as_sampled(probs, torch.tensor([[5.0, 5, 75, 75]]), 80, 80, 0.5)


def test_columns_are_treated_in_portions_that_do_not_show(monkeypatch):
    probs = torch.rand(5, 28, 28, generator=torch.Generator().manual_seed(0))
    boxes = torch.tensor([[0.0, 0, 90, 60]]).expand(5, -1)
    whole = ROIMasks(probs, boxes).to_rle(60, 90)

    monkeypatch.setattr(pasting, "_FEW_PIXELS", 0)
    monkeypatch.setattr(pasting, "_MAX_PIXELS", 60 * 7)

    assert ROIMasks(probs, boxes).to_rle(60, 90) == whole


@pytest.mark.parametrize(
    ("probs", "covered"),
    [
        pytest.param(torch.rand(100, 28, 28, generator=torch.Generator().manual_seed(0)), 0.3, id="boxes of all sizes"),
        pytest.param(torch.rand(100, 28, 28, generator=torch.Generator().manual_seed(0)), 1.0, id="whole pictures"),
        pytest.param(torch.rand(3, 224, 224, generator=torch.Generator().manual_seed(0)), 1.0, id="fine grids"),
        pytest.param(torch.full((1, 28, 28), 0.5), 1.0, id="every pixel on the threshold"),
    ],
)
def test_masks_of_a_huge_picture_need_little_memory(probs, covered):
    height, width = 4000, 8000  # 32 MB for each mask as a bitmap, 128 MB as values
    share = torch.linspace(0, covered, len(probs) + 1)[1:, None] if covered < 1 else torch.ones(len(probs), 1)
    boxes = torch.cat([torch.zeros(len(probs), 2), share * torch.tensor([width, height])], dim=1)
    masks = ROIMasks(probs, boxes)
    masks[:1].to_rle(100, 100)  # what the first call alone allocates

    assert peak_growth(lambda: masks.to_rle(height, width)) < 100
