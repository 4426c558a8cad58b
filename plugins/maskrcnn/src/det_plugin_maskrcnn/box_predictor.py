"""Class and box of every proposal, from its feature vector.

Fast R-CNN, section 2: https://arxiv.org/abs/1504.08083
Differs from the paper, as later implementations do: the box regression loss is divided by the number of all sampled
proposals, background included, so that a step with few objects weighs less.
"""

import warnings
from collections.abc import Mapping, Sequence
from math import log
from typing import Final, Literal, NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from det_plugin_maskrcnn.components import SampledProposals
from det_plugin_maskrcnn.federated_classes import classes_to_decide_on
from det_plugin_maskrcnn.federated_loss_config import FederatedLossConfig
from det_plugin_parts import BoxCoder, BoxLoss, DetectionSelector
from detcore.errors import DetcoreWarning
from detcore.interfaces import Losses
from detcore.structures import Detections, Proposals

__all__ = ["BoxPredictions", "BoxPredictor"]

SIGMOID_PRIOR: Final = 0.01
"""Probability of every class that a fresh predictor with independent classes starts from."""


class BoxPredictions(NamedTuple):
    """What is said of every proposal."""

    logits: Float[Tensor, "box classes"]
    """Of every class, background last."""

    deltas: Float[Tensor, "box deltas"]
    """From the proposal to the object's box: four numbers for each class, or four for all."""


