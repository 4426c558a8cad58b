"""A model of a few hundred weights that needs no plugin: it guesses one box from a picture's mean colours.

Small enough that a run of it takes seconds, and yet with everything a run must keep: weights, a running norm, and
random numbers in every training step.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import torch
from attrs import field, frozen
from attrs.validators import ge
from torch import Tensor, nn
from torch.nn import functional as F

from detcore.interfaces import Architecture, EvaluationResult, Evaluator, Losses, State
from detcore.plugins import hookimpl
from detcore.specs import (
    ArchitectureConfig,
    ComponentConfig,
    DatasetMetadata,
    DataSpec,
    EvaluatorConfig,
    EvaluatorNeeds,
    Problem,
)
from detcore.structures import Boxes, ImageBatch, Instances, ModelInput, ModelOutput

__all__ = ["CountEvaluatorConfig", "TinyDetectorConfig", "detcore_components"]


@frozen(kw_only=True)
class TinyDetectorConfig(ArchitectureConfig):
    """Settings of :class:`TinyDetector`."""

    num_classes: int = field(default=5, validator=ge(1))
    """Number of object classes."""

    width: int = field(default=8, validator=ge(1))
    """Channels of its only feature map."""

    def check(self, data: DataSpec) -> list[Problem]:
        """Whether there are as many classes in the data."""
        if data.num_classes not in (None, self.num_classes):
            return [
                Problem(f"num_classes is {self.num_classes}, but the data has {data.num_classes}", ("num_classes",))
            ]
        return []

    def build(self) -> "TinyDetector":
        """The model, with fresh weights."""
        return TinyDetector(num_classes=self.num_classes, width=self.width)


class Guess(NamedTuple):
    """One box and class for each picture."""

    boxes: Tensor
    logits: Tensor


class TinyDetector(Architecture):
    """One box and one class for each picture."""

    channel_order: Literal["RGB", "BGR"] = "RGB"

    def __init__(self, *, num_classes: int, width: int) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, width, 3, stride=4)
        self.norm = nn.BatchNorm2d(width)
        self.box = nn.Linear(width, 4)
        self.classes = nn.Linear(width, num_classes)

    def preprocess(self, inputs: Sequence[ModelInput]) -> ImageBatch:
        device = self.box.weight.device
        sizes = torch.tensor([each["image"].shape[-2:] for each in inputs], device=device)
        height, width = sizes.max(dim=0).values.tolist()
        pixels = torch.zeros((len(inputs), 3, height, width), device=device)
        for row, each in enumerate(inputs):
            image = each["image"]
            pixels[row, :, : image.shape[1], : image.shape[2]] = image.to(device).float() / 255 - 0.5
        return ImageBatch(pixels, sizes)

    def infer(self, images: Tensor, sizes: Tensor) -> Guess:
        features = F.relu(self.norm(self.stem(images))).mean((2, 3))
        if self.training:
            features = F.dropout(features, 0.2)
        return Guess(self.box(features).sigmoid(), self.classes(features))

    def losses(self, inputs: Sequence[ModelInput]) -> Losses:
        guess = self.infer(*self.preprocess(inputs))
        scale = torch.tensor([[each["image"].shape[2], each["image"].shape[1]] * 2 for each in inputs])
        targets = [each["instances"] for each in inputs]
        wanted = torch.stack([each.gt_boxes.tensor[0] for each in targets]) / scale
        labels = torch.stack([each.gt_classes[0] for each in targets])
        device = guess.boxes.device
        return {
            "loss_box": F.l1_loss(guess.boxes, wanted.to(device)),
            "loss_class": F.cross_entropy(guess.logits, labels.to(device)),
        }

    def postprocess(self, result: NamedTuple, inputs: Sequence[ModelInput]) -> list[ModelOutput]:
        assert isinstance(result, Guess)
        scores, classes = result.logits.softmax(1).max(1)
        outputs = []
        for row, each in enumerate(inputs):
            scale = result.boxes.new_tensor([each["width"], each["height"]] * 2)
            x, y, width, height = (result.boxes[row] * scale).unbind()
            box = torch.stack([x / 2, y / 2, x / 2 + width / 2 + 1, y / 2 + height / 2 + 1])
            instances = Instances(
                (each["height"], each["width"]),
                pred_boxes=Boxes(box[None]),
                scores=scores[row : row + 1],
                pred_classes=classes[row : row + 1],
            )
            outputs.append(ModelOutput(instances=instances))
        return outputs


@frozen(kw_only=True)
class CountEvaluatorConfig(EvaluatorConfig):
    """Settings of :class:`CountEvaluator`."""

    def needs(self) -> EvaluatorNeeds:
        return EvaluatorNeeds()

    def build(self, *, metadata: DatasetMetadata) -> "CountEvaluator":
        return CountEvaluator()


class CountEvaluator(Evaluator):
    """Mean score of all detections, in percent: a number that depends on every weight."""

    def __init__(self) -> None:
        self.scores: list[float] = []

    def reset(self) -> None:
        self.scores = []

    def process(self, inputs: Sequence[ModelInput], outputs: Sequence[ModelOutput]) -> None:
        for output in outputs:
            self.scores += output["instances"].scores.tolist()

    def state(self) -> State:
        return self.scores

    def merge(self, states: Sequence[State]) -> None:
        self.scores = [score for state in states for score in state]  # type: ignore[attr-defined]

    def evaluate(self) -> EvaluationResult:
        return {"count": {"score": 100 * sum(self.scores) / max(1, len(self.scores))}}


@hookimpl
def detcore_components() -> dict[str, type[ComponentConfig]]:
    """What this module offers once registered."""
    return {"conformance-detector": TinyDetectorConfig, "conformance-count": CountEvaluatorConfig}
