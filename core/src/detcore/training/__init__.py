"""The training loop and what it is made of: hooks, optimizers, schedules, checkpoints, weights, what a run writes."""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from detcore.files import whole_file as whole_file
    from detcore.training.adamw_config import AdamWConfig as AdamWConfig
    from detcore.training.atomic import remove_leftovers as remove_leftovers
    from detcore.training.atomic import replaced_folder as replaced_folder
    from detcore.training.atomic import write_json as write_json
    from detcore.training.atomic import write_text as write_text
    from detcore.training.checkpoint import Checkpoint as Checkpoint
    from detcore.training.checkpoint import newest_checkpoint as newest_checkpoint
    from detcore.training.checkpoint import pointed_checkpoint as pointed_checkpoint
    from detcore.training.checkpoint import read_checkpoint as read_checkpoint
    from detcore.training.checkpoint import read_checkpoint_model as read_checkpoint_model
    from detcore.training.checkpoint import read_checkpoint_state as read_checkpoint_state
    from detcore.training.checkpoint import write_checkpoint as write_checkpoint
    from detcore.training.checkpoint_hook import CheckpointHook as CheckpointHook
    from detcore.training.clock import StepClock as StepClock
    from detcore.training.decay_config import DecayedOptimizerConfig as DecayedOptimizerConfig
    from detcore.training.display import DisplayHook as DisplayHook
    from detcore.training.display import format_duration as format_duration
    from detcore.training.distributed import is_main as is_main
    from detcore.training.distributed import rank as rank
    from detcore.training.distributed import world_size as world_size
    from detcore.training.ema import EMA as EMA
    from detcore.training.ema_config import EMAConfig as EMAConfig
    from detcore.training.evaluation_hook import EvaluationHook as EvaluationHook
    from detcore.training.flat_names import flatten as flatten
    from detcore.training.json_value import JSONValue as JSONValue
    from detcore.training.metrics_file import MetricsFile as MetricsFile
    from detcore.training.metrics_file import MetricsHook as MetricsHook
    from detcore.training.metrics_file import cut_metrics as cut_metrics
    from detcore.training.metrics_file import evaluation_metrics as evaluation_metrics
    from detcore.training.parameter_grouping import owned_parameters as owned_parameters
    from detcore.training.parameter_grouping import parameter_groups as parameter_groups
    from detcore.training.precision import MixedPrecision as MixedPrecision
    from detcore.training.precision import forward_pass_in as forward_pass_in
    from detcore.training.random_state import seed_everything as seed_everything
    from detcore.training.run_log import RunLog as RunLog
    from detcore.training.schedule_config import CosineScheduleConfig as CosineScheduleConfig
    from detcore.training.schedule_config import MultiStepScheduleConfig as MultiStepScheduleConfig
    from detcore.training.schedules import CosineSchedule as CosineSchedule
    from detcore.training.schedules import MultiStepSchedule as MultiStepSchedule
    from detcore.training.schedules import Warmup as Warmup
    from detcore.training.sgd_config import SGDConfig as SGDConfig
    from detcore.training.trainer import Trainer as Trainer
    from detcore.training.weight_format_config import NpzFormatConfig as NpzFormatConfig
    from detcore.training.weight_format_config import SafetensorsFormatConfig as SafetensorsFormatConfig
    from detcore.training.weights import checkpoint_of as checkpoint_of
    from detcore.training.weights import find_weights as find_weights
    from detcore.training.weights import fit_weights as fit_weights
    from detcore.training.weights import read_weights as read_weights
    from detcore.training.weights_report import LoadReport as LoadReport

__getattr__, __dir__ = front_door(
    __name__,
    {
        "AdamWConfig": "detcore.training.adamw_config",
        "Checkpoint": "detcore.training.checkpoint",
        "CheckpointHook": "detcore.training.checkpoint_hook",
        "CosineSchedule": "detcore.training.schedules",
        "CosineScheduleConfig": "detcore.training.schedule_config",
        "DecayedOptimizerConfig": "detcore.training.decay_config",
        "DisplayHook": "detcore.training.display",
        "EMA": "detcore.training.ema",
        "EMAConfig": "detcore.training.ema_config",
        "EvaluationHook": "detcore.training.evaluation_hook",
        "JSONValue": "detcore.training.json_value",
        "LoadReport": "detcore.training.weights_report",
        "MetricsFile": "detcore.training.metrics_file",
        "MetricsHook": "detcore.training.metrics_file",
        "MixedPrecision": "detcore.training.precision",
        "forward_pass_in": "detcore.training.precision",
        "MultiStepSchedule": "detcore.training.schedules",
        "MultiStepScheduleConfig": "detcore.training.schedule_config",
        "NpzFormatConfig": "detcore.training.weight_format_config",
        "RunLog": "detcore.training.run_log",
        "SGDConfig": "detcore.training.sgd_config",
        "SafetensorsFormatConfig": "detcore.training.weight_format_config",
        "StepClock": "detcore.training.clock",
        "Trainer": "detcore.training.trainer",
        "Warmup": "detcore.training.schedules",
        "checkpoint_of": "detcore.training.weights",
        "cut_metrics": "detcore.training.metrics_file",
        "evaluation_metrics": "detcore.training.metrics_file",
        "find_weights": "detcore.training.weights",
        "fit_weights": "detcore.training.weights",
        "flatten": "detcore.training.flat_names",
        "format_duration": "detcore.training.display",
        "is_main": "detcore.training.distributed",
        "newest_checkpoint": "detcore.training.checkpoint",
        "owned_parameters": "detcore.training.parameter_grouping",
        "parameter_groups": "detcore.training.parameter_grouping",
        "pointed_checkpoint": "detcore.training.checkpoint",
        "rank": "detcore.training.distributed",
        "read_checkpoint": "detcore.training.checkpoint",
        "read_checkpoint_model": "detcore.training.checkpoint",
        "read_checkpoint_state": "detcore.training.checkpoint",
        "read_weights": "detcore.training.weights",
        "remove_leftovers": "detcore.training.atomic",
        "replaced_folder": "detcore.training.atomic",
        "seed_everything": "detcore.training.random_state",
        "whole_file": "detcore.files",
        "world_size": "detcore.training.distributed",
        "write_checkpoint": "detcore.training.checkpoint",
        "write_json": "detcore.training.atomic",
        "write_text": "detcore.training.atomic",
    },
)
