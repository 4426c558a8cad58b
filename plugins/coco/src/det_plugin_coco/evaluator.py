"""The evaluator component ``coco``."""

from collections.abc import Sequence
from typing import Final, cast

from det_plugin_coco.coco_metrics import measure
from det_plugin_coco.evaluator_config import Task
from det_plugin_coco.keypoint_sigmas import sigma_problem, sigmas_of
from det_plugin_coco.seen_pictures import SeenPicture, see
from detcore.errors import ConfigError, DatasetError
from detcore.evaluation import PictureKey
from detcore.interfaces import EvaluationResult, Evaluator, State
from detcore.specs import DatasetMetadata
from detcore.structures import Instances, ModelInput, ModelOutput

__all__ = ["CocoEvaluator"]

SeenPictures = dict[PictureKey, SeenPicture]

FURTHER: Final[dict[Task, tuple[str, str]]] = {
    "segm": ("pred_masks", "mask"),
    "keypoints": ("pred_keypoints", "keypoint"),
}
"""Of each task beyond boxes: the field of the predictions that it measures, and the word for one of what it holds."""


class CocoEvaluator(Evaluator):
    """Average precision and recall as COCO defines them, of boxes, masks and keypoints.

    The result holds a table per task, in percent; a value that nothing defines (no ground truth of that size or class)
    is NaN. The pictures are those that were processed, whether or not anything was detected in them.

    Raises:
        ConfigError: keypoints are to be measured, but their sigmas are not known or of another number.
    """

    def __init__(
        self,
        *,
        metadata: DatasetMetadata,
        tasks: Sequence[Task] | None,
        max_detections: Sequence[int],
        use_categories: bool,
        keypoint_sigmas: Sequence[float] | None,
        max_keypoint_detections: int,
    ) -> None:
        self._metadata = metadata
        self._tasks = tasks
        self._max_detections = max_detections
        self._use_categories = use_categories
        self._keypoint_sigmas = sigmas_of(metadata, keypoint_sigmas)
        self._max_keypoint_detections = max_keypoint_detections
        self._sigma_problem = sigma_problem(metadata, keypoint_sigmas)
        self._seen: SeenPictures = {}
        if "keypoints" in (tasks or ()):
            self._refuse_unknown_sigmas()

    def reset(self) -> None:
        self._seen = {}

    def process(self, inputs: Sequence[ModelInput], outputs: Sequence[ModelOutput]) -> None:
        """Remember a batch.

        Raises:
            DatasetError: a predicted class is not one of the dataset's, or keypoints are not as many.
            ConfigError: masks or keypoints are to be measured, but the model predicts none, or the sigmas of the
                keypoints are not known.
        """
        for model_input, output in zip(inputs, outputs, strict=True):
            instances = output["instances"]
            picture = see(model_input, instances, self._metadata, tasks=self._seen_tasks(instances))
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
        return {task: self._measure(pictures, task) for task in self._measured(pictures)}

    def _measure(self, pictures: Sequence[SeenPicture], task: Task) -> EvaluationResult:
        return measure(
            pictures,
            task,
            classes=self._metadata.classes,
            max_detections=[self._max_keypoint_detections] if task == "keypoints" else self._max_detections,
            use_categories=self._use_categories,
            keypoint_sigmas=self._keypoint_sigmas,
        )

    def _seen_tasks(self, instances: Instances) -> set[Task]:
        """The tasks for which something is to be remembered of a picture; what was asked for must be predicted."""
        if self._tasks is None:
            tasks: set[Task] = {task for task, (name, _) in FURTHER.items() if instances.has(name)}
            if not self._metadata.keypoints:
                tasks.discard("keypoints")
            if "keypoints" in tasks:
                self._refuse_unknown_sigmas()
            return tasks
        for task in self._tasks:
            if task in FURTHER and not instances.has(FURTHER[task][0]):
                word = FURTHER[task][1]
                raise ConfigError(
                    f"evaluator 'coco' is to measure '{task}', but the model predicts no {word}s; "
                    f"give it a {word} head, or take '{task}' out of the evaluator's 'tasks'"
                )
        return set(self._tasks)

    def _refuse_unknown_sigmas(self) -> None:
        if self._sigma_problem:
            raise ConfigError(f"evaluator 'coco' is to measure 'keypoints', but {self._sigma_problem}")

    def _measured(self, pictures: Sequence[SeenPicture]) -> Sequence[Task]:
        maskless = [picture for picture in pictures if any(each.mask is None for each in picture.objects)]
        if self._tasks is None:
            masks: tuple[Task, ...] = ("segm",) if _any_masks(pictures) and not maskless else ()
            keypoints: tuple[Task, ...] = ("keypoints",) if _any_keypoints(pictures) else ()
            return ("bbox", *masks, *keypoints)
        if "segm" in self._tasks and maskless:
            raise DatasetError(
                f"evaluator 'coco' is to measure 'segm', but {len(maskless)} of {len(pictures)} pictures have objects "
                f"without a segmentation (the first: {_name(maskless[0])}); take 'segm' out of the evaluator's 'tasks'"
            )
        return self._tasks


def _any_masks(pictures: Sequence[SeenPicture]) -> bool:
    return any(picture.detected.masks is not None for picture in pictures)


def _any_keypoints(pictures: Sequence[SeenPicture]) -> bool:
    return any(picture.detected.keypoints is not None for picture in pictures)


def _order(key: PictureKey) -> tuple[bool, int | str, str]:
    """By image id, numbers before names: the order decides between detections of equal score."""
    image_id, file_name = key
    return isinstance(image_id, str), image_id, file_name


def _name(picture: SeenPicture) -> str:
    image_id, file_name = picture.key
    return file_name or f"image {image_id}"
