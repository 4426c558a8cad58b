"""The evaluator component ``voc``."""

from collections.abc import Sequence
from typing import Final, cast

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from det_plugin_coco.voc_metrics import (
    BoxesOfClass,
    Interpolation,
    average_precision,
    mean_of_known,
)
from detcore.evaluation import PictureKey, picture_key
from detcore.interfaces import EvaluationResult, Evaluator, State
from detcore.specs import DatasetMetadata
from detcore.structures import Instances, ModelInput, ModelOutput

__all__ = ["VocEvaluator"]

OVERLAPS: Final = tuple(range(50, 100, 5))
"""In percent."""


@frozen(kw_only=True, eq=False)
class SeenBoxes:
    """A picture's boxes, n×4 in its stored pixels, and whose they are."""

    objects: NDArray[np.float64]
    classes: NDArray[np.int64]
    is_difficult: NDArray[np.bool_]
    detected: NDArray[np.float64]
    detected_classes: NDArray[np.int64]
    scores: NDArray[np.float64]

    def of_class(self, index: int) -> BoxesOfClass:
        there, found = self.classes == index, self.detected_classes == index
        return BoxesOfClass(
            objects=self.objects[there],
            is_difficult=self.is_difficult[there],
            detected=self.detected[found],
            scores=self.scores[found],
        )


class VocEvaluator(Evaluator):
    """Average precision at an overlap of more than 0.5, 0.75, and on average over 0.5, 0.55, …, 0.95.

    A class without an object that has to be found is NaN and in no mean.
    """

    def __init__(self, *, metadata: DatasetMetadata, interpolation: Interpolation) -> None:
        self._classes = metadata.classes
        self._interpolation = interpolation
        self._seen: dict[PictureKey, SeenBoxes] = {}

    def reset(self) -> None:
        self._seen = {}

    def process(self, inputs: Sequence[ModelInput], outputs: Sequence[ModelOutput]) -> None:
        for each, output in zip(inputs, outputs, strict=True):
            self._seen[picture_key(each)] = _seen(each, output["instances"])

    def state(self) -> State:
        return self._seen

    def merge(self, states: Sequence[State]) -> None:
        self._seen = {key: each for state in states for key, each in cast(dict[PictureKey, SeenBoxes], state).items()}

    def evaluate(self) -> EvaluationResult:
        by_overlap = {overlap: self._of_classes(overlap / 100) for overlap in OVERLAPS}
        means = {overlap: mean_of_known(values.values()) for overlap, values in by_overlap.items()}
        return {
            "voc": {
                "AP": mean_of_known(means.values()),
                "AP50": means[50],
                "AP75": means[75],
                **{f"per_class_AP{overlap}": values for overlap, values in by_overlap.items()},
            }
        }

    def _of_classes(self, iou: float) -> dict[str, float]:
        """Average precision of each class, in percent."""
        found = {}
        for index, name in enumerate(self._classes):
            pictures = [each.of_class(index) for each in self._seen.values()]
            found[name] = 100 * average_precision(pictures, iou=iou, interpolation=self._interpolation)
        return found


def _seen(model_input: ModelInput, instances: Instances) -> SeenBoxes:
    annotations = model_input["annotations"]
    return SeenBoxes(
        objects=np.array([each["bbox"] for each in annotations], dtype=np.float64).reshape(-1, 4),
        classes=np.array([each["category_id"] for each in annotations], dtype=np.int64),
        is_difficult=np.array([bool(each.get("iscrowd", 0)) for each in annotations], dtype=np.bool_),
        detected=instances.pred_boxes.tensor.cpu().double().numpy(),
        detected_classes=instances.pred_classes.cpu().numpy(),
        scores=instances.scores.cpu().double().numpy(),
    )
