"""Masks, boxes, skeletons, keypoints and labels on a picture."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from detcore.drawing.colours import Colour, class_colour
from detcore.drawing.labels import draw_labels
from detcore.drawing.objects import Drawable, from_annotations, from_predictions
from detcore.structures import Annotation, Instances

__all__ = ["draw_instances"]

Picture = NDArray[np.uint8]

Skeleton = Sequence[tuple[int, int]]
"""Pairs of keypoints, counted from 0."""

Point = tuple[tuple[int, int], float]
"""Column and row in the drawing, and the visibility."""

_READABLE_SIDE = 512
"""Pixels; a smaller picture is magnified by a whole factor until its longer side is at least this."""

_MASK_OPACITY = 0.45
_HATCH_PERIOD = 8
_DASH = 6
"""Pixels of the drawing."""

_ROOM_FOR_DISCS = 48 * 48
"""Pixels of the drawing; in a smaller box keypoints are drawn smaller, or nothing else could be seen of the object."""


def draw_instances(
    image: Picture,
    objects: Instances | Sequence[Annotation],
    class_names: Sequence[str],
    *,
    score_threshold: float = 0.0,
    readable_side: int = _READABLE_SIDE,
    skeleton: Skeleton = (),
) -> Picture:
    """A copy of ``image`` (H×W×3, RGB) with predictions (``pred_*``) or annotations drawn on it.

    Small pictures come back magnified by a whole factor, so that labels can be read; ``readable_side=0`` leaves the
    size alone. Crowds are hatched and framed by dashes. Keypoints are discs, each of an object in a colour of its own,
    hollow where hidden; ``skeleton`` joins pairs of them, counted from 0.

    Raises:
        ValueError: the predictions are for a picture of another size.
    """
    drawables = _drawables(image, objects, class_names, score_threshold)
    factor = max(-(-readable_side // max(image.shape[:2])), 1)
    canvas = image.repeat(factor, axis=0).repeat(factor, axis=1)
    largest_first = sorted(drawables, key=_area, reverse=True)
    for drawable in largest_first:
        _blend_mask(canvas, drawable, factor)
    for drawable in largest_first:
        _draw_outline(canvas, drawable, factor)
        _draw_keypoints(canvas, drawable, factor, skeleton)
    draw_labels(canvas, [(drawable.label, drawable.class_id, _scaled_box(drawable, factor)) for drawable in drawables])
    return canvas


def _drawables(
    image: Picture, objects: Instances | Sequence[Annotation], class_names: Sequence[str], score_threshold: float
) -> list[Drawable]:
    height, width = image.shape[:2]
    if not isinstance(objects, Instances):
        return from_annotations(objects, (height, width), class_names)
    if objects.image_size != (height, width):
        raise ValueError(f"the predictions are for a picture of {objects.image_size}, not of {(height, width)}")
    return from_predictions(objects, (height, width), class_names, score_threshold)


def _area(drawable: Drawable) -> float:
    x1, y1, x2, y2 = drawable.box
    return (x2 - x1) * (y2 - y1)


def _scaled_box(drawable: Drawable, factor: int) -> tuple[int, int, int, int]:
    x1, y1, x2, y2 = (round(edge * factor) for edge in drawable.box)
    return x1, y1, x2 - 1, y2 - 1


def _blend_mask(canvas: Picture, drawable: Drawable, factor: int) -> None:
    if drawable.crop is None:
        return
    left, top, bitmap = drawable.crop()
    if bitmap.size == 0:
        return
    left, top, bitmap = left * factor, top * factor, bitmap.repeat(factor, axis=0).repeat(factor, axis=1)
    window = canvas[top : top + bitmap.shape[0], left : left + bitmap.shape[1]]
    filled = bitmap & _hatching(*bitmap.shape) if drawable.is_crowd else bitmap
    np.copyto(window, _tinted(window, class_colour(drawable.class_id)), where=filled[:, :, None])
    contours, _ = cv2.findContours(bitmap.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(canvas, contours, -1, class_colour(drawable.class_id), 1, offset=(left, top))


def _tinted(window: Picture, colour: tuple[int, int, int]) -> Picture:
    """Through a table of all 256 values, which takes an eighth of the room that arithmetic on the picture would."""
    values = (1 - _MASK_OPACITY) * np.arange(256)[:, None] + _MASK_OPACITY * np.array(colour)
    return cv2.LUT(window, values.astype(np.uint8)[None]).astype(np.uint8, copy=False)


def _hatching(height: int, width: int) -> NDArray[np.bool_]:
    rows, columns = ((np.arange(length) % _HATCH_PERIOD).astype(np.uint8) for length in (height, width))
    return (rows[:, None] + columns) % _HATCH_PERIOD < _HATCH_PERIOD // 2


def _draw_outline(canvas: Picture, drawable: Drawable, factor: int) -> None:
    x1, y1, x2, y2 = _scaled_box(drawable, factor)
    colour = class_colour(drawable.class_id)
    if not drawable.is_crowd:
        cv2.rectangle(canvas, (x1, y1), (x2, y2), colour, 1)
        return
    for x in range(x1, x2, 2 * _DASH):
        for y in (y1, y2):
            cv2.line(canvas, (x, y), (min(x + _DASH, x2), y), colour, 1)
    for y in range(y1, y2, 2 * _DASH):
        for x in (x1, x2):
            cv2.line(canvas, (x, y), (x, min(y + _DASH, y2)), colour, 1)


def _draw_keypoints(canvas: Picture, drawable: Drawable, factor: int, skeleton: Skeleton) -> None:
    if drawable.keypoints is None:
        return
    points = [((int(x * factor), int(y * factor)), seen) for x, y, seen in drawable.keypoints.tolist()]
    _draw_skeleton(canvas, points, skeleton, class_colour(drawable.class_id))
    radius = 3 if _area(drawable) * factor**2 > _ROOM_FOR_DISCS else 2
    for place, (middle, visibility) in enumerate(points):
        if visibility == 0:
            continue
        colour = class_colour(place)
        cv2.circle(canvas, middle, radius + 1, (255, 255, 255), 1, cv2.LINE_AA)
        cv2.circle(canvas, middle, radius, colour, 1 if visibility == 1 else cv2.FILLED, cv2.LINE_AA)


def _draw_skeleton(canvas: Picture, points: Sequence[Point], skeleton: Skeleton, colour: Colour) -> None:
    """Lines between points that are both labelled; objects may carry no points at all."""
    for start, end in skeleton:
        if max(start, end) < len(points) and points[start][1] and points[end][1]:
            cv2.line(canvas, points[start][0], points[end][0], colour, 2, cv2.LINE_AA)
