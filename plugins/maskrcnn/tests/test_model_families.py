"""What every family of models promises beside what all architectures do: any box loss, given boxes are completed."""

import math
import re

import pytest
import torch
from attrs import evolve
from torch.testing import assert_close

from det_plugin_parts import BoxLossConfig, PictureModelConfig
from detcore.structures import Boxes, Detections, Instances

FAMILIES = ["standard", "cascade", "res5", "keypoint", "point-rend", "fast-rcnn", "proposal-network"]
WITH_MORE = ["standard", "cascade", "res5", "keypoint", "point-rend", "fast-rcnn"]
"""Those whose detections have a mask or keypoints."""

BOX = (10.0, 12.0, 40.0, 50.0)
OTHER = (4.0, 3.0, 20.0, 19.0)
BOX_REGRESSION = re.compile(r"(anchor_deltas|bbox_pred)\.weight$")


@pytest.fixture
def model(request, family_config):
    torch.manual_seed(0)
    return family_config(request.param).build()


def with_box_loss(config: PictureModelConfig, loss: BoxLossConfig) -> PictureModelConfig:
    """The same model, of which every part that regresses boxes learns by this loss."""
    if hasattr(config, "roi_heads"):
        predictor = evolve(config.roi_heads.box_predictor, box_loss=loss)
        config = evolve(config, roi_heads=evolve(config.roi_heads, box_predictor=predictor))
    if hasattr(config, "proposal_generator"):
        config = evolve(config, proposal_generator=evolve(config.proposal_generator, box_loss=loss))
    return config


def more_of(detections: Detections) -> torch.Tensor:
    """What the detections say beside boxes and classes."""
    return detections.mask_probs if detections.keypoint_heatmaps is None else detections.keypoint_heatmaps


@pytest.mark.parametrize("boxes", [pytest.param([BOX, OTHER], id="objects"), pytest.param([], id="none")])
@pytest.mark.parametrize("kind", ["smooth-l1", "giou", "diou", "ciou"])
@pytest.mark.parametrize("name", FAMILIES)
def test_boxes_are_learned_by_any_loss(name, kind, boxes, family_config, full_picture):
    torch.manual_seed(0)
    model = with_box_loss(family_config(name), BoxLossConfig(kind=kind, weight=2.0)).build()

    losses = model.train()([full_picture(64, 96, boxes), full_picture(80, 64, boxes)])
    sum(losses.values()).backward()

    assert all(math.isfinite(loss.item()) for loss in losses.values())
    learned = {name: each.grad for name, each in model.named_parameters() if BOX_REGRESSION.search(name)}
    assert learned
    assert all(grad.isfinite().all() and grad.any() == bool(boxes) for grad in learned.values())


@torch.no_grad()
@pytest.mark.parametrize("model", WITH_MORE, indirect=True)
def test_a_picture_is_seen_alike_alone_and_in_a_batch(model, full_picture):
    small, large = full_picture(64, 64), full_picture(64, 96, [BOX])

    (alone,) = model.eval()([large])
    _, together = model([small, large])

    assert_close(together["instances"].pred_boxes.tensor, alone["instances"].pred_boxes.tensor, rtol=1e-4, atol=1e-3)
    assert together["instances"].pred_classes.tolist() == alone["instances"].pred_classes.tolist()


@torch.no_grad()
@pytest.mark.parametrize("model", WITH_MORE, indirect=True)
def test_given_boxes_are_completed_by_what_a_detection_there_gets(model, full_picture):
    inputs = [full_picture(64, 96), full_picture(80, 48)]
    detections = model.eval().infer(*model.preprocess(inputs))

    completed = model.predict(inputs, detections._replace(mask_probs=None, keypoint_heatmaps=None))

    assert len(detections.scores) > 0
    assert_close(more_of(completed), more_of(detections))


@torch.no_grad()
@pytest.mark.parametrize("model", WITH_MORE, indirect=True)
def test_no_given_box_is_completed_by_nothing(model, full_picture):
    none = torch.zeros(0, dtype=torch.long)
    nothing = Detections(boxes=torch.zeros(0, 4), scores=torch.zeros(0), classes=none, image_index=none)

    completed = model.eval().predict([full_picture(64, 96)], nothing)

    assert len(more_of(completed)) == 0
    assert more_of(completed).ndim >= 3


def marked(instances: Instances) -> Instances:
    """As somebody else might know the objects: boxes, classes, and a field that is none of the model's."""
    return Instances(
        instances.image_size,
        pred_boxes=instances.pred_boxes,
        pred_classes=instances.pred_classes,
        names=[f"object {row}" for row in range(len(instances))],
    )


