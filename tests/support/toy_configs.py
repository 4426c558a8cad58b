"""Settings of components of the kinds that nothing first-party is of; what they build is in ``toy_components``."""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from attrs import field, frozen
from attrs.validators import ge

from detcore.specs import ArchitectureConfig, DataSpec, ExporterConfig, Problem, WriterConfig

if TYPE_CHECKING:
    from toy_components import ToyArchitecture, ToyExporter, ToyWriter

__all__ = ["ToyArchitectureConfig", "ToyExporterConfig", "ToyWriterConfig"]


@frozen(kw_only=True)
class ToyArchitectureConfig(ArchitectureConfig):
    """A number for each picture."""

    def check(self, data: DataSpec) -> list[Problem]:
        """Nothing can be wrong."""
        return []

    def build(self) -> "ToyArchitecture":
        """The model."""
        from toy_components import ToyArchitecture

        return ToyArchitecture()


@frozen(kw_only=True)
class ToyExporterConfig(ExporterConfig):
    """torch's own format."""

    suffix: ClassVar[str] = ".pt2"

    strict: bool = False
    """Whether Python is followed line by line."""

    def check(self, architecture: ArchitectureConfig) -> list[Problem]:
        """Takes any."""
        return []

    def build(self) -> "ToyExporter":
        """The exporter."""
        from toy_components import ToyExporter

        return ToyExporter(strict=self.strict)


@frozen(kw_only=True)
class ToyWriterConfig(WriterConfig):
    """A file with a line for each step."""

    digits: int = field(default=4, validator=ge(1))
    """How many are written of a number."""

    def build(self, *, directory: Path) -> "ToyWriter":
        """A writer into the run directory."""
        from toy_components import ToyWriter

        return ToyWriter(path=directory / "numbers.txt", digits=self.digits)
