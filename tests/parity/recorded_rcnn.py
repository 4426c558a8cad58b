"""What is recorded of a model with ROI heads, collected from ours under the recorded names."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from recorded_arrays import (
    Arrays,
    anchor_counts,
    features,
    finished,
    gradients,
    merged,
    proposal_maps,
    raw,
    seen,
    semantic,
)
from torch import Tensor

from det_plugin_maskrcnn import CascadeROIHeads, GeneralizedRCNN, SampledProposals
from det_plugin_panoptic import PanopticFPN
from detcore.interfaces import ROIHeads
from detcore.structures import Detections, Instances, ModelInput, ModelOutput, Proposals

__all__ = ["rcnn_inference_arrays", "rcnn_training_arrays"]

Detector = GeneralizedRCNN | PanopticFPN


@torch.no_grad()
def rcnn_inference_arrays(model: Detector, inputs: Sequence[ModelInput], facts: Mapping[str, Any]) -> Arrays:
    """Everything that is recorded of an evaluation, by its recorded name."""
    with seen(model) as outputs:
        images = model.preprocess(inputs)
        found = model.infer(*images)
    detections = found if isinstance(found, Detections) else found.detections
    proposals, _ = outputs["proposal_generator"]
    results = model.postprocess(found, inputs)
    return {
        "batch_shape": np.array(images.pixels.shape),
        **features(outputs),
        **proposal_maps(outputs["proposal_generator.rpn_head"], facts["rpn"]["in_features"]),
        **_box_stages(outputs),
        **semantic(outputs),
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


def rcnn_training_arrays(
    model: Detector, inputs: Sequence[ModelInput], expected: Mapping[str, NDArray[Any]], *, prefix: str
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


def _sample_counts(model: Detector, inputs: Sequence[ModelInput], outputs: Mapping[str, Any]) -> dict[str, float]:
    """How many anchors and proposals the step learned from, by asking the samplers again: they leave nothing out."""
    targets = [each["instances"] for each in inputs]
    proposals, _ = outputs["proposal_generator"]
    samples = model.roi_heads.sampler(proposals, targets)
    counts = anchor_counts(model.proposal_generator, targets, outputs)
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
