"""Settings of a proposal generator as a model of its own."""

from typing import TYPE_CHECKING

from attrs import field, frozen

from det_plugin_maskrcnn.rpn_config import RPNConfig
from det_plugin_parts import PictureModelConfig
from detcore.specs import DataSpec, Problem, ProposalGeneratorConfig, Shapes, under

if TYPE_CHECKING:
    from det_plugin_maskrcnn.proposal_network import ProposalNetwork

__all__ = ["ProposalNetworkConfig"]


@frozen(kw_only=True)
class ProposalNetworkConfig(PictureModelConfig):
    """Settings of :class:`ProposalNetwork`: the region proposal network of Faster R-CNN alone."""

    proposal_generator: ProposalGeneratorConfig = field(factory=RPNConfig)
    """Feature maps to boxes that may hold an object."""

    def check_parts(self, shapes: Shapes | None, data: DataSpec) -> list[Problem]:
        return under(self.proposal_generator.check(shapes), "proposal_generator")

    def outputs(self) -> frozenset[str]:
        return frozenset({"proposals"})

    def build(self) -> "ProposalNetwork":
        from det_plugin_maskrcnn.proposal_network import ProposalNetwork

        backbone, shapes = self.build_backbone()
        return ProposalNetwork(
            backbone=backbone,
            proposal_generator=self.proposal_generator.build(shapes=shapes),
            batching=self.build_batching(),
            channel_order=self.channel_order,
        )
