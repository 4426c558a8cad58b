"""What a config class declares of its component's output is what the component returns, for every first-party one.

On the meta device, where nothing is computed; only what chooses rows by their values is looked at on the CPU.
"""

from itertools import product
from math import ceil

import pytest
import torch
from attrs import evolve
from config_classes import first_party_components

from det_plugin_backbones import (
    FPNConfig,
    MaxPoolTopBlockConfig,
    Norm,
    NoTopBlockConfig,
    P6P7TopBlockConfig,
    ResNetConfig,
    SimpleFeaturePyramidConfig,
    TopBlockConfig,
    ViTConfig,
)
from det_plugin_maskrcnn import (
    BoxHeadConfig,
    CascadeROIHeadsConfig,
    ConvDeconvKeypointHeadConfig,
    ConvFCBoxHeadConfig,
    FCNMaskHeadConfig,
    KeypointHeadConfig,
    MaskHeadConfig,
    PointRendMaskHeadConfig,
    Regions,
    Res5ROIHeadsConfig,
    Res5StageConfig,
    RPNConfig,
    StandardROIHeadsConfig,
)
from det_plugin_panoptic import FPNSemanticHeadConfig, SemanticHeadConfig
from det_plugin_parts import (
    AnchorGeneratorConfig,
    GridAnchorsConfig,
    PointGridPoolerConfig,
    ROIAlignPoolerConfig,
    ROIMaxPoolerConfig,
    ROIPoolerConfig,
)
from detcore.specs import BackboneConfig, DataSpec, FeatureShape, ProposalGeneratorConfig, ROIHeadsConfig, Shapes
from detcore.structures import Proposals

TINY = {"stem_out_channels": 8, "res2_out_channels": 8, "freeze_at": 0}
TRUNK = ResNetConfig(depth=18, norm=Norm.GROUP, **TINY)
SMALL = ResNetConfig(depth=18, norm=Norm.GROUP, out_features=("res3", "res4"), **TINY)

VIT = ViTConfig(patch_size=4, embed_dim=16, depth=3, num_heads=2, window_size=3, global_blocks=(1,), image_side=32)

SIZES = [(64, 96), (75, 101), (33, 130), (1, 1)]
"""Height and width of pictures: multiples of all strides, odd ones, and the smallest there is."""

BACKBONES = {
    "resnet": [
        *(ResNetConfig(depth=depth, **TINY) for depth in (18, 34, 50, 101, 152)),
        *(ResNetConfig(depth=depth, norm=norm, **TINY) for depth, norm in product((18, 50), Norm)),
        *(ResNetConfig(depth=18, out_features=names, **TINY) for names in (("stem",), ("res2", "res4"), ("res5",))),
        ResNetConfig(depth=50, groups=32, width_per_group=4, stride_in_1x1=False),
        ResNetConfig(depth=50, out_features=("stem", "res4", "res5"), res5_dilation=2),
        ResNetConfig(freeze_at=5),
        *(
            ResNetConfig(deformable_stages=names, deformable_groups=groups, deformable_modulated=modulated, **TINY)
            for names, groups, modulated in ((("res3", "res5"), 1, False), (("res2",), 2, True))
        ),
        ResNetConfig(deformable_stages=("res5",), res5_dilation=2, **TINY),
    ],
    "vit": [
        VIT,
        evolve(VIT, patch_size=8, residual_blocks=(0, 2), out_feature="map", qkv_bias=False, mlp_ratio=1.5),
        evolve(VIT, global_blocks=(), use_relative_positions=False, use_absolute_positions=False),
        evolve(VIT, has_class_position=False, pretraining_side=48),
    ],
    "simple-feature-pyramid": [
        *(SimpleFeaturePyramidConfig(net=VIT, out_channels=8, norm=norm) for norm in Norm),
        SimpleFeaturePyramidConfig(net=VIT, scale_factors=(2.0, 0.5), top_block=P6P7TopBlockConfig(), out_channels=8),
        SimpleFeaturePyramidConfig(net=TRUNK, in_feature="res4", top_block=NoTopBlockConfig(), out_channels=8),
        SimpleFeaturePyramidConfig(net=VIT, top_block=P6P7TopBlockConfig(in_feature="p3"), square_side=64),
    ],
    "fpn": [
        *(FPNConfig(bottom_up=TRUNK, norm=norm, out_channels=12) for norm in Norm),
        *(FPNConfig(bottom_up=TRUNK, fuse=fuse, out_channels=8) for fuse in ("sum", "average")),
        *(
            FPNConfig(bottom_up=SMALL, in_features=names, out_channels=8, top_block=top)
            for names in (("res3",), ("res3", "res4"))
            for top in (NoTopBlockConfig(), MaxPoolTopBlockConfig(), P6P7TopBlockConfig())
        ),
        FPNConfig(bottom_up=SMALL, in_features=("res4",), top_block=P6P7TopBlockConfig(in_feature="res4")),
        FPNConfig(bottom_up=TRUNK, out_channels=64, top_block=MaxPoolTopBlockConfig(in_feature="res5")),
        FPNConfig(bottom_up=FPNConfig(bottom_up=TRUNK, out_channels=8), in_features=("p3", "p4"), out_channels=16),
    ],
}

