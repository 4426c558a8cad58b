"""Settings of Fast R-CNN."""

from typing import TYPE_CHECKING

from attrs import frozen

from det_plugin_parts import PictureModelConfig
from detcore.specs import DataSpec, Problem, ROIHeadsConfig, Shapes, under

if TYPE_CHECKING:
    from det_plugin_maskrcnn.fast_rcnn import FastRCNN

__all__ = ["FastRCNNConfig"]


@frozen(kw_only=True)
class FastRCNNConfig(PictureModelConfig):
    """Settings of :class:`FastRCNN`, whose proposals come with each picture."""

    roi_heads: ROIHeadsConfig
    """Feature maps and proposals to detections."""

    def check_parts(self, shapes: Shapes | None, data: DataSpec) -> list[Problem]:
        return [*_proposal_problems(data), *under(self.roi_heads.check(shapes, data), "roi_heads")]

    def outputs(self) -> frozenset[str] | None:
        return self.roi_heads.outputs()

    def build(self) -> "FastRCNN":
        from det_plugin_maskrcnn.fast_rcnn import FastRCNN

        backbone, shapes = self.build_backbone()
        return FastRCNN(
            backbone=backbone,
            roi_heads=self.roi_heads.build(shapes=shapes, num_classes=self.roi_heads.num_classes),
            batching=self.build_batching(),
            channel_order=self.channel_order,
        )


def _proposal_problems(data: DataSpec) -> list[Problem]:
    """Proposals that somebody else has to make, and nobody does."""
    if data.has_proposals is not False:
        return []
    lacking = ", ".join(data.without_proposals) or "the data"
    return [
        Problem(
            f"is told where to look, but there are no proposals for {lacking}; name a file of them in its 'proposals' "
            '(type "coco"), or let the model make its own: type = "generalized-rcnn"'
        )
    ]
