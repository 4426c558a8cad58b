"""A tiny COCO-format folder of one class, which tests fill with objects or with mistakes."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from attrs import define, field

__all__ = ["CocoFolder", "square"]


@define
class CocoFolder:
    """Pictures in ``images`` and their ``instances.json``, below ``root``."""

    root: Path
    content: dict[str, list[dict[str, Any]]] = field(
        factory=lambda: {"images": [], "annotations": [], "categories": [{"id": 1, "name": "thing"}]}
    )
    """What the annotation file will hold; image ids and annotation ids count from 1."""

    @property
    def annotations(self) -> Path:
        return self.root / "instances.json"

    def picture(self, image_id: int) -> Path:
        return self.root / "images" / f"{image_id}.jpg"

    def add(self, objects: Sequence[dict[str, Any]] = (), *, side: int = 64) -> None:
        """One more picture of ``side``×``side`` px: noise, and light where its objects are."""
        images, annotations = self.content["images"], self.content["annotations"]
        image_id = len(images) + 1
        pixels = np.random.default_rng(image_id).integers(0, 80, (side, side, 3), dtype=np.uint8)
        for each in objects:
            x, y, width, height = each["bbox"]
            pixels[y : y + height, x : x + width] = 220
            annotations.append({"id": len(annotations) + 1, "image_id": image_id, **each})
        images.append({"id": image_id, "file_name": f"{image_id}.jpg", "height": side, "width": side})
        self.picture(image_id).parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(self.picture(image_id)), pixels)

    def write(self) -> None:
        """Write the annotation file as ``content`` is now."""
        self.annotations.write_text(json.dumps(self.content))

    def dataset(self) -> str:
        """The dataset as a config writes it."""
        images, annotations = (self.root / "images").as_posix(), self.annotations.as_posix()
        return f'{{ type = "coco", images = "{images}", annotations = "{annotations}" }}'


def square(x: int, y: int, side: int) -> dict[str, Any]:
    """An object: a square as COCO writes it."""
    polygon = [x, y, x + side, y, x + side, y + side, x, y + side]
    return {
        "category_id": 1,
        "bbox": [x, y, side, side],
        "area": side * side,
        "iscrowd": 0,
        "segmentation": [polygon],
    }
