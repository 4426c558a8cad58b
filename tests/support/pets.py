"""A tiny COCO-format dataset of two classes, where the README's example expects one."""

import json
from pathlib import Path

import cv2
import numpy as np

__all__ = ["CATEGORIES", "PETS_REDUCED", "write_pets"]

PETS_REDUCED = [
    "training.epochs=1",
    "training.batch_size=2",
    "data.train.augmentations.0.sizes=[96]",
    "data.test.augmentations.0.sizes=[96]",
    "model.backbone.bottom_up.depth=18",
]
"""Overrides that make the README's example a matter of seconds."""

CATEGORIES = [{"id": 1, "name": "cat"}, {"id": 7, "name": "dog"}]


def write_pets(folder: Path, num_images: int = 4) -> None:
    """``pets/train``, ``pets/val`` and their annotation files, below ``folder``."""
    for split in ("train", "val"):
        pictures = folder / "pets" / split
        pictures.mkdir(parents=True)
        generator = np.random.default_rng(0)
        objects = [_write_picture(pictures / f"{index}.png", index, generator) for index in range(num_images)]
        images = [{"id": i, "file_name": f"{i}.png", "height": 96, "width": 128} for i in range(num_images)]
        content = {"images": images, "annotations": objects, "categories": CATEGORIES}
        (folder / "pets" / f"{split}.json").write_text(json.dumps(content))


def _write_picture(path: Path, index: int, generator: np.random.Generator) -> dict[str, object]:
    picture = generator.integers(0, 80, (96, 128, 3)).astype(np.uint8)
    x, y, side = (int(value) for value in generator.integers((4, 4, 24), (60, 40, 50)))
    category = CATEGORIES[index % 2]["id"]
    cv2.rectangle(picture, (x, y), (x + side - 1, y + side - 1), (255, 120, 0) if index % 2 else (0, 200, 255), -1)
    cv2.imwrite(str(path), picture)
    corners = [x, y, x + side, y, x + side, y + side, x, y + side]
    box = {"bbox": [x, y, side, side], "area": side * side, "iscrowd": 0, "segmentation": [corners]}
    return {"id": index + 1, "image_id": index, "category_id": category, **box}
