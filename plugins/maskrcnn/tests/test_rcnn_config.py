import pytest
import torch
from attrs import evolve, frozen

from det_plugin_backbones import FPNConfig, Norm, NoTopBlockConfig, ResNetConfig, SimpleFeaturePyramidConfig
from det_plugin_maskrcnn import (
    AnchorSamplingConfig,
    BoxHeadConfig,
    BoxPredictorConfig,
    ConvFCBoxHeadConfig,
    FCNMaskHeadConfig,
    GeneralizedRCNNConfig,
    MaskHeadConfig,
    ProposalSamplingConfig,
    ProposalSelectionConfig,
    RPNConfig,
    StandardROIHeadsConfig,
)
from det_plugin_parts import AnchorGeneratorConfig, GridAnchorsConfig, ROIAlignPoolerConfig
from detcore.errors import ConfigError
from detcore.interfaces import Backbone
from detcore.specs import BackboneConfig, DataSpec, FeatureShape, Problem

PETS = DataSpec(classes=("cat", "dog"), has_masks=True)
MASK_RCNN = GeneralizedRCNNConfig(
    backbone=FPNConfig(), roi_heads=StandardROIHeadsConfig(num_classes=2, mask_head=FCNMaskHeadConfig())
)


class Stripes(Backbone):
    """One map whose channels and stride only a look at it tells."""

    def forward(self, images):
        return {"p2": images[:, :1, ::4, ::4].expand(-1, 8, -1, -1)}


@frozen(kw_only=True)
class StripesConfig(BackboneConfig):
    def output_shapes(self):
        return None

    def build(self):
        return Stripes()


def heads(**settings) -> StandardROIHeadsConfig:
    return StandardROIHeadsConfig(**{"num_classes": 2, "mask_head": FCNMaskHeadConfig(), **settings})


@frozen(kw_only=True)
class SquareOnlyConfig(BoxHeadConfig, MaskHeadConfig):
    """A head of somebody else's that wants features pooled to 10 × 10 and has nothing to say of what it makes."""

    def check(self, *, channels, size, shapes=None):
        return [] if size == 10 else [Problem(f"wants features pooled to 10, not {size}")]

    def build(self, **_):
        raise AssertionError("checking builds nothing")


@frozen(kw_only=True)
class LearnedAnchorsConfig(AnchorGeneratorConfig):
    """Anchors of somebody else's whose number is known when they are built."""

    counts: tuple[int, ...] = (3, 3, 3, 3, 3)

    def num_anchors(self, num_levels):
        return None

    def build(self, *, strides):
        anchors = GridAnchorsConfig().build(strides=strides)
        anchors.num_anchors = self.counts
        return anchors


@frozen(kw_only=True)
class PaddedStripesConfig(BackboneConfig):
    """A backbone that pads pictures to something that its own map does not divide."""

    multiple: int = 20

    @property
    def size_divisibility(self):
        return self.multiple

    def output_shapes(self):
        return {"p3": FeatureShape(channels=8, stride=8), "p6": FeatureShape(channels=8, stride=64)}

    def build(self):
        raise AssertionError("checking builds nothing")


