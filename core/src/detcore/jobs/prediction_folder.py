"""What ``predict`` leaves behind: pictures with detections drawn into them, and all detections as JSON."""

import json
from collections.abc import Sequence
from pathlib import Path, PurePath

import numpy as np
from numpy.typing import NDArray

from detcore.drawing import write_picture
from detcore.evaluation import CocoPrediction
from detcore.specs import DatasetMetadata
from detcore.training import write_text

__all__ = ["PredictionFolder"]


class PredictionFolder:
    """Collects the results of one call; the folder is made with the first picture."""

    def __init__(self, path: Path, metadata: DatasetMetadata) -> None:
        self.path = path
        self._metadata = metadata
        self._images: list[dict[str, object]] = []
        self._predictions: list[dict[str, object]] = []
        self._taken: set[PurePath] = set()

    @property
    def next_image_id(self) -> int:
        """The id of the picture to be added next, from 1."""
        return len(self._images) + 1

    def add(
        self,
        picture: Path,
        name: PurePath,
        *,
        size: tuple[int, int],
        drawn: NDArray[np.uint8],
        predictions: Sequence[CocoPrediction],
    ) -> None:
        """Keep the results of one picture of this height and width; ``name`` is where, below the folder."""
        place = self._free_name(name)
        self._predictions += [{**prediction, "file_name": str(picture)} for prediction in predictions]
        self._images.append(
            {
                "id": self.next_image_id,
                "file_name": str(picture),
                "height": size[0],
                "width": size[1],
                "drawn": place.as_posix(),
            }
        )
        write_picture(self.path / place, drawn)

    def close(self) -> None:
        """Write the JSON files.

        ``predictions.json`` is a list of COCO results, each with its picture's ``file_name`` besides; ``images.json``
        says what their ids mean.
        """
        categories = [
            {"id": self._metadata.category_id(index), "name": name} for index, name in enumerate(self._metadata.classes)
        ]
        write_text(self.path / "predictions.json", json.dumps(self._predictions, indent=1) + "\n")
        images = {"images": self._images, "categories": categories, "annotations": []}
        write_text(self.path / "images.json", json.dumps(images, indent=1) + "\n")

    def _free_name(self, name: PurePath) -> PurePath:
        """A name no earlier picture took: sources from several folders may share names."""
        free, number = name.with_suffix(".png"), 2
        while free in self._taken:
            free, number = name.with_name(f"{name.stem}-{number}.png"), number + 1
        self._taken.add(free)
        return free
