"""Semantic and panoptic segmentation: models and metrics."""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from det_plugin_panoptic.components import PanopticPredictions as PanopticPredictions
    from det_plugin_panoptic.components import SemanticHead as SemanticHead
    from det_plugin_panoptic.components import SemanticPredictions as SemanticPredictions
    from det_plugin_panoptic.fpn_semantic_head import FPNSemanticHead as FPNSemanticHead
    from det_plugin_panoptic.fpn_semantic_head_config import FPNSemanticHeadConfig as FPNSemanticHeadConfig
    from det_plugin_panoptic.interfaces import SemanticHeadConfig as SemanticHeadConfig
    from det_plugin_panoptic.merging import PanopticMerging as PanopticMerging
    from det_plugin_panoptic.merging_config import PanopticMergingConfig as PanopticMergingConfig
    from det_plugin_panoptic.panoptic_fpn import PanopticFPN as PanopticFPN
    from det_plugin_panoptic.panoptic_fpn_config import PanopticFPNConfig as PanopticFPNConfig
    from det_plugin_panoptic.panoptic_quality import PanopticQuality as PanopticQuality
    from det_plugin_panoptic.panoptic_quality_config import PanopticQualityConfig as PanopticQualityConfig
    from det_plugin_panoptic.semantic_fpn import SemanticFPN as SemanticFPN
    from det_plugin_panoptic.semantic_fpn_config import SemanticFPNConfig as SemanticFPNConfig
    from det_plugin_panoptic.semantic_iou import SemanticIoU as SemanticIoU
    from det_plugin_panoptic.semantic_iou_config import SemanticIoUConfig as SemanticIoUConfig

__getattr__, __dir__ = front_door(
    __name__,
    {
        "FPNSemanticHead": "det_plugin_panoptic.fpn_semantic_head",
        "FPNSemanticHeadConfig": "det_plugin_panoptic.fpn_semantic_head_config",
        "PanopticFPN": "det_plugin_panoptic.panoptic_fpn",
        "PanopticFPNConfig": "det_plugin_panoptic.panoptic_fpn_config",
        "PanopticMerging": "det_plugin_panoptic.merging",
        "PanopticMergingConfig": "det_plugin_panoptic.merging_config",
        "PanopticPredictions": "det_plugin_panoptic.components",
        "PanopticQuality": "det_plugin_panoptic.panoptic_quality",
        "PanopticQualityConfig": "det_plugin_panoptic.panoptic_quality_config",
        "SemanticFPN": "det_plugin_panoptic.semantic_fpn",
        "SemanticFPNConfig": "det_plugin_panoptic.semantic_fpn_config",
        "SemanticHead": "det_plugin_panoptic.components",
        "SemanticHeadConfig": "det_plugin_panoptic.interfaces",
        "SemanticIoU": "det_plugin_panoptic.semantic_iou",
        "SemanticIoUConfig": "det_plugin_panoptic.semantic_iou_config",
        "SemanticPredictions": "det_plugin_panoptic.components",
    },
)
