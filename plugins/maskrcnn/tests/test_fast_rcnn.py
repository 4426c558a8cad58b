"""A model that is told where to look."""

import pytest
import torch
from attrs import evolve

from detcore.errors import DatasetError
from detcore.specs import DataSpec, Problem
from detcore.structures import Instances

BOX = (10.0, 12.0, 40.0, 50.0)


@pytest.fixture
def config(family_config):
    return family_config("fast-rcnn")


def test_the_batch_holds_the_proposals_of_all_pictures_end_to_end(config, full_picture):
    batch = config.build().preprocess([full_picture(64, 96, [BOX]), full_picture(80, 48)])

    assert batch.pixels.shape == (2, 3, 80, 96)
    assert batch.image_index.tolist() == [0, 0, 0, 1, 1]
    assert batch.boxes[0].tolist() == list(BOX)
    assert batch.boxes[3].tolist() == [0, 0, 24, 40]


def test_only_what_was_proposed_is_looked_at(config, full_picture):
    nothing, something = full_picture(64, 64), full_picture(64, 64)
    nothing["proposals"] = nothing["proposals"][:0]

    outputs = config.build().eval()([nothing, something])

    assert len(outputs[0]["instances"]) == 0
    assert 0 < len(outputs[1]["instances"]) <= 2 * 3


def test_no_proposal_in_any_picture_is_ordinary(config, full_picture):
    inputs = [full_picture(64, 64), full_picture(64, 70)]
    for each in inputs:
        each["proposals"] = each["proposals"][:0]

    outputs = config.build().eval()(inputs)

    assert [len(output["instances"]) for output in outputs] == [0, 0]


@pytest.mark.parametrize(("named", "place"), [({}, "input 1"), ({"file_name": "cat.jpg"}, "cat.jpg")])
def test_a_picture_without_proposals_is_named(config, full_picture, named, place):
    inputs = [full_picture(64, 64), {**full_picture(64, 64), **named}]
    del inputs[1]["proposals"]

    message = (
        f"^{place}: this model is told where to look, but the picture comes without 'proposals'; those of a dataset "
        "have them where it names a file \\(type 'coco'\\), and single ones need an architecture that makes its own, "
        "such as 'generalized-rcnn'$"
    )
    with pytest.raises(DatasetError, match=message):
        config.build()(inputs)


def test_heads_that_do_not_fit_are_found_with_their_path(config):
    wrong = evolve(config, roi_heads=evolve(config.roi_heads, in_features=("p2", "p9")))

    (problem,) = wrong.check(DataSpec())

    assert problem.path == ("roi_heads", "in_features", 1)
    assert problem.message == "the backbone yields no feature map 'p9', only p2, p3, p4; name some of these"
    assert config.check(DataSpec()) == []
    assert "instances.pred_masks" in config.outputs()


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ((), "the data"),
        (("data.test.datasets.0 (val)",), "data.test.datasets.0 (val)"),
        (("data.train", "data.test"), "data.train, data.test"),
    ],
)
def test_data_without_proposals_is_refused_before_anything_is_built(config, named, told):
    message = (
        f"is told where to look, but there are no proposals for {told}; name a file of them in its 'proposals' (type "
        '"coco"), or let the model make its own: type = "generalized-rcnn"'
    )

    assert config.check(DataSpec(has_proposals=False, without_proposals=named)) == [Problem(message)]
    assert config.check(DataSpec(has_proposals=True)) == []


def test_a_model_of_its_own_proposals_is_not_disturbed_by_given_ones(tiny_model, full_picture):
    model, given = tiny_model.eval(), full_picture(64, 64)
    bare = {name: value for name, value in given.items() if name != "proposals"}

    with torch.no_grad():
        found: list[Instances] = [model([each])[0]["instances"] for each in (given, bare)]

    assert torch.equal(found[0].scores, found[1].scores)
