"""From class probabilities and boxes of all proposals to the final detections.

Fast R-CNN, section 4.1: https://arxiv.org/abs/1504.08083
"""

from jaxtyping import Float, Int
from torch import Tensor

from det_plugin_parts.box_clipping import clip_boxes
from det_plugin_parts.components import BoxCoder
from det_plugin_parts.image_order import top_per_image
from det_plugin_parts.nms import grouped_nms
from detcore.structures import Detections, Proposals

__all__ = ["DetectionSelector", "best_detections"]


class DetectionSelector:
    """Confident ones, decoded, clipped, without duplicates of their class, the best of each picture."""

    def __init__(self, *, score_threshold: float, nms_threshold: float, detections_per_image: int) -> None:
        self.score_threshold = score_threshold
        self.nms_threshold = nms_threshold
        self.detections_per_image = detections_per_image

    def __call__(
        self,
        *,
        probabilities: Float[Tensor, "proposal class"],
        deltas: Float[Tensor, "proposal _ 4"],
        proposals: Proposals,
        sizes: Int[Tensor, "image 2"],
        coder: BoxCoder,
    ) -> Detections:
        """Detections of all pictures, ordered by picture, then by falling score.

        ``deltas`` has one set for each class, or a single one for all; probabilities do not include the background.
        """
        confident = (probabilities > self.score_threshold) & deltas.isfinite().all(dim=2)
        row, classes = confident.nonzero(as_tuple=True)
        image_index = proposals.image_index[row]
        boxes = coder.decode(deltas.expand(-1, probabilities.shape[1], -1)[row, classes], proposals.boxes[row])
        candidates = Detections(
            boxes=clip_boxes(boxes, sizes[image_index]),
            scores=probabilities[row, classes],
            classes=classes,
            image_index=image_index,
        )
        return best_detections(
            candidates,
            num_images=sizes.shape[0],
            num_classes=probabilities.shape[1],
            nms_threshold=self.nms_threshold,
            detections_per_image=self.detections_per_image,
        )


def best_detections(
    candidates: Detections, *, num_images: int, num_classes: int, nms_threshold: float, detections_per_image: int
) -> Detections:
    """The candidates without duplicates of their class, the best of each picture: by picture, then by falling score."""
    groups = candidates.image_index * num_classes + candidates.classes
    kept = grouped_nms(candidates.boxes, candidates.scores, groups, threshold=nms_threshold)
    best = top_per_image(
        candidates.scores[kept], candidates.image_index[kept], num_images=num_images, count=detections_per_image
    )
    rows = kept[best]
    return Detections(
        boxes=candidates.boxes[rows],
        scores=candidates.scores[rows],
        classes=candidates.classes[rows],
        image_index=candidates.image_index[rows],
    )
