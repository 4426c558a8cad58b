"""Experiment trackers for detcore: TensorBoard, Weights & Biases, MLflow."""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from det_plugin_trackers.mlflow_tracker import MLflowTracker as MLflowTracker
    from det_plugin_trackers.tensorboard_config import TensorBoardConfig as TensorBoardConfig
    from det_plugin_trackers.tensorboard_writer import TensorBoardWriter as TensorBoardWriter
    from det_plugin_trackers.wandb_tracker import WandbTracker as WandbTracker

__getattr__, __dir__ = front_door(
    __name__,
    {
        "MLflowTracker": "det_plugin_trackers.mlflow_tracker",
        "TensorBoardConfig": "det_plugin_trackers.tensorboard_config",
        "TensorBoardWriter": "det_plugin_trackers.tensorboard_writer",
        "WandbTracker": "det_plugin_trackers.wandb_tracker",
    },
)
