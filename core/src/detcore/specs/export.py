"""Config base classes of what turns a model into a file, and a file into weights."""

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from attrs import frozen

from detcore.specs.component import ComponentConfig
from detcore.specs.models import ArchitectureConfig
from detcore.specs.problems import Problem

if TYPE_CHECKING:
    from detcore.interfaces import Exporter, WeightsFormat

__all__ = ["ExporterConfig", "WeightsFormatConfig"]


@frozen(kw_only=True)
class ExporterConfig(ComponentConfig):
    """A file format that a trained model can be shipped in."""

    group: ClassVar[str] = "detcore.exporters"
    suffix: ClassVar[str]
    """File name ending of the exported model, with the dot."""

    @abstractmethod
    def check(self, architecture: ArchitectureConfig) -> list[Problem]:
        """Why this architecture cannot be exported this way, if it cannot."""

    @abstractmethod
    def build(self) -> "Exporter":
        """The exporter."""


@frozen(kw_only=True)
class WeightsFormatConfig(ComponentConfig):
    """A file format that weights can be read from."""

    group: ClassVar[str] = "detcore.weight_formats"
    suffixes: ClassVar[tuple[str, ...]]
    """File name endings this format answers for, with the dot."""

    @abstractmethod
    def build(self) -> "WeightsFormat":
        """The reader."""
