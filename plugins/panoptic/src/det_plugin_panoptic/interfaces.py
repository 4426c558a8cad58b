"""Config base class of the head that other plugins may offer.

What it builds is in ``det_plugin_panoptic.components``.
"""

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from attrs import field, frozen
from attrs.validators import ge

from detcore.specs import ComponentConfig, DataSpec, Problem, Shapes

if TYPE_CHECKING:
    from det_plugin_panoptic.components import SemanticHead

__all__ = ["SemanticHeadConfig"]


@frozen(kw_only=True)
class SemanticHeadConfig(ComponentConfig):
    """Feature maps to a class for every pixel."""

    group: ClassVar[str] = "det_plugin_panoptic.semantic_heads"

    num_classes: int = field(validator=ge(1))
    """Number of labels of the semantic map, that of "some thing" included; usually ``"${data.num_stuff_classes}"``."""

    @abstractmethod
    def check(self, shapes: Shapes | None, data: DataSpec) -> list[Problem]:
        """Everything wrong with the way the head fits the backbone's feature maps and the data."""

    def size_divisibility(self, shapes: Shapes) -> int:
        """Pictures must be padded to a multiple of this, so that the head's maps fit onto each other."""
        return 1

    @abstractmethod
    def build(self, *, shapes: Shapes) -> "SemanticHead":
        """The head for feature maps of these shapes."""