TOP_BLOCKS = {
    "none": [NoTopBlockConfig()],
    "max-pool": [MaxPoolTopBlockConfig(), MaxPoolTopBlockConfig(in_feature="p5")],
    "p6p7": [P6P7TopBlockConfig(), P6P7TopBlockConfig(in_feature="res5")],
}

ANCHORS = {
    "grid": [
        GridAnchorsConfig(),
        GridAnchorsConfig(sizes=((8.0, 16.0),), aspect_ratios=((0.5, 1.0),) * 5, offset=0.5),
        GridAnchorsConfig(sizes=((8.0,), (16.0,), (32.0,), (64.0,), (128.0, 256.0)), aspect_ratios=((1.0,),)),
    ]
}

POOLERS = {
    "point-grid": [
        PointGridPoolerConfig(output_size=14),
        PointGridPoolerConfig(output_size=3, levels=(1, 0)),
    ],
    "roi-pool": [ROIMaxPoolerConfig(output_size=size) for size in (1, 7)],
    "roi-align": [
        ROIAlignPoolerConfig(output_size=size, sampling_ratio=ratio, aligned=aligned)
        for size, ratio, aligned in ((1, 0, True), (7, 2, False), (14, 0, True), (9, 1, True))
    ],
}

BOX_HEADS = {
    "conv-fc": [
        ConvFCBoxHeadConfig(fc_dims=(16, 12)),
        ConvFCBoxHeadConfig(conv_dims=(8, 6), fc_dims=(), norm=Norm.GROUP),
        ConvFCBoxHeadConfig(conv_dims=(8,), fc_dims=(5,), norm=Norm.BATCH),
    ]
}

MASK_HEADS = {
    "fcn": [
        FCNMaskHeadConfig(conv_dims=(8, 6), deconv_dim=4),
        FCNMaskHeadConfig(conv_dims=(), deconv_dim=4, class_agnostic=True),
        FCNMaskHeadConfig(conv_dims=(8,), deconv_dim=4, norm=Norm.GROUP),
    ],
    "point-rend": [
        PointRendMaskHeadConfig(coarse_conv_dim=4, coarse_fc_dims=(8,), point_fc_dims=(8,), **settings)
        for settings in (
            {"subdivision_steps": 2, "subdivision_points": 20},
            {"subdivision_steps": 2, "class_agnostic": True, "in_features": ("p2", "p3")},
            {"subdivision_steps": 0, "coarse_side": 5, "coarse_in_every_layer": False},
        )
    ],
}

KEYPOINT_HEADS = {
    "conv-deconv": [
        ConvDeconvKeypointHeadConfig(num_keypoints=3, conv_dims=(8, 6)),
        ConvDeconvKeypointHeadConfig(num_keypoints=1, conv_dims=()),
    ]
}

GENERATORS = {
    "rpn": [
        RPNConfig(in_features=("p3", "p4", "p5"), anchors=GridAnchorsConfig(sizes=((8.0, 16.0),))),
        RPNConfig(in_features=("p4",), conv_dims=(6, 4), anchors=GridAnchorsConfig(sizes=((8.0,),))),
    ]
}

SEMANTIC_HEADS = {
    "fpn": [
        FPNSemanticHeadConfig(num_classes=3, in_features=("p3", "p4"), conv_dims=8, common_stride=stride)
        for stride in (2, 4, 8)
    ]
}

