"""One healthy component of every kind, and the kit that says so."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from attrs import frozen
from safetensors.torch import save_file
from tiny_models import (
    ARCHITECTURES,
    BACKBONES,
    BOX_HEAD,
    KEYPOINT_HEAD,
    MASK_HEAD,
    PLAIN,
    Levels,
    proposal_generator,
    semantic_head,
    standard_heads,
)
from torch import Tensor
from toy_configs import ToyArchitectureConfig, ToyExporterConfig, ToyWriterConfig

from det_plugin_augment import RandomFlipConfig
from det_plugin_backbones import P6P7TopBlockConfig
from det_plugin_backbones.testing import TopBlockConformance
from det_plugin_coco import VocEvaluatorConfig
from det_plugin_dense import CentreAssignerConfig
from det_plugin_dense.testing import DenseAssignerConformance
from det_plugin_maskrcnn.testing import BoxHeadConformance, KeypointHeadConformance, MaskHeadConformance
from det_plugin_panoptic.testing import SemanticHeadConformance
from det_plugin_parts import DeltaBoxCoderConfig, GridAnchorsConfig, IoUAssignerConfig, ROIAlignPoolerConfig
from det_plugin_parts.testing import (
    AnchorGeneratorConformance,
    AssignerConformance,
    BoxCoderConformance,
    ROIPoolerConformance,
)
from detcore.data import ShapesConfig, ShuffleSamplerConfig
from detcore.testing import (
    SHAPES,
    ArchitectureConformance,
    AugmentationConformance,
    BackboneConformance,
    DatasetConformance,
    EvaluatorConformance,
    ExporterConformance,
    OptimizerConformance,
    ProposalGeneratorConformance,
    ROIHeadsConformance,
    SamplerConformance,
    ScheduleConformance,
    TrainerHookConformance,
    WeightsFormatConformance,
    WriterConformance,
)
from detcore.training import CosineScheduleConfig, EMAConfig, SafetensorsFormatConfig, SGDConfig

__all__ = ["HEALTHY", "Healthy"]


class Safetensors(WeightsFormatConformance):
    """The kit, told how a file is written."""

    def write(self, path: Path, tensors: Mapping[str, Tensor]) -> None:
        """One of safetensors."""
        save_file(dict(tensors), path)


class Program(ExporterConformance):
    """The kit, told what to export."""

    architecture = ToyArchitectureConfig()


@frozen
class Healthy:
    """A component that passes, and its kit."""

    kit: Any
    config: Any


LEVELS: Final = Levels(SHAPES)

HEALTHY: Final[Mapping[str, Healthy]] = {
    "architecture": Healthy(ArchitectureConformance, ARCHITECTURES["retinanet"]["overlaps"](PLAIN)),
    "backbone": Healthy(BackboneConformance, BACKBONES["resnet"]["basic"]),
    "proposal generator": Healthy(ProposalGeneratorConformance, proposal_generator(LEVELS)),
    "ROI heads": Healthy(ROIHeadsConformance, standard_heads(LEVELS, mask_head=MASK_HEAD)),
    "dataset": Healthy(DatasetConformance, ShapesConfig(num_images=3, size=(64, 64), max_objects=3)),
    "augmentation": Healthy(AugmentationConformance, RandomFlipConfig()),
    "sampler": Healthy(SamplerConformance, ShuffleSamplerConfig()),
    "evaluator": Healthy(EvaluatorConformance, VocEvaluatorConfig()),
    "optimizer": Healthy(OptimizerConformance, SGDConfig()),
    "schedule": Healthy(ScheduleConformance, CosineScheduleConfig()),
    "trainer hook": Healthy(TrainerHookConformance, EMAConfig(decay=0.9)),
    "writer": Healthy(WriterConformance, ToyWriterConfig()),
    "exporter": Healthy(Program, ToyExporterConfig()),
    "weights format": Healthy(Safetensors, SafetensorsFormatConfig()),
    "anchor generator": Healthy(
        AnchorGeneratorConformance, GridAnchorsConfig(sizes=((8.0, 16.0),), aspect_ratios=((1.0,),))
    ),
    "assigner": Healthy(AssignerConformance, IoUAssignerConfig()),
    "box coder": Healthy(BoxCoderConformance, DeltaBoxCoderConfig()),
    "ROI pooler": Healthy(ROIPoolerConformance, ROIAlignPoolerConfig(output_size=3, canonical_box_size=32)),
    "box head": Healthy(BoxHeadConformance, BOX_HEAD),
    "mask head": Healthy(MaskHeadConformance, MASK_HEAD),
    "keypoint head": Healthy(KeypointHeadConformance, KEYPOINT_HEAD),
    "top block": Healthy(TopBlockConformance, P6P7TopBlockConfig()),
    "dense assigner": Healthy(DenseAssignerConformance, CentreAssignerConfig()),
    "semantic head": Healthy(SemanticHeadConformance, semantic_head(LEVELS)),
}
"""By kind."""
