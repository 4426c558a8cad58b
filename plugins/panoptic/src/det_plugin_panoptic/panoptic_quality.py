"""The evaluator ``panoptic-quality``.

Panoptic Segmentation, section 4: https://arxiv.org/abs/1801.00868
"""

from collections.abc import Iterable, Mapping, Sequence
from math import nan
from typing import NamedTuple, cast

from det_plugin_panoptic.segment_matching import Category, Matches, Segmented, match_segments, summed
from detcore.data import panoptic_map
from detcore.evaluation import PictureKey, picture_key
from detcore.interfaces import EvaluationResult, Evaluator, State
from detcore.specs import DatasetMetadata
from detcore.structures import ModelInput, ModelOutput

__all__ = ["PanopticQuality"]

SeenPictures = dict[PictureKey, Mapping[Category, Matches]]


class PanopticQuality(Evaluator):
    """Panoptic quality as panopticapi computes it: of each class, and means over those that occur.

    What occurs neither in the ground truth nor among the predictions is NaN, and so is the mean of no class.
    """

    def __init__(self, *, metadata: DatasetMetadata) -> None:
        self._metadata = metadata
        self._seen: SeenPictures = {}

    def reset(self) -> None:
        self._seen = {}

    def process(self, inputs: Sequence[ModelInput], outputs: Sequence[ModelOutput]) -> None:
        """Remember a batch.

        Raises:
            DatasetError: a picture has no panoptic map.
        """
        for each, output in zip(inputs, outputs, strict=True):
            ids, segments = output["panoptic_seg"]
            predicted = Segmented(ids.cpu().numpy(), segments)
            self._seen[picture_key(each)] = match_segments(Segmented(*panoptic_map(each)), predicted)

    def state(self) -> State:
        return self._seen

    def merge(self, states: Sequence[State]) -> None:
        self._seen = {key: matches for state in states for key, matches in cast(SeenPictures, state).items()}

    def evaluate(self) -> EvaluationResult:
        qualities = {category: _quality(matches) for category, matches in summed(self._seen.values()).items()}
        occurring = {category: quality for category, quality in qualities.items() if quality is not None}
        things = [quality for (is_thing, _), quality in occurring.items() if is_thing]
        stuff = [quality for (is_thing, _), quality in occurring.items() if not is_thing]
        return {
            "panoptic": {
                **_percent(_mean([*things, *stuff]), ""),
                **_percent(_mean(things), "_things"),
                **_percent(_mean(stuff), "_stuff"),
                "per_class_PQ": {
                    name: 100 * occurring[category].pq if category in occurring else nan
                    for category, name in self._names().items()
                },
            }
        }

    def _names(self) -> dict[Category, str]:
        """Things, then stuff; what shares its name with a thing says that it is not one."""
        classes, stuff = self._metadata.classes, self._metadata.stuff_classes
        things = {(True, index): name for index, name in enumerate(classes)}
        # Label 0 is all things together, so no segment of stuff has it.
        others = {(False, i): f"{name} (stuff)" if name in classes else name for i, name in enumerate(stuff) if i}
        return {**things, **others}


class Quality(NamedTuple):
    """Shares of 1."""

    pq: float
    """Panoptic quality: ``sq`` times ``rq``."""

    sq: float
    """Segmentation quality: mean overlap of what was found."""

    rq: float
    """Recognition quality: the F1 score of finding."""


def _quality(matches: Matches) -> Quality | None:
    """``None`` for a class that does not occur."""
    weight = matches.found + 0.5 * matches.wrong + 0.5 * matches.missed
    if weight == 0:
        return None
    sq = matches.iou / matches.found if matches.found else 0.0
    return Quality(pq=matches.iou / weight, sq=sq, rq=matches.found / weight)


def _mean(qualities: Iterable[Quality]) -> Quality:
    columns = list(zip(*qualities, strict=True))
    return Quality(*(sum(column) / len(column) for column in columns)) if columns else Quality(nan, nan, nan)


def _percent(quality: Quality, suffix: str) -> dict[str, float]:
    return {f"{name.upper()}{suffix}": 100 * value for name, value in quality._asdict().items()}