MISFITS = [
    pytest.param(
        {"proposal_generator": RPNConfig(in_features=("p3", "p2", "p4", "p5", "p6"))},
        "feature maps must be named finest first; these have strides [8, 4, 16, 32, 64]",
        ("proposal_generator", "in_features"),
        id="proposals from coarse to fine",
    ),
    pytest.param(
        {"proposal_generator": RPNConfig(anchors=GridAnchorsConfig(aspect_ratios=((1.0,), (1.0, 2.0))))},
        "has entries for 2 levels, but there are 5 feature maps",
        ("proposal_generator", "anchors", "aspect_ratios"),
        id="ratios for two levels",
    ),
    pytest.param(
        {"proposal_generator": RPNConfig(selection=ProposalSelectionConfig(pre_nms_topk_test=100))},
        "asks for 1000 proposals, but 5 × 'pre_nms_topk_test' (100) gives 500 at most",
        ("proposal_generator", "selection", "post_nms_topk_test"),
        id="more proposals than candidates",
    ),
    pytest.param(
        {"proposal_generator": RPNConfig(anchors=LearnedAnchorsConfig())},
        "the number of anchors is not known before they are built",
        ("proposal_generator", "anchors"),
        id="anchors that cannot tell",
    ),
    pytest.param(
        {"roi_heads": heads(box_pooler=ROIAlignPoolerConfig(canonical_level=0))},
        "a box of 'canonical_box_size' (224 pixels) would span 224 cells of the level it is pooled from;"
        " change one of the two so that it spans 1 to 100",
        ("roi_heads", "box_pooler", "canonical_level"),
        id="a canonical level that nothing reaches",
    ),
    pytest.param(
        {"roi_heads": heads(box_head=SquareOnlyConfig())},
        "wants features pooled to 10, not 7",
        ("roi_heads", "box_head"),
        id="a box head of another resolution",
    ),
    pytest.param(
        {"roi_heads": heads(mask_head=SquareOnlyConfig())},
        "wants features pooled to 10, not 14",
        ("roi_heads", "mask_head"),
        id="a mask head of another resolution",
    ),
    pytest.param(
        {"roi_heads": heads(mask_head=None, mask_pooler=ROIAlignPoolerConfig(output_size=28))},
        "pools for a mask head, but there is none; leave it out",
        ("roi_heads", "mask_pooler"),
        id="a mask pooler without mask head",
    ),
    pytest.param(
        {"roi_heads": heads(mask_head=None, masks_of_predicted_boxes=True)},
        "is about a mask head, but there is none; leave it out",
        ("roi_heads", "masks_of_predicted_boxes"),
        id="masks of predicted boxes without mask head",
    ),
]


@pytest.mark.parametrize(("parts", "message", "path"), MISFITS)
def test_parts_that_do_not_fit_are_found_with_their_path(parts, message, path):
    (problem,) = evolve(MASK_RCNN, **parts).check(PETS)

    assert (problem.path, problem.message) == (path, message)


def test_what_does_not_depend_on_a_broken_backbone_is_told_beside_it():
    config = evolve(MASK_RCNN, backbone=FPNConfig(in_features=("res9",)), roi_heads=heads(num_classes=5))

    assert [problem.path for problem in config.check(PETS)] == [
        ("backbone", "in_features", 0),
        ("roi_heads", "num_classes"),
    ]


def test_padding_that_does_not_suit_the_strides_is_found():
    generator = RPNConfig(in_features=("p3",), anchors=GridAnchorsConfig(sizes=((32,),)))
    config = evolve(
        MASK_RCNN,
        backbone=PaddedStripesConfig(),
        proposal_generator=generator,
        roi_heads=heads(in_features=("p3",)),
    )

    assert config.check(PETS) == [
        Problem(
            "pads pictures to multiples of 20, which does not suit the strides of its maps: {'p3': 8}", ("backbone",)
        )
    ]
    assert evolve(config, backbone=PaddedStripesConfig(multiple=16)).check(PETS) == []


def test_more_proposals_than_candidates_are_told_and_not_refused():
    few = ProposalSelectionConfig(pre_nms_topk_train=100, pre_nms_topk_test=100)

    problems = evolve(MASK_RCNN, proposal_generator=RPNConfig(selection=few)).check(PETS)

    assert [problem.severity for problem in problems] == ["doubtful", "doubtful"]


def test_the_defaults_fit_a_feature_pyramid():
    assert MASK_RCNN.check(PETS) == []
    assert MASK_RCNN.check(DataSpec()) == []


def test_the_defaults_build_the_published_model():
    with torch.device("meta"):
        model = evolve(MASK_RCNN, roi_heads=evolve(MASK_RCNN.roi_heads, num_classes=80)).build()

    assert model.roi_heads.box_predictor.cls_score.weight.shape == (81, 1024)
    assert model.roi_heads.mask_head.predictor.weight.shape == (80, 256, 1, 1)
    assert not any(name.startswith(("pixel_", "proposal_generator.anchor")) for name in model.state_dict())


def test_a_feature_map_that_is_not_there_is_named_with_its_path():
    config = evolve(MASK_RCNN, backbone=FPNConfig(top_block=NoTopBlockConfig()))

    assert config.check(PETS) == [
        Problem(
            "the backbone yields no feature map 'p6', only p2, p3, p4, p5; name some of these, or have the pyramid "
            'add it: as its \'top_block\', "max-pool" adds one level, "p6p7" two',
            ("proposal_generator", "in_features", 4),
        )
    ]