HEADS = {
    "standard": [
        StandardROIHeadsConfig(
            num_classes=3,
            in_features=("p3", "p4"),
            box_head=ConvFCBoxHeadConfig(fc_dims=(16,)),
            mask_pooler=ROIAlignPoolerConfig(output_size=size),
            mask_head=FCNMaskHeadConfig(conv_dims=(8,), deconv_dim=4),
        )
        for size in (3, 14)
    ],
    "cascade": [
        CascadeROIHeadsConfig(
            num_classes=3,
            in_features=("p3", "p4"),
            box_head=ConvFCBoxHeadConfig(fc_dims=(16,)),
            mask_pooler=PointGridPoolerConfig(output_size=6, levels=(0, 1)),
            mask_head=head,
        )
        for head in (
            FCNMaskHeadConfig(conv_dims=(8,), deconv_dim=4),
            PointRendMaskHeadConfig(in_features=("p4",), coarse_conv_dim=4, coarse_fc_dims=(8,), point_fc_dims=(8,)),
        )
    ],
    "res5": [
        Res5ROIHeadsConfig(
            num_classes=3,
            in_features=("p4",),
            pooler=ROIAlignPoolerConfig(output_size=size),
            stage=Res5StageConfig(out_channels=16, bottleneck_channels=4, stride=stride),
            mask_head=FCNMaskHeadConfig(conv_dims=(), deconv_dim=4),
        )
        for size, stride in ((14, 2), (7, 2), (3, 1))
    ],
}

CASES = {
    BackboneConfig: BACKBONES,
    TopBlockConfig: TOP_BLOCKS,
    AnchorGeneratorConfig: ANCHORS,
    ROIPoolerConfig: POOLERS,
    BoxHeadConfig: BOX_HEADS,
    MaskHeadConfig: MASK_HEADS,
    KeypointHeadConfig: KEYPOINT_HEADS,
    ProposalGeneratorConfig: GENERATORS,
    ROIHeadsConfig: HEADS,
    SemanticHeadConfig: SEMANTIC_HEADS,
}
"""For every kind of component that declares something of its output, configs of each such component."""

DECLARES_NO_SHAPE = {
    "detcore.architectures": "detections, whose number depends on the picture",
    "detcore.augmentations": "pictures, before there is a model",
    "detcore.datasets": "records",
    "detcore.evaluators": "numbers",
    "detcore.optimizers": "no part of a model",
    "detcore.samplers": "no part of a model",
    "detcore.schedules": "no part of a model",
    "detcore.trainer_hooks": "no part of a model",
    "detcore.weight_formats": "no part of a model",
    "detcore.writers": "no part of a model",
    "det_plugin_dense.dense_assigners": "as many labels as there are places",
    "det_plugin_parts.assigners": "as many labels as there are boxes",
    "det_plugin_parts.box_coders": "as many deltas as there are boxes",
}


def cases(kind: type) -> list[object]:
    numbered = [(name, number, each) for name, several in CASES[kind].items() for number, each in enumerate(several)]
    return [pytest.param(config, id=f"{name}-{number}") for name, number, config in numbered]


def size_before_mask_head(config: ROIHeadsConfig) -> int:
    if isinstance(config, Res5ROIHeadsConfig):
        return ceil(config.pooler.output_size / config.stage.stride)
    return config.mask_pooler.output_size


def map_sizes(shapes: Shapes, size: tuple[int, int]) -> dict[str, tuple[int, int, int]]:
    """Channels, height and width of feature maps of a picture; a step that is begun counts."""
    return {
        name: (shape.channels, ceil(size[0] / shape.stride), ceil(size[1] / shape.stride))
        for name, shape in shapes.items()
    }


def meta_maps(shapes: Shapes, size: tuple[int, int], *, images: int = 2) -> dict[str, torch.Tensor]:
    return {name: torch.zeros(images, *each, device="meta") for name, each in map_sizes(shapes, size).items()}


MAPS = {"p2": FeatureShape(channels=6, stride=4), "p3": FeatureShape(channels=6, stride=8)}


