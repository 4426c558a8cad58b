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
    from detcore.specs.evaluation import EvaluatorConfig as EvaluatorConfig
    from detcore.specs.evaluation import EvaluatorNeeds as EvaluatorNeeds
    from detcore.specs.export import ExporterConfig as ExporterConfig
    from detcore.specs.export import WeightsFormatConfig as WeightsFormatConfig
    from detcore.specs.extensions import Command as Command
    from detcore.specs.extensions import Resolver as Resolver
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
        "DataSpec": "detcore.specs.data",
        "DatasetConfig": "detcore.specs.data",
        "DatasetMetadata": "detcore.specs.data",
        "EvaluatorConfig": "detcore.specs.evaluation",
        "EvaluatorNeeds": "detcore.specs.evaluation",
        "ExporterConfig": "detcore.specs.export",
        "FeatureShape": "detcore.specs.shapes",
        "OptimizerConfig": "detcore.specs.training",
        "Problem": "detcore.specs.problems",
        "ProposalGeneratorConfig": "detcore.specs.models",
        "ROIHeadsConfig": "detcore.specs.models",
        "Resolver": "detcore.specs.extensions",
        "SamplerConfig": "detcore.specs.data",
        "ScheduleConfig": "detcore.specs.training",
        "Shapes": "detcore.specs.shapes",
        "TrainerHookConfig": "detcore.specs.training",
        "WeightsFormatConfig": "detcore.specs.export",
        "WriterConfig": "detcore.specs.training",
        "distinct": "detcore.specs.validators",
        "finite": "detcore.specs.validators",
        "names": "detcore.specs.validators",
        "not_empty": "detcore.specs.validators",
        "of_length": "detcore.specs.validators",
        "refuse": "detcore.specs.problems",
        "under": "detcore.specs.problems",
    },
)
