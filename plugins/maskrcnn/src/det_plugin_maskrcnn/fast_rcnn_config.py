"""Settings of Fast R-CNN."""

from typing import TYPE_CHECKING

from attrs import frozen

from det_plugin_parts import PictureModelConfig
from detcore.specs import DataSpec, Problem, ROIHeadsConfig, Shapes, refuse, under

if TYPE_CHECKING:
    from det_plugin_maskrcnn.fast_rcnn import FastRCNN

__all__ = ["FastRCNNConfig"]


@frozen(kw_only=True)
class FastRCNNConfig(PictureModelConfig):
    """Settings of :class:`FastRCNN`, whose proposals come with each picture."""

    roi_heads: ROIHeadsConfig
    """Feature maps and proposals to detections."""

    def check(self, data: DataSpec) -> list[Problem]:
        inside = self.check_backbone()
        if any(problem.severity == "error" for problem in inside):
            # What does not depend on feature maps can be wrong all the same.
            return [*inside, *(problem for problem in self._misfits(None, data) if problem.severity == "error")]
        return [*inside, *self._misfits(self.backbone.output_shapes(), data)]

    def _misfits(self, shapes: Shapes | None, data: DataSpec) -> list[Problem]:
        return under(self.roi_heads.check(shapes, data), "roi_heads")

    def outputs(self) -> frozenset[str] | None:
        return self.roi_heads.outputs()

    def build(self) -> "FastRCNN":
        """The model; a backbone that cannot tell its feature maps is measured first.

        Raises:
            ConfigError: the heads do not fit the feature maps, which only building could tell.
        """
        from det_plugin_backbones import measured_shapes
        from det_plugin_maskrcnn.fast_rcnn import FastRCNN

        backbone = self.backbone.build()
        shapes = self.backbone.output_shapes()
        if shapes is None:
            shapes = measured_shapes(backbone)
            refuse(self._misfits(shapes, DataSpec()))
        return FastRCNN(
            backbone=backbone,
            roi_heads=self.roi_heads.build(shapes=shapes, num_classes=self.roi_heads.num_classes),
            batching=self.build_batching(),
            channel_order=self.channel_order,
        )