def test_problems_of_all_parts_are_told_together():
    heads = StandardROIHeadsConfig(num_classes=5, in_features=("p2", "p7"), mask_head=FCNMaskHeadConfig())
    generator = RPNConfig(anchors=GridAnchorsConfig(sizes=((8,), (16,))))
    config = evolve(MASK_RCNN, proposal_generator=generator, roi_heads=heads)

    problems = config.check(DataSpec(classes=("cat", "dog"), has_masks=False))

    assert [problem.path for problem in problems] == [
        ("proposal_generator", "anchors", "sizes"),
        ("roi_heads", "in_features", 1),
        ("roi_heads", "num_classes"),
        ("roi_heads", "mask_head"),
    ]
    assert problems[2].message == '5 classes, but the data has 2; write "${data.num_classes}"'
    assert problems[3].message == "there is a mask head, but the data has no masks to learn from"


def test_problems_inside_the_backbone_come_first():
    config = evolve(MASK_RCNN, backbone=FPNConfig(bottom_up=ResNetConfig(out_features=("res4", "res5"))))

    assert {problem.path[0] for problem in config.check(PETS)} == {"backbone"}


def test_strides_that_skip_a_level_cannot_be_pooled_from():
    config = evolve(MASK_RCNN, roi_heads=StandardROIHeadsConfig(num_classes=2, in_features=("p2", "p4")))

    (problem,) = config.check(PETS)

    assert problem == Problem(
        "cannot be pooled from: strides must be powers of two and double from level to level, but these are [4, 16]",
        ("roi_heads", "in_features"),
    )


def test_levels_of_different_channels_cannot_share_a_head():
    config = GeneralizedRCNNConfig(
        backbone=ResNetConfig(),
        proposal_generator=RPNConfig(in_features=("res4",), anchors=GridAnchorsConfig(sizes=((64, 128),))),
        roi_heads=StandardROIHeadsConfig(num_classes=2, in_features=("res4", "res5")),
    )

    (problem,) = config.check(PETS)

    assert problem == Problem(
        "feature maps that share a head need equally many channels: {'res4': 1024, 'res5': 2048}",
        ("roi_heads", "in_features"),
    )


def test_levels_with_different_numbers_of_anchors_cannot_share_a_head():
    anchors = GridAnchorsConfig(sizes=((8,), (16,), (32,), (64,), (128, 256)))
    config = evolve(MASK_RCNN, proposal_generator=RPNConfig(anchors=anchors))

    assert config.check(PETS) == [
        Problem(
            "levels that share a head need equally many anchors a position: [3, 3, 3, 3, 6]",
            ("proposal_generator", "anchors"),
        )
    ]


def test_a_backbone_that_cannot_tell_its_maps_is_reported_as_unchecked_and_measured_when_built():
    config = GeneralizedRCNNConfig(
        backbone=StripesConfig(),
        proposal_generator=RPNConfig(in_features=("p2",), anchors=GridAnchorsConfig(sizes=((16,),))),
        roi_heads=StandardROIHeadsConfig(
            num_classes=2, in_features=("p2",), box_head=ConvFCBoxHeadConfig(fc_dims=(8,))
        ),
    )

    problems = config.check(PETS)
    model = config.build()

    assert {problem.severity for problem in problems} == {"unchecked"}
    assert model.proposal_generator.rpn_head.conv.weight.shape == (8, 8, 3, 3)
    assert model.roi_heads.box_pooler.levels.strides == (4,)


def test_a_misfit_that_only_looking_can_find_is_told_when_building():
    config = GeneralizedRCNNConfig(
        backbone=StripesConfig(), roi_heads=StandardROIHeadsConfig(num_classes=2, in_features=("p2", "p3"))
    )
    missing = "the backbone yields no feature map"

    with pytest.raises(ConfigError) as caught:
        config.build()

    assert str(caught.value).splitlines()[-2:] == [
        f"proposal_generator.in_features.4: {missing} 'p6', only p2",
        (
            f"roi_heads.in_features.1: {missing} 'p3', only p2; name some of these, or have the pyramid add it: as its "
            '\'top_block\', "max-pool" adds one level, "p6p7" two'
        ),
    ]


def test_anchors_that_turn_out_uneven_are_told_when_building():
    generator = RPNConfig(anchors=LearnedAnchorsConfig(counts=(3, 3, 3, 3, 6)))
    message = "^anchors: levels that share a head need equally many anchors a position: \\[3, 3, 3, 3, 6\\]$"

    with pytest.raises(ConfigError, match=message):
        generator.build(shapes=FPNConfig().output_shapes())


