"""The weights files that core itself reads."""

from typing import TYPE_CHECKING, ClassVar

from attrs import frozen

from detcore.specs import WeightsFormatConfig

if TYPE_CHECKING:
    from detcore.interfaces import WeightsFormat

__all__ = ["NpzFormatConfig", "SafetensorsFormatConfig"]


@frozen(kw_only=True)
class SafetensorsFormatConfig(WeightsFormatConfig):
    """Tensors by name, without code.

    https://github.com/huggingface/safetensors
    """

    suffixes: ClassVar[tuple[str, ...]] = (".safetensors",)

    def build(self) -> "WeightsFormat":
        """The reader."""
        from detcore.training.weight_formats import SafetensorsFormat

        return SafetensorsFormat()


@frozen(kw_only=True)
class NpzFormatConfig(WeightsFormatConfig):
    """A NumPy archive of arrays by name, read without unpickling."""

    suffixes: ClassVar[tuple[str, ...]] = (".npz",)

    def build(self) -> "WeightsFormat":
        """The reader."""
        from detcore.training.weight_formats import NpzFormat

        return NpzFormat()
