"""What ``predict`` leaves behind: pictures with detections drawn into them, and all detections as JSON."""

import json
from collections.abc import Sequence
from pathlib import Path, PurePath

import numpy as np
from numpy.typing import NDArray

from detcore.drawing import write_label_map, write_picture
from detcore.evaluation import CocoPrediction, PanopticPrediction, panoptic_categories
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
        self._segments: list[dict[str, object]] = []
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
        segments: PanopticPrediction | None,
        labels: NDArray[np.uint16] | None,
    ) -> None:
        """Keep the results of one picture of this height and width; ``name`` is where, below the folder."""
        place = self._free_name(name)
        image_id = self.next_image_id
        self._predictions += [{**prediction, "file_name": str(picture)} for prediction in predictions]
        told = {"id": image_id, "file_name": str(picture), "height": size[0], "width": size[1]}
        self._images.append({**told, "drawn": place.as_posix()})
        write_picture(self.path / place, drawn)
        if segments is not None:
            self._add_segments(image_id, self._free_name(place.with_suffix(".panoptic.png")), segments)
        if labels is not None:
            self._images[-1]["labels"] = self._add_labels(self._free_name(place.with_suffix(".labels.png")), labels)

    def _add_segments(self, image_id: int, place: PurePath, prediction: PanopticPrediction) -> None:
        write_picture(self.path / place, prediction.colours)
        self._segments.append(
            {"image_id": image_id, "file_name": place.as_posix(), "segments_info": prediction.segments}
        )

    def _add_labels(self, place: PurePath, labels: NDArray[np.uint16]) -> str:
        write_label_map(self.path / place, labels)
        return place.as_posix()

    def close(self) -> None:
        """Write the JSON files.

        ``predictions.json`` is a list of COCO results, each with its picture's ``file_name`` besides; ``images.json``
        says what their ids mean. Where a model tells segments, ``panoptic.json`` is a COCO panoptic file, whose maps
        lie beside the drawn pictures; where it tells labels alone, ``images.json`` names their maps, and what each
        label means.
        """
        categories = [
            {"id": self._metadata.category_id(index), "name": name} for index, name in enumerate(self._metadata.classes)
        ]
        self._write("predictions.json", self._predictions)
        images: dict[str, object] = {"images": self._images, "categories": categories, "annotations": []}
        if any("labels" in image for image in self._images):
            images["labels"] = list(self._metadata.stuff_classes)
        self._write("images.json", images)
        if self._segments:
            categories = panoptic_categories(self._metadata)
            self._write(
                "panoptic.json", {"images": self._images, "categories": categories, "annotations": self._segments}
            )

    def _write(self, name: str, content: object) -> None:
        write_text(self.path / name, json.dumps(content, indent=1) + "\n")

    def _free_name(self, name: PurePath) -> PurePath:
        """A name no earlier picture took: sources from several folders may share names."""
        free, number = name.with_suffix(".png"), 2
        while free in self._taken:
            free, number = name.with_name(f"{name.stem}-{number}.png"), number + 1
        self._taken.add(free)
        return free
