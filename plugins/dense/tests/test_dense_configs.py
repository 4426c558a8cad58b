"""What RetinaNet and FCOS refuse before they are built."""

import pytest
import torch
from attrs import evolve

from det_plugin_backbones import Norm
from det_plugin_dense import CentreAssignerConfig, DenseHeadConfig
from detcore.specs import DataSpec, Problem


@pytest.fixture
def config(family, tiny_config):
    return tiny_config(family)


def test_a_config_that_fits_has_no_problem(config):
    assert config.check(DataSpec(classes=("a", "b", "c"))) == []


@pytest.mark.parametrize("alpha", [1.0, -1])
def test_the_focal_loss_may_weigh_nothing_or_what_is_there_alone(config, alpha):
    assert evolve(config, focal_alpha=alpha).check(DataSpec()) == []


@pytest.mark.parametrize("alpha", [0.0, 1.5, -0.5])
def test_a_focal_weight_that_is_no_share_is_refused(config, alpha):
    message = f"'focal_alpha' must be above 0 and at most 1, or -1 for no weight at all, not {alpha}"
    with pytest.raises(ValueError, match=f"^{message}$"):
        evolve(config, focal_alpha=alpha)


def test_the_number_of_classes_is_compared_with_the_data(config):
    assert config.check(DataSpec(classes=("a", "b"))) == [
        Problem('3 classes, but the data has 2; write "${data.num_classes}"', ("num_classes",))
    ]


def test_a_level_that_the_pyramid_lacks_is_named(config):
    broken = evolve(config, in_features=("p3", "p7"))

    assert broken.check(DataSpec()) == [
        Problem(
            "the backbone yields no feature map 'p7', only p3, p4, p5, p6; name some of these, or have the pyramid "
            'add it: as its \'top_block\', "max-pool" adds one level, "p6p7" two',
            ("in_features", 1),
        )
    ]


def test_anchors_for_another_number_of_levels_are_refused(tiny_config):
    broken = evolve(tiny_config("retinanet"), in_features=("p3", "p4", "p5"))

    assert broken.check(DataSpec()) == [
        Problem("has entries for 4 levels, but there are 3 feature maps", ("anchors", "sizes"))
    ]


def test_levels_that_share_a_head_need_equally_many_anchors(tiny_config):
    config = tiny_config("retinanet")
    anchors = evolve(config.anchors, sizes=((8.0, 16.0), (32.0,), (64.0,), (128.0,)))

    (problem,) = evolve(config, anchors=anchors).check(DataSpec())

    assert problem == Problem(
        "levels that share a head need equally many anchors a position: [6, 3, 3, 3]", ("anchors",)
    )


def test_a_level_takes_objects_of_some_size():
    with pytest.raises(ValueError, match=r"^'smallest' \(8.0\) must be less than 'largest' \(8.0\)$"):
        CentreAssignerConfig(smallest=8.0)


def test_a_head_with_batch_norm_keeps_statistics_of_each_level():
    head = DenseHeadConfig(conv_dims=(4,), norm=Norm.BATCH).build(
        in_channels=4, num_levels=2, num_anchors=1, num_classes=2, has_centreness=False
    )

    head.train()([torch.zeros(1, 4, 8, 8), torch.ones(1, 4, 4, 4)])

    names = [name for name in head.state_dict() if name.startswith("cls_subnet.1.")]
    first, second = (head.state_dict()[f"cls_subnet.1.{level}.running_mean"] for level in (0, 1))
    assert {"cls_subnet.1.weight", "cls_subnet.1.bias", "cls_subnet.1.0.running_var"} <= set(names)
    assert not torch.equal(first, second)


def test_a_fresh_head_takes_nearly_everything_for_background():
    head = DenseHeadConfig(conv_dims=(), prior=0.01).build(
        in_channels=4, num_levels=1, num_anchors=2, num_classes=3, has_centreness=True
    )

    logits, _, centreness = head([torch.zeros(1, 4, 2, 2)])

    torch.testing.assert_close(logits[0].sigmoid(), torch.full((1, 6, 2, 2), 0.01))
    assert centreness[0].shape == (1, 2, 2, 2)
