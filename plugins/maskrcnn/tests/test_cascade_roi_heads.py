"""How the stages of a cascade hand boxes on."""

import pytest
import torch
from attrs import evolve
from torch.testing import assert_close

from det_plugin_maskrcnn import BoxPredictorConfig, CascadeROIHeadsConfig, ConvFCBoxHeadConfig, ProposalSamplingConfig
from det_plugin_maskrcnn.gradient_scaling import scale_gradient
from det_plugin_parts import IoUAssignerConfig, LinearBoxCoderConfig
from detcore.specs import DataSpec, FeatureShape
from detcore.structures import Boxes, Instances, Proposals

SHAPES = {"p2": FeatureShape(channels=4, stride=4)}
CONFIG = CascadeROIHeadsConfig(
    num_classes=3,
    in_features=("p2",),
    sampling=ProposalSamplingConfig(append_ground_truth=False),
    box_head=ConvFCBoxHeadConfig(fc_dims=(8,)),
    box_predictor=BoxPredictorConfig(class_agnostic=True, score_threshold=0.0),
)
TARGET = Instances((64, 64), gt_boxes=Boxes([[10, 10, 30, 30]]), gt_classes=torch.tensor([1]))


@pytest.fixture
def heads():
    torch.manual_seed(0)
    return CONFIG.build(shapes=SHAPES, num_classes=3)


def features() -> dict[str, torch.Tensor]:
    return {"p2": torch.randn(2, 4, 16, 16, generator=torch.Generator().manual_seed(1))}


def proposals(boxes: list[list[float]]) -> Proposals:
    count = len(boxes)
    return Proposals(torch.tensor(boxes), torch.zeros(count), torch.zeros(count, dtype=torch.long))


def test_every_stage_is_stricter_than_the_one_before(heads):
    overlaps_by_half = torch.tensor([[10.0, 10.0, 30.0, 23.0]])
    index = torch.zeros(1, dtype=torch.long)

    first = heads.sampler(proposals(overlaps_by_half.tolist()), [TARGET])
    later = [heads._relabelled(stage, overlaps_by_half, index, [TARGET]) for stage in range(2)]

    assert first.classes.tolist() == [1]  # IoU 0.65
    assert [samples.classes.tolist() for samples in later] == [[1], [3]]


def test_relabelled_boxes_learn_the_object_they_now_overlap(heads):
    second = Instances((64, 64), gt_boxes=Boxes([[0, 0, 9, 9], [40, 40, 60, 60]]), gt_classes=torch.tensor([0, 2]))
    boxes = torch.tensor([[10.0, 10.0, 30.0, 30.0], [41.0, 40.0, 60.0, 60.0], [0.0, 0.0, 9.0, 9.0]])

    samples = heads._relabelled(0, boxes, torch.tensor([0, 1, 1]), [TARGET, second])

    assert samples.classes.tolist() == [1, 2, 0]
    assert samples.image_index.tolist() == [0, 1, 1]
    assert samples.target_index.tolist() == [0, 1, 0]
    assert samples.target_boxes.tolist() == [[10, 10, 30, 30], [40, 40, 60, 60], [0, 0, 9, 9]]


def test_empty_boxes_are_dropped_between_the_stages_of_a_training_step(heads):
    boxes = torch.tensor([[10.0, 10.0, 30.0, 30.0], [64.0, 5.0, 64.0, 9.0]])

    samples = heads._relabelled(0, boxes, torch.tensor([0, 0]), [TARGET])

    assert samples.boxes.tolist() == [[10, 10, 30, 30]]


@torch.no_grad()
def test_empty_boxes_stay_in_inference_so_that_every_stage_speaks_of_the_same_rows(heads):
    for predictor in heads.box_predictor:
        torch.nn.init.zeros_(predictor.bbox_pred.weight)
    beyond = proposals([[70.0, 70.0, 90.0, 90.0], [4.0, 4.0, 40.0, 40.0]])

    detections = heads.eval()(features(), beyond, torch.tensor([[64, 64], [64, 64]]))

    assert len(detections.scores) == 2 * 3
    assert (detections.boxes <= 64).all()


@torch.no_grad()
def test_scores_are_the_mean_of_all_stages(heads):
    confident = torch.tensor([[9.0, 0.0, 0.0, 0.0], [0.0, 9.0, 0.0, 0.0], [0.0, 0.0, 9.0, 0.0]])
    for predictor, bias in zip(heads.box_predictor, confident, strict=True):
        torch.nn.init.zeros_(predictor.cls_score.weight)
        torch.nn.init.zeros_(predictor.bbox_pred.weight)
        predictor.cls_score.bias.copy_(bias)

    detections = heads.eval()(features(), proposals([[4.0, 4.0, 40.0, 40.0]]), torch.tensor([[64, 64], [64, 64]]))

    assert sorted(detections.classes.tolist()) == [0, 1, 2]
    assert_close(detections.scores, confident.softmax(dim=1).mean(dim=0)[0].expand(3))


def test_losses_are_named_by_stage(heads):
    losses = heads.losses(features(), proposals([[10.0, 10.0, 30.0, 30.0]]), [TARGET, TARGET[:0]])

    assert set(losses) == {f"loss_{part}_stage{stage}" for part in ("cls", "box_reg") for stage in range(3)}


def test_a_gradient_is_scaled_and_nothing_else():
    x = torch.tensor([2.0], requires_grad=True)

    y = scale_gradient(x, 0.25)
    (3 * y).backward()

    assert y.item() == 2
    assert x.grad.item() == 0.75


def test_boxes_of_every_class_cannot_be_handed_on():
    config = evolve(CONFIG, box_predictor=BoxPredictorConfig())

    (problem,) = config.check(SHAPES, DataSpec())

    assert problem.path == ("box_predictor", "class_agnostic")
    assert problem.message == "must be true: the next stage starts from one box, whatever its class"


@pytest.mark.parametrize(
    ("given", "place"),
    [
        pytest.param(
            {"sampling": ProposalSamplingConfig(assigner=IoUAssignerConfig())}, ("sampling", "assigner"), id="assigner"
        ),
        pytest.param(
            {"box_predictor": evolve(CONFIG.box_predictor, box_coder=LinearBoxCoderConfig())},
            ("box_predictor", "box_coder"),
            id="box coder",
        ),
    ],
)
def test_what_only_one_stage_would_read_is_refused_with_the_place_to_write_it(given, place):
    (problem,) = evolve(CONFIG, **given).check(SHAPES, DataSpec())

    assert problem.path == place
    assert problem.message == (
        f"is not read in a cascade, whose stages have one each; write it in each of 'stages' as '{place[-1]}'"
    )


def test_what_the_first_stage_says_may_be_said_again():
    stages = (
        evolve(CONFIG.stages[0], assigner=IoUAssignerConfig(thresholds=(0.4,), labels=(0, 1))),
        *CONFIG.stages[1:],
    )
    sampling = evolve(CONFIG.sampling, assigner=stages[0].assigner)

    assert evolve(CONFIG, stages=stages, sampling=sampling).check(SHAPES, DataSpec()) == []
