"""The evaluator component ``coco``."""

from collections.abc import Sequence
from typing import cast

from det_plugin_coco.coco_metrics import measure
from det_plugin_coco.evaluator_config import Task
from det_plugin_coco.seen_pictures import PictureKey, SeenPicture, see
from detcore.errors import ConfigError, DatasetError
from detcore.interfaces import EvaluationResult, Evaluator, State
from detcore.specs import DatasetMetadata
from detcore.structures import ModelInput, ModelOutput

__all__ = ["CocoEvaluator"]

SeenPictures = dict[PictureKey, SeenPicture]


class CocoEvaluator(Evaluator):
    """Average precision and recall as COCO defines them, of boxes and masks.

    The result holds a table per task, in percent; a value that nothing defines (no ground truth of that size or class)
    is NaN. The pictures are those that were processed, whether or not anything was detected in them.
    """

    def __init__(
        self,
        *,
        metadata: DatasetMetadata,
        tasks: Sequence[Task] | None,
        max_detections: Sequence[int],
        use_categories: bool,
    ) -> None:
        self._metadata = metadata
        self._tasks = tasks
        self._max_detections = max_detections
        self._use_categories = use_categories
        self._seen: SeenPictures = {}

    def reset(self) -> None:
        self._seen = {}

    def process(self, inputs: Sequence[ModelInput], outputs: Sequence[ModelOutput]) -> None:
        """Remember a batch.

        Raises:
            DatasetError: a predicted class is not one of the dataset's.
            ConfigError: masks are to be measured, but the model predicts none.
        """
        for model_input, output in zip(inputs, outputs, strict=True):
            instances = output["instances"]
            has_masks = instances.has("pred_masks")
            if not has_masks and "segm" in (self._tasks or ()):
                raise ConfigError(
                    "evaluator 'coco' is to measure 'segm', but the model predicts no masks; "
                    "give it a mask head, or take 'segm' out of the evaluator's 'tasks'"
                )
            wants_masks = self._tasks is None or "segm" in self._tasks
            picture = see(model_input, instances, self._metadata, with_masks=has_masks and wants_masks)
            self._seen[picture.key] = picture

    def state(self) -> State:
        return self._seen

    def merge(self, states: Sequence[State]) -> None:
        self._seen = {key: picture for state in states for key, picture in cast(SeenPictures, state).items()}

    def evaluate(self) -> EvaluationResult:
        """A table of statistics per task.

        Raises:
            DatasetError: masks are to be measured, but an object has none.
        """
        pictures = [self._seen[key] for key in sorted(self._seen, key=_order)]
        return {
            task: measure(
                pictures,
                task,
                classes=self._metadata.classes,
                max_detections=self._max_detections,
                use_categories=self._use_categories,
            )
            for task in self._measured(pictures)
        }

    def _measured(self, pictures: Sequence[SeenPicture]) -> Sequence[Task]:
        maskless = [picture for picture in pictures if any(each.mask is None for each in picture.objects)]
        if self._tasks is None:
            predicted = any(picture.detected.masks is not None for picture in pictures)
            return ("bbox", "segm") if predicted and not maskless else ("bbox",)
        if "segm" in self._tasks and maskless:
            raise DatasetError(
                f"evaluator 'coco' is to measure 'segm', but {len(maskless)} of {len(pictures)} pictures have objects "
                f"without a segmentation (the first: {_name(maskless[0])}); take 'segm' out of the evaluator's 'tasks'"
            )
        return self._tasks


def _order(key: PictureKey) -> tuple[bool, int | str, str]:
    """By image id, numbers before names: the order decides between detections of equal score."""
    image_id, file_name = key
    return isinstance(image_id, str), image_id, file_name


def _name(picture: SeenPicture) -> str:
    image_id, file_name = picture.key
    return file_name or f"image {image_id}"