def fitting(several: list[object], *, sizes: tuple[int, ...]) -> list[object]:
    """Each case with each of the sizes of pooled features that its head takes, larger ones than 1 among them all."""
    pairs = [(size, case) for size in sizes for case in several]
    taken = [
        pytest.param(size, case.values[0], id=f"{case.id}-{size}")
        for size, case in pairs
        if case.values[0].check(channels=6, size=size, shapes=MAPS) == []
    ]
    assert len(taken) >= len(several) * (len(sizes) - 1)
    return taken


PYRAMID = FPNConfig(bottom_up=SMALL, in_features=("res3", "res4"), out_channels=8).output_shapes()


def test_every_first_party_component_has_a_case_or_a_kind_without_shapes():
    with_cases = {(kind.group, name) for kind, named in CASES.items() for name in named}
    expected = {key for key in first_party_components() if key[0] not in DECLARES_NO_SHAPE}

    assert with_cases == expected
    assert DECLARES_NO_SHAPE.keys() == {group for group, _ in first_party_components()} - {k.group for k in CASES}


def test_every_case_is_of_the_component_it_is_listed_under():
    components = first_party_components()

    wrong = [
        config
        for kind, named in CASES.items()
        for name, configs in named.items()
        for config in configs
        if type(config) is not components[kind.group, name]
    ]

    assert wrong == []


def taken_sizes(config: BackboneConfig) -> list[tuple[int, int]]:
    """Sizes that the backbone may be given: transformers want whole patches, the others make do with parts of steps."""
    if not isinstance(config, ViTConfig | SimpleFeaturePyramidConfig):
        return SIZES
    step = 32  # the coarsest stride of these pyramids
    return [(ceil(height / step) * step, ceil(width / step) * step) for height, width in SIZES]


@pytest.mark.parametrize("config", cases(BackboneConfig))
def test_feature_maps_have_the_channels_and_strides_that_are_declared(config):
    with torch.device("meta"):
        backbone = config.build().eval()
        maps = {size: backbone(torch.zeros(2, 3, *size)) for size in taken_sizes(config)}

    assert config.check() == []
    for size, found in maps.items():
        assert {name: tuple(x.shape[1:]) for name, x in found.items()} == map_sizes(config.output_shapes(), size)


@pytest.mark.parametrize("config", cases(BackboneConfig))
def test_padding_to_the_declared_multiple_suits_every_map_that_is_merged(config):
    multiple = config.size_divisibility

    assert all(multiple % shape.stride == 0 for shape in config.output_shapes().values() if shape.stride <= multiple)


@pytest.mark.parametrize("size", [(8, 12), (5, 7), (1, 1)])
@pytest.mark.parametrize("config", cases(TopBlockConfig))
def test_a_top_block_adds_as_many_halvings_as_it_declares(config, size):
    with torch.device("meta"):
        levels = config.build(in_channels=8, out_channels=8)(torch.zeros(2, 8, *size))

    assert config.check(in_channels=8, out_channels=8) == []
    assert [tuple(level.shape) for level in levels] == [
        (2, 8, ceil(size[0] / 2**step), ceil(size[1] / 2**step)) for step in range(1, config.num_levels + 1)
    ]


@pytest.mark.parametrize("config", cases(AnchorGeneratorConfig))
def test_there_are_as_many_anchors_as_are_declared(config):
    strides = [4, 8, 16, 32, 64]
    with torch.device("meta"):
        generator = config.build(strides=strides)
        anchors = generator([torch.zeros(1, 1, 3, 5) for _ in strides])

    assert config.check(strides) == []
    assert generator.num_anchors == config.num_anchors(5)
    assert [tuple(level.shape) for level in anchors] == [(15 * count, 4) for count in config.num_anchors(5)]


@pytest.mark.parametrize("config", cases(ROIPoolerConfig))
def test_pooled_features_have_the_declared_size(config):
    boxes, image_index = torch.rand(3, 4), torch.tensor([0, 1, 1])
    levels = config.build(strides=[8, 16])([torch.zeros(2, 6, 5, 7), torch.zeros(2, 6, 3, 4)], boxes, image_index)

    assert config.check([8, 16]) == []
    assert tuple(levels.shape) == (3, config.pooled_channels(6), config.output_size, config.output_size)


