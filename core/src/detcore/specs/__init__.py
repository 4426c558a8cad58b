"""What every layer agrees on, without a tensor: shapes, data facts, the config base class of every interface."""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from detcore.specs.component import ComponentConfig as ComponentConfig
    from detcore.specs.data import AugmentationConfig as AugmentationConfig
    from detcore.specs.data import DatasetConfig as DatasetConfig
    from detcore.specs.data import DatasetMetadata as DatasetMetadata
    from detcore.specs.data import DataSpec as DataSpec
    from detcore.specs.data import SamplerConfig as SamplerConfig
    from detcore.specs.data import true_of_all as true_of_all
    from detcore.specs.deprecation import Deprecated as Deprecated
    from detcore.specs.evaluation import EvaluatorConfig as EvaluatorConfig
    from detcore.specs.evaluation import EvaluatorNeeds as EvaluatorNeeds
    from detcore.specs.export import ExporterConfig as ExporterConfig
    from detcore.specs.export import WeightsFormatConfig as WeightsFormatConfig
    from detcore.specs.extensions import Command as Command
    from detcore.specs.extensions import ConfigTranslator as ConfigTranslator
    from detcore.specs.extensions import Resolver as Resolver
    from detcore.specs.frozen_values import FrozenList as FrozenList
    from detcore.specs.frozen_values import FrozenTable as FrozenTable
    from detcore.specs.frozen_values import frozen_value as frozen_value
    from detcore.specs.locations import scheme_of as scheme_of
    from detcore.specs.models import ArchitectureConfig as ArchitectureConfig
    from detcore.specs.models import BackboneConfig as BackboneConfig
    from detcore.specs.models import ProposalGeneratorConfig as ProposalGeneratorConfig
    from detcore.specs.models import ROIHeadsConfig as ROIHeadsConfig
    from detcore.specs.problems import Problem as Problem
    from detcore.specs.problems import refuse as refuse
    from detcore.specs.problems import under as under
    from detcore.specs.shapes import FeatureShape as FeatureShape
    from detcore.specs.shapes import Shapes as Shapes
    from detcore.specs.training import OptimizerConfig as OptimizerConfig
    from detcore.specs.training import ScheduleConfig as ScheduleConfig
    from detcore.specs.training import TrainerHookConfig as TrainerHookConfig
    from detcore.specs.training import WriterConfig as WriterConfig
    from detcore.specs.translation import MissingPart as MissingPart
    from detcore.specs.translation import TranslatedKey as TranslatedKey
    from detcore.specs.translation import Translation as Translation
    from detcore.specs.validators import distinct as distinct
    from detcore.specs.validators import finite as finite
    from detcore.specs.validators import names as names
    from detcore.specs.validators import not_empty as not_empty
    from detcore.specs.validators import of_length as of_length

__getattr__, __dir__ = front_door(
    __name__,
    {
        "ArchitectureConfig": "detcore.specs.models",
        "AugmentationConfig": "detcore.specs.data",
        "BackboneConfig": "detcore.specs.models",
        "Command": "detcore.specs.extensions",
        "ComponentConfig": "detcore.specs.component",
        "ConfigTranslator": "detcore.specs.extensions",
        "DataSpec": "detcore.specs.data",
        "DatasetConfig": "detcore.specs.data",
        "DatasetMetadata": "detcore.specs.data",
        "Deprecated": "detcore.specs.deprecation",
        "EvaluatorConfig": "detcore.specs.evaluation",
        "EvaluatorNeeds": "detcore.specs.evaluation",
        "ExporterConfig": "detcore.specs.export",
        "FeatureShape": "detcore.specs.shapes",
        "FrozenList": "detcore.specs.frozen_values",
        "FrozenTable": "detcore.specs.frozen_values",
        "MissingPart": "detcore.specs.translation",
        "OptimizerConfig": "detcore.specs.training",
        "Problem": "detcore.specs.problems",
        "ProposalGeneratorConfig": "detcore.specs.models",
        "ROIHeadsConfig": "detcore.specs.models",
        "Resolver": "detcore.specs.extensions",
        "scheme_of": "detcore.specs.locations",
        "SamplerConfig": "detcore.specs.data",
        "ScheduleConfig": "detcore.specs.training",
        "Shapes": "detcore.specs.shapes",
        "TrainerHookConfig": "detcore.specs.training",
        "TranslatedKey": "detcore.specs.translation",
        "Translation": "detcore.specs.translation",
        "WeightsFormatConfig": "detcore.specs.export",
        "WriterConfig": "detcore.specs.training",
        "distinct": "detcore.specs.validators",
        "finite": "detcore.specs.validators",
        "names": "detcore.specs.validators",
        "not_empty": "detcore.specs.validators",
        "of_length": "detcore.specs.validators",
        "refuse": "detcore.specs.problems",
        "frozen_value": "detcore.specs.frozen_values",
        "true_of_all": "detcore.specs.data",
        "under": "detcore.specs.problems",
    },
)
