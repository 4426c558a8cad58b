"""The evaluator component ``coco``: settings."""

from typing import TYPE_CHECKING, Literal, get_args

from attrs import Attribute, field, frozen
from attrs.validators import and_, deep_iterable, ge, gt, optional

from detcore.specs import DatasetMetadata, EvaluatorConfig, EvaluatorNeeds, Problem, finite, not_empty

if TYPE_CHECKING:
    from det_plugin_coco.evaluator import CocoEvaluator

__all__ = ["CocoEvaluatorConfig", "Task"]

Task = Literal["bbox", "segm", "keypoints"]
"""What is compared with the ground truth: boxes, masks or keypoints."""


def _ascending(instance: object, attribute: "Attribute[tuple[int, ...]]", value: tuple[int, ...]) -> None:
    if not value or value[0] < 1 or list(value) != sorted(set(value)):
        raise ValueError(f"'{attribute.name}' must be rising numbers from 1, such as [1, 10, 100], not {list(value)}")


def _some_task(
    instance: object, attribute: "Attribute[tuple[Task, ...] | None]", value: tuple[Task, ...] | None
) -> None:
    known = set(get_args(Task))
    if value is not None and (not value or len(set(value)) != len(value) or not known.issuperset(value)):
        raise ValueError(
            f"'{attribute.name}' must name one or more of 'bbox', 'segm' and 'keypoints', once each; "
            "leave it out to decide by itself"
        )


@frozen(kw_only=True)
class CocoEvaluatorConfig(EvaluatorConfig):
    """COCO's average precision and recall, of boxes, masks and keypoints, in percent; computed by pycocotools."""

    tasks: tuple[Task, ...] | None = field(default=None, validator=_some_task)
    """``"bbox"``, ``"segm"`` and ``"keypoints"``; left out: boxes, masks where the model predicts them and all objects
    have one, and keypoints where the model predicts them and the data names some."""

    max_detections: tuple[int, ...] = field(default=(1, 10, 100), validator=_ascending)
    """Highest-scoring detections per picture that count in each average recall; the last also in average precision."""

    use_categories: bool = True
    """Compare objects of the same class only; ``false``: of any, which measures where without what."""

    keypoint_sigmas: tuple[float, ...] | None = field(
        default=None, validator=optional(and_(not_empty, deep_iterable(and_(finite, gt(0)))))
    )
    """How exact each keypoint can be, in parts of the object's size; left out: what the dataset says, or COCO's where
    there are 17."""

    max_keypoint_detections: int = field(default=20, validator=ge(1))
    """Highest-scoring detections per picture that count where keypoints are measured."""

    def needs(self) -> EvaluatorNeeds:
        """Boxes with scores and classes; masks and keypoints where they are asked for."""
        masks = {"instances.pred_masks"} if "segm" in (self.tasks or ()) else set()
        keypoints = {"instances.pred_keypoints"} if "keypoints" in (self.tasks or ()) else set()
        boxes = {"instances.pred_boxes", "instances.scores", "instances.pred_classes"}
        return EvaluatorNeeds(
            outputs=frozenset(boxes | masks | keypoints),
            metadata=frozenset({"classes", "keypoints"} if keypoints else {"classes"}),
        )

    def check(self, *, metadata: DatasetMetadata, predicted: frozenset[str] | None) -> list[Problem]:
        """Keypoints that are to be measured need a sigma each."""
        by_itself = self.tasks is None and "instances.pred_keypoints" in (predicted or ())
        if not metadata.keypoints or not (by_itself or self.keypoint_sigmas or "keypoints" in (self.tasks or ())):
            return []
        from det_plugin_coco.keypoint_sigmas import sigma_problem  # most data has no keypoints

        sentence = sigma_problem(metadata, self.keypoint_sigmas)
        return [Problem(sentence, ("keypoint_sigmas",))] if sentence else []

    def build(self, *, metadata: DatasetMetadata) -> "CocoEvaluator":
        """An evaluator that has seen nothing yet.

        Raises:
            ConfigError: keypoints are to be measured, but their sigmas are not known or of another number.
        """
        from det_plugin_coco.evaluator import CocoEvaluator

        return CocoEvaluator(
            metadata=metadata,
            tasks=self.tasks,
            max_detections=self.max_detections,
            use_categories=self.use_categories,
            keypoint_sigmas=self.keypoint_sigmas,
            max_keypoint_detections=self.max_keypoint_detections,
        )
