"""Settings of a classification loss on some classes only."""

from attrs import field, frozen
from attrs.validators import and_, ge, gt, le

__all__ = ["FederatedLossConfig"]


@frozen(kw_only=True)
class FederatedLossConfig:
    """For data like LVIS, whose pictures are not labelled with every class: a step decides on some classes only.

    Zhou et al., Probabilistic two-stage detection, section 4.2: https://arxiv.org/abs/2103.07461
    """

    num_classes: int = field(default=50, validator=ge(1))
    """Classes of a step: those of its boxes, background included, and others drawn up to this number."""

    frequency_power: float = field(default=0.5, validator=and_(gt(0), le(1)))
    """A class is drawn in proportion to the number of training pictures that show it, to this power. They are counted
    before training; weights that say how likely each class is keep their word."""
