"""Detectors of one stage: RetinaNet and FCOS."""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from det_plugin_dense.candidate_selection import CandidateSelector as CandidateSelector
    from det_plugin_dense.candidate_selection_config import CandidateSelectionConfig as CandidateSelectionConfig
    from det_plugin_dense.centre_assigner import CentreAssigner as CentreAssigner
    from det_plugin_dense.centre_assigner_config import CentreAssignerConfig as CentreAssignerConfig
    from det_plugin_dense.components import DenseAssigner as DenseAssigner
    from det_plugin_dense.components import DenseMaps as DenseMaps
    from det_plugin_dense.components import DensePredictions as DensePredictions
    from det_plugin_dense.dense_detector import DenseDetector as DenseDetector
    from det_plugin_dense.dense_head import DenseHead as DenseHead
    from det_plugin_dense.dense_head_config import DenseHeadConfig as DenseHeadConfig
    from det_plugin_dense.fcos_config import FCOSConfig as FCOSConfig
    from det_plugin_dense.interfaces import DenseAssignerConfig as DenseAssignerConfig
    from det_plugin_dense.overlap_assigner import OverlapAssigner as OverlapAssigner
    from det_plugin_dense.overlap_assigner_config import OverlapAssignerConfig as OverlapAssignerConfig
    from det_plugin_dense.retinanet_config import RetinaNetConfig as RetinaNetConfig

__getattr__, __dir__ = front_door(
    __name__,
    {
        "CandidateSelectionConfig": "det_plugin_dense.candidate_selection_config",
        "CandidateSelector": "det_plugin_dense.candidate_selection",
        "CentreAssigner": "det_plugin_dense.centre_assigner",
        "CentreAssignerConfig": "det_plugin_dense.centre_assigner_config",
        "DenseAssigner": "det_plugin_dense.components",
        "DenseAssignerConfig": "det_plugin_dense.interfaces",
        "DenseDetector": "det_plugin_dense.dense_detector",
        "DenseHead": "det_plugin_dense.dense_head",
        "DenseHeadConfig": "det_plugin_dense.dense_head_config",
        "DenseMaps": "det_plugin_dense.components",
        "DensePredictions": "det_plugin_dense.components",
        "FCOSConfig": "det_plugin_dense.fcos_config",
        "OverlapAssigner": "det_plugin_dense.overlap_assigner",
        "OverlapAssignerConfig": "det_plugin_dense.overlap_assigner_config",
        "RetinaNetConfig": "det_plugin_dense.retinanet_config",
    },
)
