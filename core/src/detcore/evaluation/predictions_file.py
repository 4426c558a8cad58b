"""A JSON file of predictions that grows batch by batch and appears only when it is whole."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec

from detcore.evaluation.coco_json import coco_predictions
from detcore.files import whole_file
from detcore.specs import DatasetMetadata
from detcore.structures import ModelInput, ModelOutput

__all__ = ["PredictionsFile", "write_predictions"]


class PredictionsFile:
    """Takes batches; can be :func:`~detcore.evaluation.evaluate`'s ``on_batch``."""

    def __init__(self, file: BinaryIO, metadata: DatasetMetadata) -> None:
        self.count = 0
        """Detections written so far."""

        self._file = file
        self._metadata = metadata

    def __call__(self, inputs: Sequence[ModelInput], outputs: Sequence[ModelOutput]) -> None:
        for prediction in coco_predictions(inputs, outputs, self._metadata):
            self._file.write(b",\n" if self.count else b"\n")
            self._file.write(msgspec.json.encode(prediction))
            self.count += 1


@contextmanager
def write_predictions(path: Path, metadata: DatasetMetadata) -> Iterator[PredictionsFile]:
    """COCO results, written while the block runs and renamed to ``path`` at its end; an error leaves no file."""
    with whole_file(path) as file:
        file.write(b"[")
        yield PredictionsFile(file, metadata)
        file.write(b"\n]\n")
