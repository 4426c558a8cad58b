"""The parts keep what their interfaces promise."""

from det_plugin_parts import (
    DeltaBoxCoderConfig,
    GridAnchorsConfig,
    IoUAssignerConfig,
    LinearBoxCoderConfig,
    PointGridPoolerConfig,
    ROIAlignPoolerConfig,
    ROIMaxPoolerConfig,
)
from det_plugin_parts.testing import (
    AnchorGeneratorConformance,
    AssignerConformance,
    BoxCoderConformance,
    ROIPoolerConformance,
)


class TestGridAnchors(AnchorGeneratorConformance):
    configs = (
        GridAnchorsConfig(sizes=((8.0, 16.0),), aspect_ratios=((0.5, 1.0),)),
        GridAnchorsConfig(sizes=((8.0,), (16.0,), (32.0, 64.0)), offset=0.5),
    )


class TestIoUAssigner(AssignerConformance):
    configs = (IoUAssignerConfig(), IoUAssignerConfig(thresholds=(0.5,), labels=(0, 1)))


class TestBoxCoders(BoxCoderConformance):
    configs = (DeltaBoxCoderConfig(), DeltaBoxCoderConfig(weights=(10.0, 10.0, 5.0, 5.0)), LinearBoxCoderConfig())


class TestROIPoolers(ROIPoolerConformance):
    configs = (
        ROIAlignPoolerConfig(output_size=3, canonical_box_size=32),
        ROIAlignPoolerConfig(output_size=2, sampling_ratio=2, aligned=False),
        ROIMaxPoolerConfig(output_size=4, canonical_box_size=32),
        PointGridPoolerConfig(output_size=3, levels=(1, 0)),
    )
