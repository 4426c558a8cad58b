"""From the predictions at all anchors to the final detections.

Focal Loss for Dense Object Detection, section 4.1: https://arxiv.org/abs/1708.02002
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from det_plugin_dense.components import DensePredictions
from det_plugin_parts import BoxCoder, best_detections, top_per_image
from detcore.structures import Detections

__all__ = ["CandidateSelector"]


class CandidateSelector:
    """Confident ones, the best of each level, decoded, without duplicates of their class, the best of each picture."""

    def __init__(
        self, *, score_threshold: float, topk_candidates: int, nms_threshold: float, detections_per_image: int
    ) -> None:
        self.score_threshold = score_threshold
        self.topk_candidates = topk_candidates
        self.nms_threshold = nms_threshold
        self.detections_per_image = detections_per_image

    def __call__(
        self, anchors: Sequence[Float[Tensor, "_ 4"]], levels: Sequence[DensePredictions], coder: BoxCoder
    ) -> Detections:
        """Detections of all pictures, ordered by picture, then by falling score; boxes are not clipped."""
        found = [self._of_level(*level, coder=coder) for level in zip(anchors, levels, strict=True)]
        num_images, _, num_classes = levels[0].logits.shape
        return best_detections(
            Detections(*(torch.cat(columns) for columns in list(zip(*found, strict=True))[:4])),
            num_images=num_images,
            num_classes=num_classes,
            nms_threshold=self.nms_threshold,
            detections_per_image=self.detections_per_image,
        )

    def _of_level(self, anchors: Tensor, predictions: DensePredictions, *, coder: BoxCoder) -> Detections:
        scores = _scores(predictions)
        confident = (scores > self.score_threshold) & predictions.deltas.isfinite().all(dim=2, keepdim=True)
        image, row, classes = confident.nonzero(as_tuple=True)
        best = top_per_image(scores[image, row, classes], image, num_images=scores.shape[0], count=self.topk_candidates)
        image, row, classes = image[best], row[best], classes[best]
        boxes = coder.decode(predictions.deltas[image, row], anchors[row])
        return Detections(boxes=boxes, scores=scores[image, row, classes], classes=classes, image_index=image)


def _scores(predictions: DensePredictions) -> Float[Tensor, "image anchor class"]:
    """Probabilities; with centreness the geometric mean of the two."""
    probabilities = predictions.logits.float().sigmoid()
    if predictions.centreness is None:
        return probabilities
    return (probabilities * predictions.centreness.float().sigmoid()[..., None]).sqrt()
