"""Settings of semantic FPN."""

from typing import TYPE_CHECKING

from attrs import frozen

from det_plugin_panoptic.semantic_model_config import SemanticModelConfig

if TYPE_CHECKING:
    from det_plugin_panoptic.semantic_fpn import SemanticFPN

__all__ = ["SemanticFPNConfig"]


@frozen(kw_only=True)
class SemanticFPNConfig(SemanticModelConfig):
    """Settings of :class:`SemanticFPN`: the semantic half of panoptic FPN, alone."""

    def outputs(self) -> frozenset[str]:
        return frozenset({"sem_seg"})

    def build(self) -> "SemanticFPN":
        from det_plugin_panoptic.semantic_fpn import SemanticFPN

        backbone, shapes = self.build_backbone()
        return SemanticFPN(
            backbone=backbone,
            sem_seg_head=self.sem_seg_head.build(shapes=shapes),
            batching=self.build_batching(multiple_of=self.sem_seg_head.size_divisibility(shapes)),
            channel_order=self.channel_order,
        )
