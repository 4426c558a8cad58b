"""Component base classes of the parts a model is made of."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple

import torch
from torch import Tensor, nn

from detcore.specs import FeatureShape, Shapes
from detcore.structures import Detections, ImageBatch, Instances, ModelInput, ModelOutput, Proposals

__all__ = ["Architecture", "Backbone", "Losses", "ProposalGenerator", "ROIHeads"]

Losses = dict[str, Tensor]
"""Scalars by name, each already normalised and weighted; their sum is what is minimised."""


PROBE_SIDE: Final = 256
"""Side of the empty picture that a backbone is measured with: a multiple of all usual strides."""


class Architecture(nn.Module, ABC):
    """A whole model. Training asks for ``losses``; everything else is three steps, of which ``infer`` is exported."""

    channel_order: Literal["RGB", "BGR"]
    """The order in which the model takes a picture's channels; data arrives in it."""

    learns_sem_seg: bool = False
    """Whether training asks every input for its semantic map, ``sem_seg``."""

    @abstractmethod
    def preprocess(self, inputs: Sequence[ModelInput]) -> ImageBatch:
        """Normalise, pad and stack, on the model's device."""

    @abstractmethod
    def infer(self, images: Tensor, sizes: Tensor) -> NamedTuple:
        """Everything numeric, from a padded batch to final detections in one concatenated layout.

        ``images`` is N×C×H×W, ``sizes`` N×2 (height and width before padding). No Python branch depends on tensor
        data, so this compiles, traces and exports with any batch and picture size. A model that is told more than
        pictures, such as where to look, takes the further columns that its ``preprocess`` returns.
        """

    @abstractmethod
    def postprocess(self, result: NamedTuple, inputs: Sequence[ModelInput]) -> list[ModelOutput]:
        """Split by picture, rescale to the wanted output size, drop what became empty, wrap."""

    @abstractmethod
    def losses(self, inputs: Sequence[ModelInput]) -> Losses:
        """Scalar losses of the local batch; finite for pictures without objects."""

    def training_state(self) -> dict[str, Tensor]:
        """What steps hand to the next beside weights, such as a running mean; a run that goes on needs it."""
        return {}

    def load_training_state(self, state: Mapping[str, Tensor]) -> None:
        """Continue from a :meth:`training_state`."""

    def forward(self, inputs: Sequence[ModelInput]) -> Losses | list[ModelOutput]:
        """``losses`` in training mode, predictions otherwise."""
        if self.training:
            return self.losses(inputs)
        return self.postprocess(self.infer(*self.preprocess(inputs)), inputs)


class Backbone(nn.Module, ABC):
    """Pictures to feature maps."""

    @abstractmethod
    def forward(self, images: Tensor) -> dict[str, Tensor]:
        """N×C×H×W to feature maps by name, finest first, with the channels and strides the config declared."""

    @torch.no_grad()
    def measured_shapes(self) -> Shapes:
        """Channels and stride of every feature map, found by looking; for backbones whose config cannot tell."""
        was_training = self.training
        features = self.eval()(torch.zeros(1, 3, PROBE_SIDE, PROBE_SIDE))
        self.train(was_training)
        return {
            name: FeatureShape(channels=x.shape[1], stride=round(PROBE_SIDE / x.shape[3]))
            for name, x in features.items()
        }


class ProposalGenerator(nn.Module, ABC):
    """Feature maps to boxes that may hold an object."""

    @abstractmethod
    def forward(
        self, features: dict[str, Tensor], sizes: Tensor, targets: Sequence[Instances] | None = None
    ) -> tuple[Proposals, Losses]:
        """Proposals, and losses where ``targets`` (``gt_boxes`` of each picture) are given.

        ``sizes`` is N×2, height and width of each picture before padding; proposals are clipped to it.
        """


class ROIHeads(nn.Module, ABC):
    """Feature maps and proposals to detections."""

    @abstractmethod
    def forward(self, features: dict[str, Tensor], proposals: Proposals, sizes: Tensor) -> Detections:
        """Final detections."""

    @abstractmethod
    def losses(self, features: dict[str, Tensor], proposals: Proposals, targets: Sequence[Instances]) -> Losses:
        """Losses of proposals sampled against ``targets`` (``gt_boxes``, ``gt_classes``, ``gt_masks``, …)."""

    @abstractmethod
    def predict(self, features: dict[str, Tensor], detections: Detections) -> Detections:
        """The given boxes and classes, completed by whatever else these heads predict (masks, keypoints)."""
