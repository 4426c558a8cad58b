"""Settings of a proposal generator as a model of its own."""

from typing import TYPE_CHECKING

from attrs import field, frozen

from det_plugin_maskrcnn.rpn_config import RPNConfig
from det_plugin_parts import PictureModelConfig
from detcore.specs import DataSpec, Problem, ProposalGeneratorConfig, Shapes, refuse, under

if TYPE_CHECKING:
    from det_plugin_maskrcnn.proposal_network import ProposalNetwork

__all__ = ["ProposalNetworkConfig"]


@frozen(kw_only=True)
class ProposalNetworkConfig(PictureModelConfig):
    """Settings of :class:`ProposalNetwork`: the region proposal network of Faster R-CNN alone."""

    proposal_generator: ProposalGeneratorConfig = field(factory=RPNConfig)
    """Feature maps to boxes that may hold an object."""

    def check(self, data: DataSpec) -> list[Problem]:
        inside = self.check_backbone()
        if any(problem.severity == "error" for problem in inside):
            return inside
        return [*inside, *self._misfits(self.backbone.output_shapes())]

    def _misfits(self, shapes: Shapes | None) -> list[Problem]:
        return under(self.proposal_generator.check(shapes), "proposal_generator")

    def outputs(self) -> frozenset[str]:
        return frozenset({"proposals"})

    def build(self) -> "ProposalNetwork":
        """The model; a backbone that cannot tell its feature maps is measured first.

        Raises:
            ConfigError: the generator does not fit the feature maps, which only building could tell.
        """
        from det_plugin_backbones import measured_shapes
        from det_plugin_maskrcnn.proposal_network import ProposalNetwork

        backbone = self.backbone.build()
        shapes = self.backbone.output_shapes()
        if shapes is None:
            shapes = measured_shapes(backbone)
            refuse(self._misfits(shapes))
        return ProposalNetwork(
            backbone=backbone,
            proposal_generator=self.proposal_generator.build(shapes=shapes),
            batching=self.build_batching(),
            channel_order=self.channel_order,
        )
