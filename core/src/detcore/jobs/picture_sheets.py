"""Pictures of what a model sees beside what is there."""

from collections.abc import Sequence
from pathlib import Path

from attrs import define

from detcore.data import read_picture
from detcore.drawing import side_by_side, write_picture
from detcore.interfaces import Dataset
from detcore.jobs.drawn_predictions import drawn_prediction, drawn_truth
from detcore.structures import ModelInput, ModelOutput

__all__ = ["PictureSheets"]


@define(eq=False)
class PictureSheets:
    """Writes the first ``count`` pictures of a dataset with ground truth and predictions side by side.

    Called with every batch of an evaluation, in the order of the dataset.
    """

    directory: Path
    dataset: Dataset
    count: int
    score_threshold: float
    """Detections below it are not drawn."""

    _seen: int = 0

    def __call__(self, inputs: Sequence[ModelInput], outputs: Sequence[ModelOutput]) -> None:
        for output in outputs:
            if self._seen < self.count:
                self._write(self._seen, output)
            self._seen += 1

    def _write(self, index: int, output: ModelOutput) -> None:
        record = self.dataset[index]
        image = record["image"] if "image" in record else read_picture(record["file_name"])
        metadata = self.dataset.metadata
        predicted = drawn_prediction(image, output, metadata, score_threshold=self.score_threshold)
        truth = drawn_truth(image, record, metadata, beside=output)
        name = Path(record["file_name"]).stem if "file_name" in record else str(record["image_id"])
        write_picture(self.directory / f"{index:03d}-{name}.png", side_by_side(truth, predicted))
