"""A proposal generator as a model of its own."""

import pytest
import torch
from attrs import evolve
from torch.testing import assert_close

from det_plugin_maskrcnn import RPNConfig
from detcore.specs import DataSpec


@pytest.fixture
def config(family_config):
    return family_config("proposal-network")


def test_proposals_are_in_pixels_of_the_wanted_size_best_first(config, picture):
    small = picture(64, 96)
    large = {**small, "height": 128, "width": 288}
    model = config.build().eval()

    with torch.no_grad():
        found, scaled = (model([each])[0]["proposals"] for each in (small, large))

    assert 0 < len(found) <= 30
    assert found.objectness_logits.tolist() == sorted(found.objectness_logits.tolist(), reverse=True)
    assert scaled.image_size == (128, 288)
    factors = torch.tensor([3.0, 2.0, 3.0, 2.0])
    assert_close(scaled.proposal_boxes.tensor, found.proposal_boxes.tensor * factors)
    assert found.proposal_boxes.nonempty().all()


def test_no_proposal_is_an_ordinary_result(config, picture):
    generator = config.proposal_generator
    nothing = evolve(generator, selection=evolve(generator.selection, min_box_size=10_000.0))

    outputs = evolve(config, proposal_generator=nothing).build().eval()([picture(64, 96), picture(40, 40)])

    assert [len(output["proposals"]) for output in outputs] == [0, 0]


def test_a_step_learns_what_the_generator_learns_and_nothing_else(config, picture):
    losses = config.build().train()([picture(64, 64, [(5.0, 5.0, 40.0, 40.0)])])

    assert losses.keys() == {"loss_rpn_cls", "loss_rpn_loc"}


def test_what_it_says_and_what_does_not_fit_is_known_before_it_is_built(config):
    wrong = evolve(config, proposal_generator=RPNConfig(in_features=("p2", "p9")))

    problems = wrong.check(DataSpec())

    assert config.outputs() == {"proposals"}
    assert config.check(DataSpec()) == []
    assert problems[0].path == ("proposal_generator", "in_features", 1)
    assert problems[0].message == "the backbone yields no feature map 'p9', only p2, p3, p4; name some of these"