@pytest.mark.parametrize("config", [case for case in cases(ROIPoolerConfig) if case.values[0].check([8]) == []])
def test_features_pooled_from_one_map_have_the_declared_size(config):
    boxes, image_index = torch.rand(3, 4, device="meta"), torch.zeros(3, dtype=torch.long, device="meta")

    pooled = config.build(strides=[8])([torch.zeros(2, 6, 5, 7, device="meta")], boxes, image_index)

    assert tuple(pooled.shape) == (3, config.pooled_channels(6), config.output_size, config.output_size)


@pytest.mark.parametrize("size", [1, 7, 10])
@pytest.mark.parametrize("config", cases(BoxHeadConfig))
def test_a_box_head_returns_vectors_of_the_declared_length(config, size):
    with torch.device("meta"):
        head = config.build(channels=6, size=size).eval()
        vectors = head(torch.zeros(3, 6, size, size))

    assert config.check(channels=6, size=size) == []
    assert tuple(vectors.shape) == (3, config.out_features(channels=6, size=size)) == (3, head.out_features)


@pytest.mark.parametrize("num_classes", [1, 5])
@pytest.mark.parametrize(("size", "config"), fitting(cases(MaskHeadConfig), sizes=(1, 7, 14)))
def test_a_mask_head_returns_masks_of_the_declared_size(config, size, num_classes):
    with torch.device("meta"):
        head = config.build(channels=6, size=size, shapes=MAPS, num_classes=num_classes)
        features = {name: torch.zeros(2, *each) for name, each in map_sizes(MAPS, (20, 28)).items()}
        regions = Regions(torch.zeros(3, 4), torch.zeros(3, dtype=torch.long), torch.zeros(3, dtype=torch.long))
        masks = head(torch.zeros(3, 6, size, size), regions, features)

    assert tuple(masks.shape) == (3, config.mask_size(size=size), config.mask_size(size=size))


@pytest.mark.parametrize("size", [1, 7, 14])
@pytest.mark.parametrize("config", cases(KeypointHeadConfig))
def test_a_keypoint_head_returns_a_map_of_each_keypoint(config, size):
    with torch.device("meta"):
        heatmaps = config.build(channels=6)(torch.zeros(3, 6, size, size))

    assert config.check(channels=6, size=size) == []
    assert tuple(heatmaps.shape) == (3, config.num_keypoints, 4 * size, 4 * size)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("config", cases(ProposalGeneratorConfig))
def test_a_proposal_generator_predicts_for_every_anchor_that_is_declared(config, size):
    maps = meta_maps(PYRAMID, size)
    with torch.device("meta"):
        rpn = config.build(shapes=PYRAMID)
        logits, deltas = rpn.rpn_head([maps[name] for name in config.in_features])

    (count, *_) = config.anchors.num_anchors(len(config.in_features))
    assert config.check(PYRAMID) == []
    assert [tuple(level.shape) for level in logits] == [
        (2, count, *maps[name].shape[2:]) for name in config.in_features
    ]
    assert [level.shape[1] for level in deltas] == [4 * count] * len(config.in_features)


@pytest.mark.parametrize("config", cases(ROIHeadsConfig))
def test_roi_heads_return_what_they_declare(config):
    features = {name: torch.zeros(1, *shape) for name, shape in map_sizes(PYRAMID, (64, 64)).items()}
    proposals = Proposals(torch.tensor([[4.0, 4.0, 40.0, 60.0]]), torch.zeros(1), torch.zeros(1, dtype=torch.long))

    heads = config.build(shapes=PYRAMID, num_classes=3).eval()
    detections = heads(features, proposals, torch.tensor([[64, 64]]))

    side = config.mask_head.mask_size(size=size_before_mask_head(config))
    assert [problem.message for problem in config.check(PYRAMID, DataSpec())] == []
    assert "instances.pred_masks" in config.outputs()
    assert tuple(detections.mask_probs.shape[1:]) == (side, side)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("config", cases(SemanticHeadConfig))
def test_semantic_logits_have_the_stride_and_classes_that_are_declared(config, size):
    multiple = config.size_divisibility(PYRAMID)
    padded = tuple(multiple * ceil(side / multiple) for side in size)
    with torch.device("meta"):
        head = config.build(shapes=PYRAMID)

    logits = head(meta_maps(PYRAMID, padded))

    assert config.check(PYRAMID, DataSpec()) == []
    assert logits.shape == (2, config.num_classes, *(side // head.stride for side in padded))
