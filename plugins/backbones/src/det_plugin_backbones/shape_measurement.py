"""Shapes of feature maps, found by looking, for backbones whose config cannot tell."""

from typing import Final

import torch

from detcore.interfaces import Backbone
from detcore.specs import FeatureShape, Shapes

__all__ = ["measured_shapes"]

PROBE_SIDE: Final = 256
"""Side of the picture that is looked at: a multiple of all usual strides."""


@torch.no_grad()
def measured_shapes(backbone: Backbone) -> Shapes:
    """Channels and stride of every feature map that ``backbone`` makes of an empty picture."""
    was_training = backbone.training
    features = backbone.eval()(torch.zeros(1, 3, PROBE_SIDE, PROBE_SIDE))
    backbone.train(was_training)
    return {
        name: FeatureShape(channels=x.shape[1], stride=round(PROBE_SIDE / x.shape[3])) for name, x in features.items()
    }
