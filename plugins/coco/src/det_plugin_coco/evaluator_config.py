"""The evaluator component ``coco``: settings."""

from typing import TYPE_CHECKING, Literal, get_args

from attrs import Attribute, field, frozen

from detcore.specs import DatasetMetadata, EvaluatorConfig, EvaluatorNeeds

if TYPE_CHECKING:
    from det_plugin_coco.evaluator import CocoEvaluator

__all__ = ["CocoEvaluatorConfig", "Task"]

Task = Literal["bbox", "segm"]
"""What is compared with the ground truth: boxes, or masks."""


def _ascending(instance: object, attribute: "Attribute[tuple[int, ...]]", value: tuple[int, ...]) -> None:
    if not value or value[0] < 1 or list(value) != sorted(set(value)):
        raise ValueError(f"'{attribute.name}' must be rising numbers from 1, such as [1, 10, 100], not {list(value)}")


def _some_task(
    instance: object, attribute: "Attribute[tuple[Task, ...] | None]", value: tuple[Task, ...] | None
) -> None:
    known = set(get_args(Task))
    if value is not None and (not value or len(set(value)) != len(value) or not known.issuperset(value)):
        raise ValueError(
            f"'{attribute.name}' must name 'bbox', 'segm' or both, once each; leave it out to decide by itself"
        )


@frozen(kw_only=True)
class CocoEvaluatorConfig(EvaluatorConfig):
    """COCO's average precision and recall, of boxes and masks, in percent; computed by pycocotools."""

    tasks: tuple[Task, ...] | None = field(default=None, validator=_some_task)
    """``"bbox"`` and ``"segm"``; left out: boxes, and masks where the model predicts them and all objects have one."""

    max_detections: tuple[int, ...] = field(default=(1, 10, 100), validator=_ascending)
    """Highest-scoring detections per picture that count in each average recall; the last also in average precision."""

    use_categories: bool = True
    """Compare objects of the same class only; ``false``: of any, which measures where without what."""

    def needs(self) -> EvaluatorNeeds:
        """Boxes with scores and classes; masks where they are asked for."""
        masks = {"instances.pred_masks"} if "segm" in (self.tasks or ()) else set()
        return EvaluatorNeeds(
            outputs=frozenset({"instances.pred_boxes", "instances.scores", "instances.pred_classes"} | masks),
            metadata=frozenset({"classes"}),
        )

    def build(self, *, metadata: DatasetMetadata) -> "CocoEvaluator":
        """An evaluator that has seen nothing yet."""
        from det_plugin_coco.evaluator import CocoEvaluator

        return CocoEvaluator(
            metadata=metadata,
            tasks=self.tasks,
            max_detections=self.max_detections,
            use_categories=self.use_categories,
        )
