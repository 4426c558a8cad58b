"""What semantic and panoptic FPN refuse before they are built."""

import pytest
from attrs import evolve

from det_plugin_backbones import Norm, ResNetConfig
from det_plugin_panoptic import FPNSemanticHeadConfig, SemanticFPNConfig
from det_plugin_panoptic.label_checks import UNLABELLED
from detcore import structures
from detcore.specs import DataSpec, Problem

STUFF = ("things", "sky", "sea", "sand")


@pytest.fixture
def config(family, tiny_config):
    return tiny_config(family)


def test_a_config_that_fits_has_no_problem(config):
    data = DataSpec(classes=("a", "b", "c"), has_masks=True, stuff_classes=STUFF)

    assert config.check(data) == []


def test_the_number_of_labels_is_compared_with_the_data(config):
    message = '4 classes, but the data\'s semantic maps have 2 labels; write "${data.num_stuff_classes}"'

    assert config.check(DataSpec(stuff_classes=STUFF[:2])) == [Problem(message, ("sem_seg_head", "num_classes"))]


@pytest.mark.parametrize("label", [0, 1, 3])
def test_a_class_that_is_ignored_is_doubtful_and_can_be_built(config, label):
    ignoring = evolve(config, sem_seg_head=evolve(config.sem_seg_head, ignore_value=label))

    message = (
        f"is {label}, which is one of the classes (0 to 3) and so never learned; the label of pixels to leave out is "
        "usually 255"
    )
    assert ignoring.check(DataSpec()) == [Problem(message, ("sem_seg_head", "ignore_value"), "doubtful")]
    assert ignoring.build().sem_seg_head.ignore_value == label


@pytest.mark.parametrize("label", [4, 300])
def test_a_label_that_no_map_has_is_told_where_there_are_maps(config, label):
    ignoring = evolve(config, sem_seg_head=evolve(config.sem_seg_head, ignore_value=label))

    message = (
        f"is {label}, but pixels of the data's semantic maps that nobody has labelled are 255; "
        "write 255, or leave it out"
    )
    assert ignoring.check(DataSpec(stuff_classes=STUFF)) == [Problem(message, ("sem_seg_head", "ignore_value"))]
    assert ignoring.check(DataSpec()) == []


def test_what_is_unlabelled_is_so_in_every_map():
    assert UNLABELLED == structures.UNLABELLED


def test_data_without_semantic_maps_is_refused(config):
    message = "there is a semantic head, but the data has no semantic maps to learn from"

    assert config.check(DataSpec(stuff_classes=())) == [Problem(message, ("sem_seg_head",))]


def test_a_level_that_the_pyramid_lacks_is_named(config):
    broken = evolve(config, sem_seg_head=evolve(config.sem_seg_head, in_features=("p2", "p9")))

    message = "the backbone yields no feature map 'p9', only p2, p3, p4, p5, p6; name some of these"
    assert broken.check(DataSpec()) == [Problem(message, ("sem_seg_head", "in_features", 1))]


@pytest.mark.parametrize("stride", [3, 8])
def test_a_level_that_cannot_be_doubled_to_the_common_stride_is_refused(config, stride):
    broken = evolve(config, sem_seg_head=evolve(config.sem_seg_head, common_stride=stride))

    (problem,) = broken.check(DataSpec())

    assert problem.path == ("sem_seg_head", "common_stride")
    assert problem.message == (
        f"is {stride}, and every stride must be that times a power of two; "
        "found {'p2': 4, 'p3': 8, 'p4': 16, 'p5': 32}"
    )


def test_a_panoptic_map_needs_masks(tiny_config):
    config = tiny_config("panoptic-fpn")
    maskless = evolve(config, roi_heads=evolve(config.roi_heads, mask_head=None))

    message = "a panoptic map is made of masks, but these heads predict none; give them a 'mask_head'"
    assert maskless.check(DataSpec()) == [Problem(message, ("roi_heads",))]


def test_a_broken_backbone_does_not_hide_what_is_wrong_with_the_labels(config):
    broken = evolve(config, backbone=evolve(config.backbone, in_features=("res9",)))

    paths = [problem.path for problem in broken.check(DataSpec(stuff_classes=()))]

    assert paths[0][0] == "backbone"
    assert ("sem_seg_head",) in paths


def test_outputs_are_those_that_evaluators_ask_for(tiny_config):
    assert tiny_config("semantic-fpn").outputs() == {"sem_seg"}
    assert tiny_config("panoptic-fpn").outputs() >= {"sem_seg", "panoptic_seg", "instances.pred_masks"}


def test_pictures_are_padded_so_that_the_levels_of_a_plain_trunk_fit_onto_each_other(picture):
    trunk = ResNetConfig(
        depth=18, norm=Norm.GROUP, stem_out_channels=8, res2_out_channels=8, out_features=("res2", "res5")
    )
    head = FPNSemanticHeadConfig(num_classes=4, in_features=("res2", "res5"), conv_dims=8)
    model = SemanticFPNConfig(backbone=trunk, sem_seg_head=head).build()

    (output,) = model.eval()([picture(37, 51)])

    assert model.preprocess([picture(37, 51)]).pixels.shape[-2:] == (64, 64)
    assert output["sem_seg"].shape == (4, 37, 51)


def test_layers_stand_where_published_checkpoints_have_them(tiny_config):
    names = set(tiny_config("semantic-fpn").build().sem_seg_head.state_dict())

    assert {"p2.0.weight", "p3.0.norm.bias", "p4.2.weight", "p5.4.weight", "predictor.bias"} <= names
    assert len(names) == 7 * 3 + 2
