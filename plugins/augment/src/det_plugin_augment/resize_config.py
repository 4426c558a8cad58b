"""Settings of the resize to a shortest edge."""

from typing import TYPE_CHECKING, Literal

from attrs import field, frozen
from attrs.validators import and_, deep_iterable, ge, in_, optional

from detcore.specs import AugmentationConfig, not_empty

if TYPE_CHECKING:
    from det_plugin_augment.resize import ResizeShortestEdge

__all__ = ["ResizeShortestEdgeConfig"]


@frozen(kw_only=True)
class ResizeShortestEdgeConfig(AugmentationConfig):
    """Brings the shorter side to a given length, keeping the aspect ratio."""

    sizes: tuple[int, ...] = field(default=(800,), validator=and_(not_empty, deep_iterable(ge(1))))
    """Lengths of the shorter side in pixels, of which one is drawn for each picture."""

    max_size: int | None = field(default=None, validator=optional(ge(1)))
    """The longer side gets no longer than this, and the shorter one then stays below its size; left out: any length."""

    sample: Literal["choice", "range"] = field(default="choice", validator=in_(("choice", "range")))
    """``"choice"``: one of ``sizes``; ``"range"``: any length from the first of two ``sizes`` to the second."""

    def __attrs_post_init__(self) -> None:
        if self.sample == "range" and not (len(self.sizes) == 2 and self.sizes[0] <= self.sizes[1]):
            raise ValueError(f"with sample = 'range', 'sizes' must be a smallest and a largest, not {list(self.sizes)}")
        if self.max_size is not None and self.max_size < min(self.sizes):
            raise ValueError(
                f"'max_size' ({self.max_size}) is below the smallest of 'sizes' ({min(self.sizes)}), so that no picture"
                " would ever get any of them"
            )

    def build(self) -> "ResizeShortestEdge":
        """The augmentation."""
        from det_plugin_augment.resize import ResizeShortestEdge

        return ResizeShortestEdge(sizes=self.sizes, max_size=self.max_size, sample=self.sample)
