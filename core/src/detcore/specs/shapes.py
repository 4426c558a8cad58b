"""What a tensor between two parts of a model looks like, told without a tensor."""

from collections.abc import Mapping

from attrs import field, frozen
from attrs.validators import ge

__all__ = ["FeatureShape", "Shapes"]


@frozen(kw_only=True)
class FeatureShape:
    """One feature map of a backbone."""

    channels: int = field(validator=ge(1))
    """Number of channels."""

    stride: int = field(validator=ge(1))
    """Pixels of the network's input per step of the feature map, the same in both directions."""


Shapes = Mapping[str, FeatureShape]
"""Feature maps by name (``"res4"``, ``"p3"``), finest first."""