@pytest.mark.parametrize(
    ("make", "message"),
    [
        pytest.param(
            lambda: ConvFCBoxHeadConfig(norm="group"),
            r"^'norm' \('group'\) follows convolutions, but 'conv_dims' is empty$",
            id="a norm of nothing in the box head",
        ),
        pytest.param(
            lambda: FCNMaskHeadConfig(norm=Norm.BATCH, conv_dims=()),
            r"^'norm' \('batch'\) follows convolutions, but 'conv_dims' is empty$",
            id="a norm of nothing in the mask head",
        ),
        pytest.param(lambda: FCNMaskHeadConfig(norm="gruop"), "^'gruop' is not a valid Norm$", id="no such norm"),
        pytest.param(
            lambda: ProposalSamplingConfig(batch_size_per_image=3),
            r"^of 'batch_size_per_image' \(3\) a 'positive_fraction' of 0.25 is less than one box, so no object would"
            " ever be learned$",
            id="a sample without room for an object",
        ),
        pytest.param(
            lambda: AnchorSamplingConfig(positive_fraction=0), "^'positive_fraction' must be > 0: 0$", id="no positives"
        ),
        pytest.param(
            lambda: BoxPredictorConfig(score_threshold=1.0), "^'score_threshold' must be < 1: 1.0$", id="no detection"
        ),
        pytest.param(lambda: RPNConfig(in_features=()), "^'in_features' must list at least one$", id="no maps"),
        pytest.param(
            lambda: heads(in_features=("p2", "p3", "p2")),
            "^'in_features' must not name 'p2' twice: items 0 and 2$",
            id="a map twice",
        ),
        pytest.param(
            lambda: evolve(MASK_RCNN, pixel_mean=(1.0, 2.0)),
            r"^'pixel_mean' must have 3 items, not 2: \[1.0, 2.0\]$",
            id="two channels",
        ),
        pytest.param(
            lambda: evolve(MASK_RCNN, channel_order="GBR"),
            r"'channel_order' must be in \('BGR', 'RGB'\) \(got 'GBR'\)",
            id="no such order",
        ),
        pytest.param(
            lambda: ConvFCBoxHeadConfig(conv_dims=(), fc_dims=()),
            "a box head needs at least one layer: 'conv_dims' and 'fc_dims' are both empty",
            id="no layer",
        ),
        pytest.param(
            lambda: evolve(MASK_RCNN, pixel_std=(1.0, 0.0, 1.0)), "'pixel_std' must be > 0: 0.0", id="no spread"
        ),
        pytest.param(lambda: RPNConfig(conv_dims=(0,)), "'conv_dims' must be >= 1: 0", id="no channels"),
    ],
)
def test_impossible_settings_are_refused_where_they_are_written(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_masks_are_among_the_outputs_where_there_is_a_mask_head(tiny_config):
    boxes_only = evolve(tiny_config, roi_heads=evolve(tiny_config.roi_heads, mask_head=None))

    assert tiny_config.outputs() - boxes_only.outputs() == {"instances.pred_masks"}
    assert boxes_only.outputs() == {"instances.pred_boxes", "instances.scores", "instances.pred_classes"}


@pytest.mark.parametrize(
    ("pyramid", "remedied"),
    [
        pytest.param(FPNConfig(in_features=("res3", "res4", "res5")), FPNConfig(), id="fpn"),
        pytest.param(
            SimpleFeaturePyramidConfig(scale_factors=(2.0, 1.0, 0.5)), SimpleFeaturePyramidConfig(), id="vitdet"
        ),
    ],
)
def test_a_level_finer_than_the_pyramid_is_told_by_the_settings_that_make_it(pyramid, remedied):
    (first, *_) = evolve(MASK_RCNN, backbone=pyramid).check(DataSpec())

    assert first.message == (
        "the backbone yields no feature map 'p2', only p3, p4, p5, p6; name some of these, or have the pyramid make "
        "it: one more map of the trunk in 'in_features' of fpn, a larger one in 'scale_factors' of "
        "simple-feature-pyramid"
    )
    assert evolve(MASK_RCNN, backbone=remedied).check(DataSpec()) == []
