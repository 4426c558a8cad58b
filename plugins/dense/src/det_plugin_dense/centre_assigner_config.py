"""Settings of assignment by position and size."""

from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import and_, gt

from det_plugin_dense.interfaces import DenseAssignerConfig
from detcore.specs import finite

if TYPE_CHECKING:
    from det_plugin_dense.centre_assigner import CentreAssigner

__all__ = ["CentreAssignerConfig"]


@frozen(kw_only=True)
class CentreAssignerConfig(DenseAssignerConfig):
    """Settings of :class:`CentreAssigner`; the defaults are those of FCOS."""

    radius: float = field(default=1.5, validator=and_(finite, gt(0)))
    """How far from an object's centre a position may be to learn it, in sides of an anchor."""

    smallest: float = field(default=4.0, validator=and_(finite, gt(0)))
    """From this many sides of its anchors on an object belongs to a level; the first level takes all smaller ones."""

    largest: float = field(default=8.0, validator=and_(finite, gt(0)))
    """Up to this many sides of its anchors an object belongs to a level; the last level takes all larger ones."""

    def __attrs_post_init__(self) -> None:
        if self.smallest >= self.largest:
            raise ValueError(f"'smallest' ({self.smallest}) must be less than 'largest' ({self.largest})")

    def build(self) -> "CentreAssigner":
        from det_plugin_dense.centre_assigner import CentreAssigner

        return CentreAssigner(radius=self.radius, smallest=self.smallest, largest=self.largest)
