"""Config base classes of the heads that other plugins may offer.

What they build is in ``det_plugin_maskrcnn.components``.
"""

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from attrs import field, frozen
from attrs.validators import ge

from detcore.specs import ComponentConfig, Problem, Shapes

if TYPE_CHECKING:
    from det_plugin_maskrcnn.components import BoxHead, KeypointHead, MaskHead

__all__ = ["BoxHeadConfig", "KeypointHeadConfig", "MaskHeadConfig"]


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
    """Pooled features, and the feature maps they come from, to the mask of a box."""

    group: ClassVar[str] = "det_plugin_maskrcnn.mask_heads"

    def check(self, *, channels: int, size: int, shapes: Shapes) -> list[Problem]:
        """Everything wrong with the way the head fits pooled features of ``channels`` × ``size`` × ``size``.

        ``shapes`` are those of the maps that are pooled from.
        """
        return []

    def mask_size(self, *, size: int) -> int | None:
        """Height and width of the masks made of features pooled to ``size``; ``None`` where that cannot be known."""
        return None

    @abstractmethod
    def build(self, *, channels: int, size: int, shapes: Shapes, num_classes: int) -> "MaskHead":
        """The head for pooled features of ``channels`` × ``size`` × ``size`` and this many classes."""


@frozen(kw_only=True)
class KeypointHeadConfig(ComponentConfig):
    """Pooled features to the keypoints of a box."""

    group: ClassVar[str] = "det_plugin_maskrcnn.keypoint_heads"

    num_keypoints: int = field(validator=ge(1))
    """Keypoints of an object; as many as the data names."""

    def check(self, *, channels: int, size: int) -> list[Problem]:
        """Everything wrong with the way the head fits pooled features of ``channels`` × ``size`` × ``size``."""
        return []

    @abstractmethod
    def build(self, *, channels: int) -> "KeypointHead":
        """The head for pooled features of ``channels``."""
