"""Small tags with an object's class, kept from covering each other where there is room."""

from collections.abc import Iterable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from detcore.drawing.colours import class_colour, ink_on

__all__ = ["draw_labels", "draw_text", "text_size"]

Rectangle = tuple[int, int, int, int]
"""``x1 y1 x2 y2``, whole pixels."""

_FONT = cv2.FONT_HERSHEY_SIMPLEX
_FONT_SCALE = 0.42
_PADDING = 2


def draw_labels(canvas: NDArray[np.uint8], labels: Sequence[tuple[str, int, Rectangle]]) -> None:
    """Tag each object: text, class id (for the colour) and box; the first ones choose their places first."""
    taken: list[Rectangle] = []
    for text, _, box in labels:
        taken.append(_free_place(box, text_size(text), canvas.shape[:2], taken))
    for (text, class_id, _), place in reversed(list(zip(labels, taken, strict=True))):
        draw_text(canvas, text, place, class_colour(class_id))


def text_size(text: str) -> tuple[int, int]:
    """Width and height of a tag."""
    (width, height), baseline = cv2.getTextSize(text, _FONT, _FONT_SCALE, 1)
    return width + 2 * _PADDING, height + baseline + 2 * _PADDING


def draw_text(canvas: NDArray[np.uint8], text: str, place: Rectangle, paper: tuple[int, int, int]) -> None:
    """Text in a filled rectangle."""
    x1, y1, x2, y2 = place
    cv2.rectangle(canvas, (x1, y1), (x2, y2), paper, cv2.FILLED)
    _, baseline = cv2.getTextSize(text, _FONT, _FONT_SCALE, 1)
    origin = (x1 + _PADDING, y2 - baseline - _PADDING + 1)
    cv2.putText(canvas, text, origin, _FONT, _FONT_SCALE, ink_on(paper), 1, cv2.LINE_AA)


def _free_place(box: Rectangle, size: tuple[int, int], picture: tuple[int, int], taken: list[Rectangle]) -> Rectangle:
    """The first place around the box that covers no other tag; the first of all where there is none."""
    places = [_inside(place, picture) for place in _places(box, *size)]
    return next((place for place in places if not any(_overlap(place, other) for other in taken)), places[0])


def _places(box: Rectangle, width: int, height: int) -> Iterable[Rectangle]:
    x1, y1, x2, y2 = box
    for x, y in ((x1, y1 - height), (x1, y2), (x2 - width, y1 - height), (x2 - width, y2), (x1, y1), (x2, y1)):
        yield x, y, x + width, y + height


def _inside(place: Rectangle, picture: tuple[int, int]) -> Rectangle:
    x1, y1, x2, y2 = place
    left = max(min(x1, picture[1] - 1 - (x2 - x1)), 0)
    top = max(min(y1, picture[0] - 1 - (y2 - y1)), 0)
    return left, top, left + x2 - x1, top + y2 - y1


def _overlap(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
