"""Settings of the loss of box regression."""

from typing import Literal

from attrs import field, frozen
from attrs.validators import and_, ge, in_

from detcore.specs import finite

__all__ = ["BoxLossConfig"]


@frozen(kw_only=True)
class BoxLossConfig:
    """Which loss box regression minimises; see :class:`BoxLoss`."""

    kind: Literal["smooth-l1", "giou", "diou", "ciou"] = field(
        default="smooth-l1", validator=in_(("smooth-l1", "giou", "diou", "ciou"))
    )
    """``smooth-l1`` compares deltas; the others compare the decoded boxes."""

    beta: float = field(default=0.0, validator=and_(finite, ge(0)))
    """Of ``smooth-l1``: the difference at which the loss turns from square to straight; 0 is plain L1."""

    weight: float = field(default=1.0, validator=and_(finite, ge(0)))
    """Factor of the loss."""

    def __attrs_post_init__(self) -> None:
        if self.beta and self.kind != "smooth-l1":
            raise ValueError(f"'beta' ({self.beta}) is of kind = 'smooth-l1' only; leave it out with {self.kind!r}")