@torch.no_grad()
@pytest.mark.parametrize("model", WITH_MORE, indirect=True)
def test_marked_objects_are_completed_by_what_the_model_says_where_it_finds_them(model, full_picture):
    inputs = [{**full_picture(64, 96), "height": 128, "width": 144}, full_picture(80, 48)]
    found = [output["instances"] for output in model.eval()(inputs)]

    completed = [output["instances"] for output in model.complete(inputs, [marked(each) for each in found])]

    for own, other in zip(found, completed, strict=True):
        assert len(own) > 0
        assert set(other.fields()) == {*own.fields(), "names"} - {"scores"}
        assert torch.equal(other.pred_boxes.tensor, own.pred_boxes.tensor)
        if own.has("pred_masks"):
            assert_close(other.pred_masks.probs, own.pred_masks.probs, rtol=1e-3, atol=1e-4)
        if own.has("pred_keypoints"):
            assert_close(other.pred_keypoints.tensor, own.pred_keypoints.tensor, rtol=1e-3, atol=1e-2)


@torch.no_grad()
@pytest.mark.parametrize("model", WITH_MORE, indirect=True)
def test_marked_objects_come_back_row_by_row_wherever_they_lie(model, full_picture):
    boxes = Boxes([[-30.0, -30, -10, -10], [5.0, 5, 5, 5], [10.0, 10, 200, 300], [10.0, 10, 50, 50]])
    outside = Instances((64, 96), pred_boxes=boxes, pred_classes=torch.tensor([2, 0, 1, 2]))
    none = Instances((64, 96), pred_boxes=Boxes([]), pred_classes=torch.zeros(0, dtype=torch.int64))

    first, second = model.eval().complete([full_picture(64, 96), full_picture(64, 96)], [none, outside])

    assert len(first["instances"]) == 0
    assert second["instances"].pred_classes.tolist() == [2, 0, 1, 2]
    assert set(first["instances"].fields()) == set(second["instances"].fields()) > {"pred_boxes", "pred_classes"}


@pytest.mark.parametrize("model", ["standard"], indirect=True)
def test_objects_marked_in_another_picture_are_refused(model, full_picture):
    classes = torch.zeros(1, dtype=torch.int64)
    large = Instances((128, 192), pred_boxes=Boxes([[1, 1, 9, 9]]), pred_classes=classes)

    with pytest.raises(ValueError, match="boxes are given for 2 pictures, but there are 1 inputs"):
        model.complete([full_picture(64, 96)], [large, large])
    with pytest.raises(ValueError, match=r"cat.jpg: the given boxes are of a picture of \(128, 192\), but its output"):
        model.complete([{**full_picture(64, 96), "file_name": "cat.jpg"}], [large])
    with pytest.raises(ValueError, match="input 0: the given objects have no 'pred_boxes'"):
        model.complete([full_picture(128, 192)], [Instances((128, 192), pred_classes=classes)])


@pytest.mark.parametrize("model", ["standard"], indirect=True)
@pytest.mark.parametrize(
    ("box", "classes", "message"),
    [
        pytest.param([1, 1, 9, 9], [-1], "box 0 of those given is of class -1; classes go from 0 to 2$", id="negative"),
        pytest.param([1, 1, 9, 9], [3], "box 0 of those given is of class 3; classes go from 0 to 2$", id="beyond"),
        pytest.param([1, 1, 9, 9], [0.0], "'pred_classes' are torch.float32; they must be whole numbers$", id="float"),
        pytest.param(
            [1, 1, float("nan"), 9],
            [0],
            r"box 0 of those given is \[1.0, 1.0, nan, 9.0\]; its corners must be finite numbers$",
            id="nowhere",
        ),
    ],
)
def test_objects_that_cannot_be_are_refused(model, full_picture, box, classes, message):
    marked = Instances((64, 96), pred_boxes=Boxes([box]), pred_classes=torch.tensor(classes))

    with pytest.raises(ValueError, match=f"^input 0: .*{message}"):
        model.complete([full_picture(64, 96)], [marked])


@torch.no_grad()
@pytest.mark.parametrize("model", WITH_MORE, indirect=True)
def test_pictures_without_a_wanted_size_are_told_in_their_own(model, full_picture):
    full = full_picture(64, 96)
    bare = {key: value for key, value in full.items() if key not in ("height", "width")}

    [expected], [found] = model.eval()([full]), model([bare])

    assert found["instances"].image_size == (64, 96)
    assert torch.equal(found["instances"].pred_boxes.tensor, expected["instances"].pred_boxes.tensor)


@torch.no_grad()
@pytest.mark.parametrize("model", WITH_MORE, indirect=True)
def test_no_detection_is_an_ordinary_result(model, full_picture):
    predictors = [each for each in model.modules() if hasattr(each, "selector")]
    for predictor in predictors:
        predictor.selector.score_threshold = 0.9999

    outputs = model.eval()([full_picture(64, 96), full_picture(40, 40)])

    assert predictors
    assert [len(output["instances"]) for output in outputs] == [0, 0]
