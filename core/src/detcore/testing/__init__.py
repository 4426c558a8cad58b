"""Is my component what its interface promises? Classes of checks for a plugin's own pytest suite.

Derive from the kit of your component's kind and say which configs to try::

    class TestMyBackbone(BackboneConformance):
        configs = (MyBackboneConfig(width=8),)
"""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from detcore.testing.architecture import ArchitectureConformance as ArchitectureConformance
    from detcore.testing.augmentation import AugmentationConformance as AugmentationConformance
    from detcore.testing.backbone import BackboneConformance as BackboneConformance
    from detcore.testing.comparing import difference as difference
    from detcore.testing.comparing import numbers_in as numbers_in
    from detcore.testing.comparing import scalar_losses as scalar_losses
    from detcore.testing.component import ComponentConformance as ComponentConformance
    from detcore.testing.dataset import DatasetConformance as DatasetConformance
    from detcore.testing.evaluated_pictures import seen_pictures as seen_pictures
    from detcore.testing.evaluator import EvaluatorConformance as EvaluatorConformance
    from detcore.testing.examples import DATA as DATA
    from detcore.testing.examples import METADATA as METADATA
    from detcore.testing.examples import PICTURE_SIZES as PICTURE_SIZES
    from detcore.testing.examples import SHAPES as SHAPES
    from detcore.testing.examples import feature_maps as feature_maps
    from detcore.testing.examples import no_objects as no_objects
    from detcore.testing.examples import noise as noise
    from detcore.testing.examples import objects as objects
    from detcore.testing.examples import sizes as sizes
    from detcore.testing.exporter import ExporterConformance as ExporterConformance
    from detcore.testing.extensions import CommandConformance as CommandConformance
    from detcore.testing.extensions import ConfigTranslatorConformance as ConfigTranslatorConformance
    from detcore.testing.extensions import ResolverConformance as ResolverConformance
    from detcore.testing.hooks import HooksConformance as HooksConformance
    from detcore.testing.module import ModuleConformance as ModuleConformance
    from detcore.testing.optimizer import OptimizerConformance as OptimizerConformance
    from detcore.testing.proposal_generator import ProposalGeneratorConformance as ProposalGeneratorConformance
    from detcore.testing.registering import registered as registered
    from detcore.testing.roi_heads import ROIHeadsConformance as ROIHeadsConformance
    from detcore.testing.rows import expect_boxes_inside as expect_boxes_inside
    from detcore.testing.rows import expect_order as expect_order
    from detcore.testing.sampler import SamplerConformance as SamplerConformance
    from detcore.testing.schedule import ScheduleConformance as ScheduleConformance
    from detcore.testing.seeding import seeded as seeded
    from detcore.testing.trainer_hook import TrainerHookConformance as TrainerHookConformance
    from detcore.testing.weights_format import WeightsFormatConformance as WeightsFormatConformance
    from detcore.testing.writer import WriterConformance as WriterConformance

__getattr__, __dir__ = front_door(
    __name__,
    {
        "ArchitectureConformance": "detcore.testing.architecture",
        "AugmentationConformance": "detcore.testing.augmentation",
        "BackboneConformance": "detcore.testing.backbone",
        "CommandConformance": "detcore.testing.extensions",
        "ComponentConformance": "detcore.testing.component",
        "ConfigTranslatorConformance": "detcore.testing.extensions",
        "DATA": "detcore.testing.examples",
        "DatasetConformance": "detcore.testing.dataset",
        "EvaluatorConformance": "detcore.testing.evaluator",
        "ExporterConformance": "detcore.testing.exporter",
        "METADATA": "detcore.testing.examples",
        "HooksConformance": "detcore.testing.hooks",
        "ModuleConformance": "detcore.testing.module",
        "OptimizerConformance": "detcore.testing.optimizer",
        "PICTURE_SIZES": "detcore.testing.examples",
        "ProposalGeneratorConformance": "detcore.testing.proposal_generator",
        "ROIHeadsConformance": "detcore.testing.roi_heads",
        "ResolverConformance": "detcore.testing.extensions",
        "SHAPES": "detcore.testing.examples",
        "SamplerConformance": "detcore.testing.sampler",
        "ScheduleConformance": "detcore.testing.schedule",
        "TrainerHookConformance": "detcore.testing.trainer_hook",
        "WeightsFormatConformance": "detcore.testing.weights_format",
        "WriterConformance": "detcore.testing.writer",
        "difference": "detcore.testing.comparing",
        "expect_boxes_inside": "detcore.testing.rows",
        "expect_order": "detcore.testing.rows",
        "feature_maps": "detcore.testing.examples",
        "no_objects": "detcore.testing.examples",
        "noise": "detcore.testing.examples",
        "numbers_in": "detcore.testing.comparing",
        "objects": "detcore.testing.examples",
        "registered": "detcore.testing.registering",
        "scalar_losses": "detcore.testing.comparing",
        "seeded": "detcore.testing.seeding",
        "seen_pictures": "detcore.testing.evaluated_pictures",
        "sizes": "detcore.testing.examples",
    },
)
