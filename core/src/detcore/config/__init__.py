"""Experiments in files: read strictly, checked whole, written back complete."""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from detcore.config.checking import Source as Source
    from detcore.config.comparing import Difference as Difference
    from detcore.config.comparing import differences as differences
    from detcore.config.converting import Converted as Converted
    from detcore.config.converting import convert as convert
    from detcore.config.documentation import Setting as Setting
    from detcore.config.documentation import settings_of as settings_of
    from detcore.config.doubts import schedule_doubts as schedule_doubts
    from detcore.config.dumping import dump_json as dump_json
    from detcore.config.dumping import dump_toml as dump_toml
    from detcore.config.dumping import dump_yaml as dump_yaml
    from detcore.config.dumping import to_dict as to_dict
    from detcore.config.editing import merge as merge
    from detcore.config.editing import with_overrides as with_overrides
    from detcore.config.explaining import Explanation as Explanation
    from detcore.config.explaining import Mention as Mention
    from detcore.config.explaining import explain as explain
    from detcore.config.loading import LoadedConfig as LoadedConfig
    from detcore.config.loading import from_dict as from_dict
    from detcore.config.loading import load as load
    from detcore.config.places import path_of as path_of
    from detcore.config.plugin_choice import registry_chosen_by as registry_chosen_by
    from detcore.config.schema.experiment import JsonSchema as JsonSchema
    from detcore.config.schema.experiment import json_schema as json_schema
    from detcore.config.sections import DataConfig as DataConfig
    from detcore.config.sections import EvaluationConfig as EvaluationConfig
    from detcore.config.sections import ExperimentConfig as ExperimentConfig
    from detcore.config.sections import ExportConfig as ExportConfig
    from detcore.config.sections import LoaderConfig as LoaderConfig
    from detcore.config.sections import PluginsConfig as PluginsConfig
    from detcore.config.sections import Precision as Precision
    from detcore.config.sections import RunConfig as RunConfig
    from detcore.config.sections import SplitConfig as SplitConfig
    from detcore.config.sections import TrainingConfig as TrainingConfig
    from detcore.config.sections import TrainingSplitConfig as TrainingSplitConfig
    from detcore.config.sections import WeightsConfig as WeightsConfig
    from detcore.config.text.opening import text_of as text_of
    from detcore.config.variations import Variation as Variation
    from detcore.config.variations import load_variations as load_variations

__getattr__, __dir__ = front_door(
    __name__,
    {
        "Converted": "detcore.config.converting",
        "DataConfig": "detcore.config.sections",
        "Difference": "detcore.config.comparing",
        "EvaluationConfig": "detcore.config.sections",
        "ExperimentConfig": "detcore.config.sections",
        "Explanation": "detcore.config.explaining",
        "ExportConfig": "detcore.config.sections",
        "JsonSchema": "detcore.config.schema.experiment",
        "LoadedConfig": "detcore.config.loading",
        "LoaderConfig": "detcore.config.sections",
        "Mention": "detcore.config.explaining",
        "PluginsConfig": "detcore.config.sections",
        "Precision": "detcore.config.sections",
        "RunConfig": "detcore.config.sections",
        "Setting": "detcore.config.documentation",
        "Source": "detcore.config.checking",
        "SplitConfig": "detcore.config.sections",
        "TrainingConfig": "detcore.config.sections",
        "TrainingSplitConfig": "detcore.config.sections",
        "Variation": "detcore.config.variations",
        "WeightsConfig": "detcore.config.sections",
        "differences": "detcore.config.comparing",
        "convert": "detcore.config.converting",
        "dump_json": "detcore.config.dumping",
        "dump_toml": "detcore.config.dumping",
        "dump_yaml": "detcore.config.dumping",
        "explain": "detcore.config.explaining",
        "from_dict": "detcore.config.loading",
        "json_schema": "detcore.config.schema.experiment",
        "load": "detcore.config.loading",
        "load_variations": "detcore.config.variations",
        "merge": "detcore.config.editing",
        "path_of": "detcore.config.places",
        "registry_chosen_by": "detcore.config.plugin_choice",
        "schedule_doubts": "detcore.config.doubts",
        "settings_of": "detcore.config.documentation",
        "text_of": "detcore.config.text.opening",
        "to_dict": "detcore.config.dumping",
        "with_overrides": "detcore.config.editing",
    },
)
