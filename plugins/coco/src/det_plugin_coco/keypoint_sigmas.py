"""How far a predicted keypoint may lie from the true one: a spread per keypoint, in parts of the object's size.

https://cocodataset.org/#keypoints-eval, "Tuning OKS"; the similarity falls to exp(−1/2) at twice this spread.
"""

from collections.abc import Sequence
from typing import Final

from detcore.specs import DatasetMetadata

__all__ = ["COCO_PERSON_SIGMAS", "sigma_problem", "sigmas_of"]

COCO_PERSON_SIGMAS: Final = (
    *(0.026, 0.025, 0.025, 0.035, 0.035, 0.079, 0.079, 0.072, 0.072),
    *(0.062, 0.062, 0.107, 0.107, 0.087, 0.087, 0.089, 0.089),
)
"""Spread of the 17 keypoints of a person, nose to ankles."""


def sigmas_of(metadata: DatasetMetadata, given: Sequence[float] | None) -> tuple[float, ...]:
    """Those of the evaluator, else of the dataset, else COCO's where there are 17 keypoints; empty: nobody knows them.

    The last is a guess by number alone, as in pycocotools: 17 keypoints of a horse need sigmas of their own.
    """
    default = COCO_PERSON_SIGMAS if len(metadata.keypoints) == len(COCO_PERSON_SIGMAS) else ()
    return tuple(given or metadata.keypoint_sigmas or default)


def sigma_problem(metadata: DatasetMetadata, given: Sequence[float] | None) -> str | None:
    """What is wrong with the sigmas of a dataset that has keypoints, in words; ``None``: nothing."""
    sigmas, count = sigmas_of(metadata, given), len(metadata.keypoints)
    if not sigmas:
        return (
            f"nobody says how exact the data's {count} keypoints can be: COCO's numbers are for the "
            f"{len(COCO_PERSON_SIGMAS)} of a person; give {count} 'keypoint_sigmas', such as 0.05 each"
        )
    if len(sigmas) != count:
        return f"'keypoint_sigmas' has {len(sigmas)} numbers, but the data has {count} keypoints; give one for each"
    return None
