"""Settings of a proposal generator as a model of its own."""

from typing import TYPE_CHECKING

from attrs import field, frozen

from det_plugin_maskrcnn.rpn_config import RPNConfig
from det_plugin_parts import PictureModelConfig
from detcore.specs import DataSpec, Problem, ProposalGeneratorConfig, under

if TYPE_CHECKING:
    from det_plugin_maskrcnn.proposal_network import ProposalNetwork

__all__ = ["ProposalNetworkConfig"]


@frozen(kw_only=True)
class ProposalNetworkConfig(PictureModelConfig):
    """Settings of :class:`ProposalNetwork`: the region proposal network of Faster R-CNN alone."""

    proposal_generator: ProposalGeneratorConfig = field(factory=RPNConfig)
    """Feature maps to boxes that may hold an object."""

    def check(self, data: DataSpec) -> list[Problem]:
        inside = under(self.backbone.check(), "backbone")
        if any(problem.severity == "error" for problem in inside):
            return inside
        own = under(self.proposal_generator.check(self.backbone.output_shapes()), "proposal_generator")
        return [*inside, *own]

    def outputs(self) -> frozenset[str]:
        return frozenset({"proposals"})

    def build(self) -> "ProposalNetwork":
        from det_plugin_maskrcnn.proposal_network import ProposalNetwork
        from det_plugin_parts import measured_shapes

        backbone = self.backbone.build()
        shapes = self.backbone.output_shapes() or measured_shapes(backbone)
        return ProposalNetwork(
            backbone=backbone,
            proposal_generator=self.proposal_generator.build(shapes=shapes),
            batching=self.build_batching(),
            channel_order=self.channel_order,
        )
