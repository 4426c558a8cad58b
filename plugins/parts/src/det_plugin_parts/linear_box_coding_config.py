"""Settings of boxes told by the distances of their sides."""

from typing import TYPE_CHECKING

from attrs import frozen

from det_plugin_parts.interfaces import BoxCoderConfig

if TYPE_CHECKING:
    from det_plugin_parts.linear_box_coding import LinearBoxCoder

__all__ = ["LinearBoxCoderConfig"]


@frozen(kw_only=True)
class LinearBoxCoderConfig(BoxCoderConfig):
    """Distances of a box's sides from a point, as FCOS tells boxes; see :class:`LinearBoxCoder`."""

    def build(self) -> "LinearBoxCoder":
        from det_plugin_parts.linear_box_coding import LinearBoxCoder

        return LinearBoxCoder()