class BoxPredictor(nn.Module):
    """Two linear layers; background is the last class."""

    fed_loss_cls_weights: Tensor
    """With ``federated``: how likely each class is drawn; equally, before somebody tells. The name is that of published
    weights, and what they say is what :meth:`learn_class_counts` made of the data they were trained on."""

    def __init__(
        self,
        *,
        in_features: int,
        num_classes: int,
        class_agnostic: bool,
        classification: Literal["softmax", "sigmoid"],
        classification_weight: float,
        federated: FederatedLossConfig | None,
        box_coder: BoxCoder,
        box_loss: BoxLoss,
        selector: DetectionSelector,
    ) -> None:
        super().__init__()
        self.num_classes = num_classes
        self.is_softmax = classification == "softmax"
        self.classification_weight = classification_weight
        self.federated = federated
        self.has_learned_class_counts = False
        self.box_coder = box_coder
        self.box_loss = box_loss
        self.selector = selector
        self.cls_score = _linear(in_features, num_classes + 1, std=0.01)
        self.bbox_pred = _linear(in_features, (1 if class_agnostic else num_classes) * 4, std=0.001)
        if not self.is_softmax:
            nn.init.constant_(self.cls_score.bias, -log((1 - SIGMOID_PRIOR) / SIGMOID_PRIOR))
        if federated is not None:
            self.register_buffer("fed_loss_cls_weights", torch.ones(num_classes))
            self.register_load_state_dict_pre_hook(_tell_other_weights)  # type: ignore[no-untyped-call]  # torch says no more

    @property
    def needs_class_counts(self) -> bool:
        """Whether it matters to the loss how many pictures show each class."""
        return self.federated is not None

    def learn_class_counts(self, counts: Sequence[int]) -> None:
        """Draw classes by the number of training pictures that show each; weights loaded later have the last word."""
        if self.federated is not None:
            self.has_learned_class_counts = True
            frequencies = torch.tensor(counts, dtype=torch.float32).pow(self.federated.frequency_power)
            self.fed_loss_cls_weights.copy_(frequencies)

    def forward(self, vectors: Float[Tensor, "box feature"]) -> BoxPredictions:
        return BoxPredictions(self.cls_score(vectors).float(), self.bbox_pred(vectors).float())

    def detections(
        self,
        predictions: BoxPredictions,
        proposals: Proposals,
        sizes: Int[Tensor, "image 2"],
        *,
        probabilities: Float[Tensor, "box class"] | None = None,
    ) -> Detections:
        """What is seen in the proposals; ``sizes`` is the height and width of each picture.

        ``probabilities`` stand in the place of the predictor's own, where several predictors have a say.
        """
        return self.selector(
            probabilities=self.probabilities(predictions) if probabilities is None else probabilities,
            deltas=torch.unflatten(predictions.deltas, 1, (-1, 4)),
            proposals=proposals,
            sizes=sizes,
            coder=self.box_coder,
        )

    def probabilities(self, predictions: BoxPredictions) -> Float[Tensor, "box class"]:
        """Of every class but the background."""
        logits = predictions.logits
        return (logits.softmax(dim=1) if self.is_softmax else logits.sigmoid())[:, :-1]

    def losses(self, predictions: BoxPredictions, samples: SampledProposals) -> Losses:
        """Classification of all samples, box regression of the foreground; 0 where there are none."""
        most = max(len(samples.boxes), 1)
        classification = self._classification_loss(predictions.logits, samples)
        return {
            "loss_cls": self.classification_weight * classification / most,
            "loss_box_reg": self._box_loss(predictions, samples) / most,
        }

    @torch.no_grad()
    def with_predicted_boxes(self, predictions: BoxPredictions, samples: SampledProposals) -> SampledProposals:
        """The samples with the boxes that are predicted for their classes instead of the proposals."""
        return samples._replace(boxes=self.box_coder.decode(self._own_deltas(predictions, samples), samples.boxes))

    def _classification_loss(self, logits: Tensor, samples: SampledProposals) -> Tensor:
        if self.is_softmax:
            return F.cross_entropy(logits, samples.classes, reduction="sum")
        wanted = F.one_hot(samples.classes, self.num_classes + 1)[:, :-1].to(logits.dtype)
        if self.federated is None:
            return F.binary_cross_entropy_with_logits(logits[:, :-1], wanted, reduction="sum")
        each = F.binary_cross_entropy_with_logits(logits[:, :-1], wanted, reduction="none")
        decided = classes_to_decide_on(
            samples.classes, weights=self.fed_loss_cls_weights, number=self.federated.num_classes
        )
        return (each * decided).sum()

    def _box_loss(self, predictions: BoxPredictions, samples: SampledProposals) -> Tensor:
        is_object = samples.classes < self.num_classes
        deltas = self._own_deltas(predictions, samples)[is_object]
        return self.box_loss(deltas, samples.boxes[is_object], samples.target_boxes[is_object])

    def _own_deltas(self, predictions: BoxPredictions, samples: SampledProposals) -> Float[Tensor, "box 4"]:
        """The deltas of each sample's own class; background, which has none, gets those of the last class."""
        deltas = torch.unflatten(predictions.deltas, 1, (-1, 4))
        own = samples.classes.clamp(max=deltas.shape[1] - 1)
        return deltas[torch.arange(len(own), device=own.device), own]


def _linear(inputs: int, outputs: int, *, std: float) -> nn.Linear:
    layer = nn.Linear(inputs, outputs)
    nn.init.normal_(layer.weight, std=std)
    nn.init.zeros_(layer.bias)
    return layer


def _tell_other_weights(predictor: nn.Module, state: Mapping[str, Tensor], prefix: str, *_: object) -> None:
    """Say so where weights that are being loaded know other frequencies of classes than the data has."""
    assert isinstance(predictor, BoxPredictor), "it is registered nowhere else"
    name = f"{prefix}fed_loss_cls_weights"
    own, loaded = predictor.fed_loss_cls_weights, state.get(name)
    if not predictor.has_learned_class_counts or loaded is None or loaded.shape != own.shape:
        return
    if not torch.allclose(loaded.to(own), own, rtol=1e-3):
        warnings.warn(
            f"{name}: the weights were made for data whose classes are not as frequent as here; the federated loss "
            f'draws classes as they say; to draw them as this data has them, write weights.reinitialise = ["{name}"]',
            DetcoreWarning,
            stacklevel=2,
        )
