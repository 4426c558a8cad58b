"""Settings of the head of a dense detector."""

from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import and_, deep_iterable, ge, gt, lt

from det_plugin_backbones import Norm

if TYPE_CHECKING:
    from det_plugin_dense.dense_head import DenseHead

__all__ = ["DenseHeadConfig"]


@frozen(kw_only=True)
class DenseHeadConfig:
    """Settings of :class:`DenseHead`; the defaults are those of RetinaNet."""

    conv_dims: tuple[int, ...] = field(default=(256, 256, 256, 256), validator=deep_iterable(ge(1)))
    """Channels of the 3×3 convolutions before each prediction."""

    norm: Norm = field(default=Norm.NONE, converter=Norm)
    """What follows each of them; batch norms keep statistics of each level of their own."""

    prior: float = field(default=0.01, validator=and_(gt(0), lt(1)))
    """Probability of every class that a fresh head starts from: nearly everything is background."""

    def build(
        self, *, in_channels: int, num_levels: int, num_anchors: int, num_classes: int, has_centreness: bool
    ) -> "DenseHead":
        """The head for feature maps of ``in_channels``, with ``num_anchors`` at every position."""
        from det_plugin_backbones import norm_layer
        from det_plugin_dense.dense_head import DenseHead

        return DenseHead(
            in_channels=in_channels,
            conv_dims=self.conv_dims,
            norm=norm_layer(self.norm),
            levels_apart=num_levels if self.norm in {Norm.BATCH, Norm.SYNC_BATCH} else 0,
            num_anchors=num_anchors,
            num_classes=num_classes,
            has_centreness=has_centreness,
            prior=self.prior,
        )
