"""Config base classes of the parts a model is made of."""

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from attrs import field, frozen
from attrs.validators import ge

from detcore.specs.component import ComponentConfig
from detcore.specs.data import DataSpec
from detcore.specs.problems import Problem
from detcore.specs.shapes import Shapes

if TYPE_CHECKING:
    from detcore.interfaces import Architecture, Backbone, ProposalGenerator, ROIHeads

__all__ = ["ArchitectureConfig", "BackboneConfig", "ProposalGeneratorConfig", "ROIHeadsConfig"]


@frozen(kw_only=True)
class ArchitectureConfig(ComponentConfig):
    """A whole model: pictures in, detections or losses out."""

    group: ClassVar[str] = "detcore.architectures"

    @abstractmethod
    def check(self, data: DataSpec) -> list[Problem]:
        """Everything wrong with the way the parts fit together and fit the data."""

    def outputs(self) -> frozenset[str] | None:
        """What the model predicts, as :attr:`EvaluatorNeeds.outputs` spells it; ``None`` where that is not known."""
        return None

    @abstractmethod
    def build(self) -> "Architecture":
        """The model, with freshly initialised weights."""


@frozen(kw_only=True)
class BackboneConfig(ComponentConfig):
    """Pictures to feature maps."""

    group: ClassVar[str] = "detcore.backbones"

    @property
    def size_divisibility(self) -> int:
        """Height and width of the input are padded to a multiple of this; 0: only to the batch's largest picture."""
        return 0

    @property
    def square_side(self) -> int:
        """Batches are padded to a square of this side, for backbones that take no other size; 0: they are not."""
        return 0

    def check(self) -> list[Problem]:
        """Everything wrong inside the backbone, e.g. a neck that asks for a level its trunk does not have."""
        return []

    @abstractmethod
    def output_shapes(self) -> Shapes | None:
        """Channels and stride of every feature map that ``forward`` returns; ``None`` where that cannot be known."""

    @abstractmethod
    def build(self) -> "Backbone":
        """The backbone, with freshly initialised weights."""


@frozen(kw_only=True)
class ProposalGeneratorConfig(ComponentConfig):
    """Feature maps to boxes that may hold an object."""

    group: ClassVar[str] = "detcore.proposal_generators"

    @abstractmethod
    def check(self, shapes: Shapes | None) -> list[Problem]:
        """Everything wrong with the way the generator fits the backbone's feature maps."""

    @abstractmethod
    def build(self, *, shapes: Shapes) -> "ProposalGenerator":
        """The generator for feature maps of these shapes."""


@frozen(kw_only=True)
class ROIHeadsConfig(ComponentConfig):
    """Feature maps and proposals to detections."""

    group: ClassVar[str] = "detcore.roi_heads"

    num_classes: int = field(validator=ge(1))
    """Number of object classes, background not counted; usually ``"${data.num_classes}"``."""

    @abstractmethod
    def check(self, shapes: Shapes | None, data: DataSpec) -> list[Problem]:
        """Everything wrong with the way the heads fit the backbone's feature maps and the data."""

    def outputs(self) -> frozenset[str] | None:
        """What the heads predict, as :attr:`EvaluatorNeeds.outputs` spells it; ``None`` where that is not known."""
        return None

    @abstractmethod
    def build(self, *, shapes: Shapes, num_classes: int) -> "ROIHeads":
        """The heads for feature maps of these shapes and this many classes."""
