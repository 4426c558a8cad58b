"""What one stage of a residual network is made of, told without a tensor."""

from attrs import frozen

__all__ = ["Deformation", "StagePlan"]


@frozen(kw_only=True)
class Deformation:
    """How the 3×3 convolutions of a stage move their nine positions, pixel by pixel."""

    groups: int
    """Groups of channels that each have offsets of their own."""

    is_modulated: bool
    """Every position is also weighted, from 0 to 1: version 2."""


@frozen(kw_only=True)
class StagePlan:
    """A stage: blocks of one size, of which the first may halve the map."""

    name: str
    """``"res2"`` to ``"res5"``."""

    num_blocks: int
    in_channels: int
    """Channels the first block reads."""

    out_channels: int
    """Channels every block returns."""

    bottleneck_channels: int | None
    """Channels inside a bottleneck block; ``None``: basic blocks."""

    stride: int
    """Stride of the first block."""

    output_stride: int
    """Pixels of the picture per step of the stage's map."""

    dilation: int
    groups: int
    stride_in_1x1: bool
    deformation: Deformation | None
    """``None``: ordinary convolutions."""

    frozen: bool
    """The stage does not learn."""
