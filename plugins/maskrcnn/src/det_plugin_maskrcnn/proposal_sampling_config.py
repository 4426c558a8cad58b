"""Settings of the choice of proposals to learn from."""

from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import and_, ge, gt, le

from det_plugin_maskrcnn.sample_checks import refuse_sample_without_positives
from det_plugin_parts import AssignerConfig, IoUAssignerConfig

if TYPE_CHECKING:
    from det_plugin_maskrcnn.proposal_sampling import ProposalSampler

__all__ = ["ProposalSamplingConfig"]


@frozen(kw_only=True)
class ProposalSamplingConfig:
    """Which proposals a training step learns from."""

    assigner: AssignerConfig = field(
        factory=lambda: IoUAssignerConfig(thresholds=(0.5,), labels=(0, 1), allow_low_quality_matches=False)
    )
    """Which object, if any, a proposal learns."""

    batch_size_per_image: int = field(default=512, validator=ge(1))
    """Proposals of a picture, foreground and background together."""

    positive_fraction: float = field(default=0.25, validator=and_(gt(0), le(1)))
    """At most this share of them is foreground; background fills the rest."""

    append_ground_truth: bool = True
    """Whether ground-truth boxes are among the proposals."""

    def __attrs_post_init__(self) -> None:
        refuse_sample_without_positives(self.batch_size_per_image, self.positive_fraction)

    def build(self, *, num_classes: int) -> "ProposalSampler":
        from det_plugin_maskrcnn.proposal_sampling import ProposalSampler

        return ProposalSampler(
            assigner=self.assigner.build(),
            batch_size_per_image=self.batch_size_per_image,
            positive_fraction=self.positive_fraction,
            append_ground_truth=self.append_ground_truth,
            num_classes=num_classes,
        )
