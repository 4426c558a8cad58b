"""What a model says of a picture, and what is there, drawn: objects, or, of a model that detects none, labels."""

import numpy as np
from numpy.typing import NDArray

from detcore.data import semantic_map
from detcore.drawing import draw_instances, draw_semantic_map
from detcore.specs import DatasetMetadata
from detcore.structures import ModelOutput, Record

__all__ = ["drawn_prediction", "drawn_truth"]

Picture = NDArray[np.uint8]


def drawn_prediction(
    image: Picture, output: ModelOutput, metadata: DatasetMetadata, *, score_threshold: float = 0.0
) -> Picture:
    """The prediction on its picture; objects below ``score_threshold`` are left out."""
    if "instances" in output:
        return draw_instances(image, output["instances"], metadata.classes, score_threshold=score_threshold)
    if "sem_seg" in output:
        labels = output["sem_seg"].argmax(dim=0).cpu().numpy().astype(np.int32)
        return draw_semantic_map(image, labels, metadata.stuff_classes)
    return draw_instances(image, [], metadata.classes)


def drawn_truth(image: Picture, record: Record, metadata: DatasetMetadata, *, beside: ModelOutput) -> Picture:
    """The annotations that a prediction of this kind stands beside."""
    if "instances" in beside or "sem_seg" not in beside:
        return draw_instances(image, record["annotations"], metadata.classes)
    return draw_semantic_map(image, semantic_map(record), metadata.stuff_classes)
