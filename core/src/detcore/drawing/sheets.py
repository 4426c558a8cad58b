"""Several pictures on one sheet."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detcore.drawing.labels import draw_text, text_size

__all__ = ["contact_sheet", "side_by_side"]

Picture = NDArray[np.uint8]

_PAPER = (255, 255, 255)
_GAP = 6
"""Pixels between pictures."""


def side_by_side(left: Picture, right: Picture, titles: tuple[str, str] = ("ground truth", "prediction")) -> Picture:
    """Two pictures of one scene (H×W×3, RGB), each under its title."""
    return contact_sheet([_titled(left, titles[0]), _titled(right, titles[1])], columns=2)


def contact_sheet(pictures: Sequence[Picture], columns: int) -> Picture:
    """Pictures of any sizes (H×W×3, RGB) in rows of ``columns``, each at the top left of its cell.

    Raises:
        ValueError: there is no picture.
    """
    if not pictures:
        raise ValueError("a contact sheet needs at least one picture")
    height = max(picture.shape[0] for picture in pictures) + _GAP
    width = max(picture.shape[1] for picture in pictures) + _GAP
    rows = -(-len(pictures) // columns)
    sheet = np.full((rows * height - _GAP, min(columns, len(pictures)) * width - _GAP, 3), _PAPER, dtype=np.uint8)
    for position, picture in enumerate(pictures):
        top, left = position // columns * height, position % columns * width
        sheet[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return sheet


def _titled(picture: Picture, title: str) -> Picture:
    width, height = text_size(title)
    titled = np.full((picture.shape[0] + height, max(picture.shape[1], width), 3), _PAPER, dtype=np.uint8)
    titled[height:, : picture.shape[1]] = picture
    draw_text(titled, title, (0, 0, width - 1, height - 1), _PAPER)
    return titled
