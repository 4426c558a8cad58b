"""COCO datasets and metrics."""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from det_plugin_coco.dataset import CocoDataset as CocoDataset
    from det_plugin_coco.dataset_config import CocoDatasetConfig as CocoDatasetConfig
    from det_plugin_coco.evaluator import CocoEvaluator as CocoEvaluator
    from det_plugin_coco.evaluator_config import CocoEvaluatorConfig as CocoEvaluatorConfig
    from det_plugin_coco.panoptic_dataset import CocoPanopticDataset as CocoPanopticDataset
    from det_plugin_coco.panoptic_dataset_config import CocoPanopticDatasetConfig as CocoPanopticDatasetConfig
    from det_plugin_coco.voc_evaluator import VocEvaluator as VocEvaluator
    from det_plugin_coco.voc_evaluator_config import VocEvaluatorConfig as VocEvaluatorConfig

__getattr__, __dir__ = front_door(
    __name__,
    {
        "CocoDataset": "det_plugin_coco.dataset",
        "CocoDatasetConfig": "det_plugin_coco.dataset_config",
        "CocoEvaluator": "det_plugin_coco.evaluator",
        "CocoEvaluatorConfig": "det_plugin_coco.evaluator_config",
        "CocoPanopticDataset": "det_plugin_coco.panoptic_dataset",
        "CocoPanopticDatasetConfig": "det_plugin_coco.panoptic_dataset_config",
        "VocEvaluator": "det_plugin_coco.voc_evaluator",
        "VocEvaluatorConfig": "det_plugin_coco.voc_evaluator_config",
    },
)
