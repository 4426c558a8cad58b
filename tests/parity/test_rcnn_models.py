"""R-CNN models give the reference's numbers: every recorded model that the installed plugins can express."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from recorded_arrays import Arrays, beginning_with, features, finished, gradients, merged, raw, seen
from recordings import Recording, folders, model_inputs, read_recording, without_objects
from reference_rcnn import generalized_rcnn, inexpressible
from torch import Tensor

from det_plugin_maskrcnn import CascadeROIHeads, GeneralizedRCNN, PointRendMaskHead, SampledProposals, TrainingPoints
from det_plugin_parts import points_of_grid
from detcore.interfaces import ROIHeads
from detcore.specs import DataSpec
from detcore.structures import Detections, Instances, ModelInput, ModelOutput, Proposals

MODELS = folders(lambda facts: not inexpressible(facts))


PROMISED = {
    "faster_rcnn_giou",
    "faster_rcnn_r50_fpn",
    "faster_rcnn_r50_fpn_large",
    "mask_rcnn_cls_agnostic",
    "mask_rcnn_r50_fpn",
    "cascade_mask_rcnn_r50_fpn",
    "keypoint_rcnn_r50_fpn",
    "mask_rcnn_r50_c4",
    "pointrend",
}


def test_no_promised_recording_is_passed_over(parity_dir):
    assert sorted(PROMISED - set(MODELS)) == []


class GridPoints(TrainingPoints):
    """The same points in every box, where the recordings draw none."""

    def __call__(self, logits: Tensor) -> Tensor:
        return points_of_grid(14, like=logits).expand(len(logits), -1, -1)


@pytest.fixture
def recording(request, parity_dir) -> Recording:
    return read_recording(parity_dir / request.param)


def loaded_model(recording: Recording) -> GeneralizedRCNN:
    """The model that the recorded facts describe, with the recorded weights."""
    config = generalized_rcnn(recording.facts)
    assert config.check(DataSpec()) == []
    model = config.build()
    model.load_state_dict(recording.weights, strict=True)
    mask_head = getattr(model.roi_heads, "mask_head", None)
    if isinstance(mask_head, PointRendMaskHead):
        mask_head.training_points = GridPoints()
    return model


@pytest.mark.parametrize("recording", MODELS, indirect=True)
def test_inference_gives_the_references_numbers(recording, compare):
    model = loaded_model(recording).eval()

    actual = inference_arrays(model, model_inputs(recording.inputs), recording.facts)

    assert compare(beginning_with(recording.expected, "train", wanted=False), actual, allow_missing=False) == []


@pytest.mark.parametrize("recording", MODELS, indirect=True)
def test_a_training_step_gives_the_references_numbers(recording, compare):
    model = loaded_model(recording).train()
    inputs = model_inputs(recording.inputs)
    expected = beginning_with(recording.expected, "train/")

    actual = training_arrays(model, inputs, expected, prefix="train/")

    assert compare(expected, actual, allow_missing=False) == []


@pytest.mark.parametrize("recording", MODELS, indirect=True)
def test_a_step_without_any_ground_truth_is_finite_and_agrees_where_recorded(recording, compare):
    model = loaded_model(recording).train()
    expected = beginning_with(recording.expected, "train_empty/")

    actual = training_arrays(model, without_objects(model_inputs(recording.inputs)), expected, prefix="train_empty/")

    assert all(np.isfinite(array).all() for name, array in actual.items() if "/loss/" in name)
    assert compare(expected, actual, allow_missing=False) == []


@torch.no_grad()
def inference_arrays(model: GeneralizedRCNN, inputs: Sequence[ModelInput], facts: Mapping[str, Any]) -> Arrays:
    """Everything that is recorded of an evaluation, by its recorded name."""
    with seen(model) as outputs:
        images = model.preprocess(inputs)
        detections = model.infer(*images)
    proposals, _ = outputs["proposal_generator"]
    results = model.postprocess(detections, inputs)
    return {
        "batch_shape": np.array(images.pixels.shape),
        **features(outputs),
        **_rpn_maps(outputs["proposal_generator.rpn_head"], facts["rpn"]["in_features"]),
        **_box_stages(outputs),
        **merged(_of_picture(i, proposals, detections, result, facts) for i, result in enumerate(results)),
    }


def _box_stages(outputs: Mapping[str, Any]) -> Arrays:
    """What each box predictor says; a cascade has several, numbered."""
    names = [name for name in outputs if re.fullmatch(r"roi_heads\.box_predictor(\.\d)?", name)]
    arrays: Arrays = {}
    for stage, name in enumerate(sorted(names)):
        logits, deltas = outputs[name]
        arrays |= {f"eval/box_stage{stage}/class_logits": logits.numpy()}
        arrays |= {f"eval/box_stage{stage}/box_deltas": deltas.numpy()}
    return arrays


def _rpn_maps(maps: tuple[list[Tensor], list[Tensor]], names: Sequence[str]) -> Arrays:
    logits, deltas = maps
    arrays = {f"rpn/logits/{name}": x.numpy() for name, x in zip(names, logits, strict=True)}
    return {**arrays, **{f"rpn/deltas/{name}": x.numpy() for name, x in zip(names, deltas, strict=True)}}


def _of_picture(
    index: int, proposals: Proposals, detections: Detections, result: ModelOutput, facts: Mapping[str, Any]
) -> Arrays:
    mine = proposals.image_index == index
    is_subdivided = facts["roi_heads"].get("mask_head", {}).get("type") == "pointrend"
    arrays = {
        "proposal_boxes": proposals.boxes[mine].numpy(),
        "proposal_logits": proposals.logits[mine].numpy(),
        **raw(detections, index, masks="raw_mask_probs_subdivided" if is_subdivided else "raw_mask_probs"),
        **finished(result),
    }
    return {f"eval/image{index}/{name}": array for name, array in arrays.items()}


def training_arrays(
    model: GeneralizedRCNN, inputs: Sequence[ModelInput], expected: Mapping[str, NDArray[Any]], *, prefix: str
) -> Arrays:
    """Everything that is recorded of a training step, by its recorded name."""
    with seen(model) as outputs:
        losses = model.losses(inputs)
    sum(losses.values(), torch.zeros(())).backward()
    arrays = {
        **{f"loss/{name}": np.array(loss.item()) for name, loss in losses.items()},
        **{f"stat/{name}": np.array(value) for name, value in _sample_counts(model, inputs, outputs).items()},
        **gradients(model, expected.get(f"{prefix}grad_names", np.array([], dtype=str))),
    }
    return {f"{prefix}{name}": array for name, array in arrays.items()}


def _sample_counts(
    model: GeneralizedRCNN, inputs: Sequence[ModelInput], outputs: Mapping[str, Any]
) -> dict[str, float]:
    """How many anchors and proposals the step learned from, by asking the samplers again: they leave nothing out."""
    targets = [each["instances"] for each in inputs]
    anchors = torch.cat(outputs["proposal_generator.anchor_generator"])
    labels = torch.stack([model.proposal_generator.sampler(anchors, target).labels for target in targets])
    proposals, _ = outputs["proposal_generator"]
    samples = model.roi_heads.sampler(proposals, targets)
    counts = {"rpn/num_pos_anchors": (labels == 1).sum(), "rpn/num_neg_anchors": (labels == 0).sum()}
    for stage, classes in enumerate(_classes_of_stages(model.roi_heads, samples, targets, outputs)):
        prefix = f"stage{stage}/" if stage else ""
        counts[f"{prefix}roi_head/num_fg_samples"] = (classes < model.roi_heads.num_classes).sum()
        counts[f"{prefix}roi_head/num_bg_samples"] = (classes == model.roi_heads.num_classes).sum()
    if getattr(model.roi_heads, "keypoint_head", None) is not None:
        foreground = samples.select(samples.classes < model.roi_heads.num_classes)
        counts["keypoint_head/num_fg_samples"] = model.roi_heads.keypoint_head.learned(foreground, targets).sum()
    return {name: count.item() / len(inputs) for name, count in counts.items()}


def _classes_of_stages(
    heads: ROIHeads, samples: SampledProposals, targets: Sequence[Instances], outputs: Mapping[str, Any]
) -> Iterator[Tensor]:
    yield samples.classes
    if isinstance(heads, CascadeROIHeads):
        sizes = torch.tensor([target.image_size for target in targets])
        for stage in range(len(heads.later_assigners)):
            predictions = outputs[f"roi_heads.box_predictor.{stage}"]
            boxes = heads._refined(heads.box_predictor[stage], predictions, samples, sizes)
            samples = heads._relabelled(stage, boxes, samples.image_index, targets)
            yield samples.classes
