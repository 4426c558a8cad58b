"""The evaluator ``acme-recall``."""

from collections.abc import Sequence
from math import nan
from typing import cast

import torch

from detcore.evaluation import PictureKey, picture_key
from detcore.interfaces import EvaluationResult, Evaluator, State
from detcore.structures import ModelInput, ModelOutput, pairwise_iou

Found = dict[PictureKey, tuple[int, int]]
"""How many objects of a picture were found, and how many there are."""


class Recall(Evaluator):
    """Percent of all objects; NaN where there is none."""

    def __init__(self, *, overlap: float) -> None:
        self._overlap = overlap
        self._found: Found = {}

    def reset(self) -> None:
        self._found = {}

    def process(self, inputs: Sequence[ModelInput], outputs: Sequence[ModelOutput]) -> None:
        for shown, said in zip(inputs, outputs, strict=True):
            objects = torch.tensor([each["bbox"] for each in shown["annotations"]]).reshape(-1, 4)
            overlaps = pairwise_iou(objects, said["instances"].pred_boxes.tensor.cpu())
            self._found[picture_key(shown)] = int((overlaps > self._overlap).any(dim=1).sum()), len(objects)

    def state(self) -> State:
        return self._found

    def merge(self, states: Sequence[State]) -> None:
        self._found = {}
        for each in states:
            self._found |= cast(Found, each)

    def evaluate(self) -> EvaluationResult:
        found, there = (sum(column) for column in zip((0, 0), *self._found.values(), strict=True))
        return {"recall": {"any_class": 100 * found / there if there else nan}}
