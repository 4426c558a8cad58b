"""The models of this plugin and their parts keep what their interfaces promise."""

from tiny_models import (
    ARCHITECTURES,
    KEYPOINT_HEAD,
    MASK_HEAD,
    PLAIN,
    Levels,
    cascade_heads,
    points,
    proposal_generator,
    res5_heads,
    standard_heads,
)

from det_plugin_backbones import Norm
from det_plugin_maskrcnn import ConvFCBoxHeadConfig
from det_plugin_maskrcnn.testing import BoxHeadConformance, KeypointHeadConformance, MaskHeadConformance
from detcore.testing import (
    SHAPES,
    ArchitectureConformance,
    ProposalGeneratorConformance,
    ROIHeadsConformance,
)

LEVELS = Levels(SHAPES)


class TestRPN(ProposalGeneratorConformance):
    configs = (proposal_generator(LEVELS), proposal_generator(Levels({"p4": SHAPES["p4"]})))


class TestStandardROIHeads(ROIHeadsConformance):
    configs = (
        standard_heads(LEVELS, mask_head=MASK_HEAD, keypoint_head=KEYPOINT_HEAD),
        standard_heads(LEVELS, **points(LEVELS)),
    )


class TestCascadeROIHeads(ROIHeadsConformance):
    configs = (cascade_heads(LEVELS, mask_head=MASK_HEAD),)


class TestRes5ROIHeads(ROIHeadsConformance):
    configs = (res5_heads(Levels({"p3": SHAPES["p3"]})),)


class TestConvFCBoxHead(BoxHeadConformance):
    configs = (
        ConvFCBoxHeadConfig(fc_dims=(16, 12)),
        ConvFCBoxHeadConfig(conv_dims=(8, 6), fc_dims=(), norm=Norm.GROUP),
    )


class TestMaskHeads(MaskHeadConformance):
    configs = (MASK_HEAD, points(LEVELS)["mask_head"])


class TestKeypointHead(KeypointHeadConformance):
    configs = (KEYPOINT_HEAD,)


class TestGeneralizedRCNN(ArchitectureConformance):
    configs = (ARCHITECTURES["generalized-rcnn"]["masks"](PLAIN),)


class TestFastRCNN(ArchitectureConformance):
    configs = (ARCHITECTURES["fast-rcnn"]["keypoints"](PLAIN),)


class TestProposalNetwork(ArchitectureConformance):
    configs = (ARCHITECTURES["proposal-network"]["proposals"](PLAIN),)
