"""Config base classes of the heads that other plugins may offer.

What they build is in ``det_plugin_maskrcnn.components``.
"""

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from attrs import frozen

from detcore.specs import ComponentConfig, Problem

if TYPE_CHECKING:
    from det_plugin_maskrcnn.components import BoxHead, MaskHead

__all__ = ["BoxHeadConfig", "MaskHeadConfig"]


@frozen(kw_only=True)
class BoxHeadConfig(ComponentConfig):
    """Pooled features to the vector from which class and box are predicted."""

    group: ClassVar[str] = "det_plugin_maskrcnn.box_heads"

    def check(self, *, channels: int, size: int) -> list[Problem]:
        """Everything wrong with the way the head fits pooled features of ``channels`` × ``size`` × ``size``."""
        return []

    def out_features(self, *, channels: int, size: int) -> int | None:
        """Length of the vector; ``None`` where that cannot be known before the head is built."""
        return None

    @abstractmethod
    def build(self, *, channels: int, size: int) -> "BoxHead":
        """The head for pooled features of ``channels`` × ``size`` × ``size``."""


@frozen(kw_only=True)
class MaskHeadConfig(ComponentConfig):
    """Pooled features to the mask of a box."""

    group: ClassVar[str] = "det_plugin_maskrcnn.mask_heads"

    def check(self, *, channels: int, size: int) -> list[Problem]:
        """Everything wrong with the way the head fits pooled features of ``channels`` × ``size`` × ``size``."""
        return []

    def mask_size(self, *, size: int) -> int | None:
        """Height and width of the masks made of features pooled to ``size``; ``None`` where that cannot be known."""
        return None

    @abstractmethod
    def build(self, *, channels: int, num_classes: int) -> "MaskHead":
        """The head for pooled features of ``channels`` and this many classes."""
