"""The evaluator ``semantic-iou``."""

from collections.abc import Sequence
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from detcore.data import semantic_map
from detcore.errors import ConfigError, DatasetError
from detcore.evaluation import PictureKey, picture_key
from detcore.interfaces import EvaluationResult, Evaluator, State
from detcore.specs import DatasetMetadata
from detcore.structures import ModelInput, ModelOutput

__all__ = ["SemanticIoU"]


class Confusion(NamedTuple):
    """How often each pair of labels met in one picture; most never do, so only those that did are kept."""

    pairs: NDArray[np.int64]
    """Predicted label × number of labels + true label."""

    counts: NDArray[np.int64]


SeenPictures = dict[PictureKey, Confusion]


class SemanticIoU(Evaluator):
    """Mean and frequency-weighted intersection over union, mean and pixel accuracy, and both of each class.

    A class without a true pixel is NaN and in no mean; nothing at all to measure is NaN throughout.
    """

    def __init__(self, *, metadata: DatasetMetadata, ignore_value: int) -> None:
        self._classes = metadata.stuff_classes
        self._ignore_value = ignore_value
        self._seen: SeenPictures = {}

    def reset(self) -> None:
        self._seen = {}

    def process(self, inputs: Sequence[ModelInput], outputs: Sequence[ModelOutput]) -> None:
        """Remember a batch.

        Raises:
            ConfigError: the model predicts more labels than the data has.
            DatasetError: a picture has no semantic map, or one with a label that is no class.
        """
        for each, output in zip(inputs, outputs, strict=True):
            self._refuse_further_labels(len(output["sem_seg"]))
            predicted = output["sem_seg"].argmax(dim=0).cpu().numpy()
            self._seen[picture_key(each)] = self._confusion(predicted, semantic_map(each), each)

    def state(self) -> State:
        return self._seen

    def merge(self, states: Sequence[State]) -> None:
        self._seen = {key: confusion for state in states for key, confusion in cast(SeenPictures, state).items()}

    def evaluate(self) -> EvaluationResult:
        confusion = self._total()
        right, true, predicted = confusion.diagonal(), confusion.sum(axis=0), confusion.sum(axis=1)
        with np.errstate(invalid="ignore"):  # 0 / 0 is the NaN that is wanted
            iou = np.where(true > 0, right / (true + predicted - right), np.nan)
            accuracy = right / true
            weighted = np.nansum(iou * true) / true.sum()
            pixels = right.sum() / true.sum()
        return {
            "semantic": {
                "mIoU": 100 * _mean(iou),
                "fwIoU": 100 * float(weighted),
                "mACC": 100 * _mean(accuracy),
                "pACC": 100 * float(pixels),
                "per_class_mIoU": self._named(iou),
                "per_class_mACC": self._named(accuracy),
            }
        }

    def _refuse_further_labels(self, predicted: int) -> None:
        number = len(self._classes)
        if predicted > number:
            raise ConfigError(
                f"semantic-iou: the model predicts {predicted} labels, but the data it is evaluated on has {number} "
                f"stuff classes; evaluate it on data with the labels it was trained on, or train it with "
                f"num_classes = {number}"
            )

    def _confusion(self, predicted: NDArray[np.int64], true: NDArray[np.int32], each: ModelInput) -> Confusion:
        number = len(self._classes)
        is_labelled = true != self._ignore_value
        labels = true[is_labelled].astype(np.int64)
        unknown = labels[(labels < 0) | (labels >= number)]
        if len(unknown):
            name = each.get("file_name") or f"image {each['image_id']}"
            raise DatasetError(
                f"{name}: the semantic map has the label {unknown[0]}, "
                f"but there are {number} stuff classes, and {self._ignore_value} is ignored"
            )
        pairs, counts = np.unique(predicted[is_labelled] * number + labels, return_counts=True)
        return Confusion(pairs, counts)

    def _total(self) -> NDArray[np.float64]:
        """Pixels by predicted and true label."""
        number = len(self._classes)
        total = np.zeros(number * number)
        for pairs, counts in self._seen.values():
            total[pairs] += counts
        return total.reshape(number, number)

    def _named(self, values: NDArray[np.float64]) -> dict[str, float]:
        return {name: 100 * value for name, value in zip(self._classes, values.tolist(), strict=True)}


def _mean(values: NDArray[np.float64]) -> float:
    """Of the values that are not NaN; NaN where there is none."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")
