"""What is recorded of a detector of one stage, collected from ours under the recorded names."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from recorded_arrays import Arrays, features, finished, gradients, merged, raw, seen

from det_plugin_dense import DenseDetector
from detcore.structures import ModelInput

__all__ = ["dense_inference_arrays", "dense_training_arrays"]


@torch.no_grad()
def dense_inference_arrays(model: DenseDetector, inputs: Sequence[ModelInput]) -> Arrays:
    """Everything that is recorded of an evaluation, by its recorded name."""
    with seen(model) as outputs:
        images = model.preprocess(inputs)
        detections = model.infer(*images)
    results = model.postprocess(detections, inputs)
    pictures = [
        {f"eval/image{i}/{name}": array for name, array in {**raw(detections, i), **finished(result)}.items()}
        for i, result in enumerate(results)
    ]
    return {
        "batch_shape": np.array(images.pixels.shape),
        **features(outputs),
        **_head_maps(outputs["head"]._asdict(), model.in_features),
        **merged(pictures),
    }


def _head_maps(maps: Mapping[str, Any], names: Sequence[str]) -> Arrays:
    recorded = {"logits": "class_logits", "deltas": "box_deltas", "centreness": "centerness"}
    return {
        f"dense/{recorded[kind]}/{name}": x.numpy()
        for kind, levels in maps.items()
        for name, x in zip(names, levels or (), strict=False)
    }


def dense_training_arrays(
    model: DenseDetector, inputs: Sequence[ModelInput], expected: Mapping[str, NDArray[Any]], *, prefix: str
) -> Arrays:
    """Everything that is recorded of two steps on one batch between which no weight changes."""
    with seen(model) as outputs:
        losses = model.losses(inputs)
    sum(losses.values(), torch.zeros(())).backward()
    arrays = {
        **{f"loss/{name}": np.array(loss.item()) for name, loss in losses.items()},
        "stat/num_pos_anchors": np.array(_positives(model, inputs, outputs)),
        **gradients(model, expected.get(f"{prefix}grad_names", np.array([], dtype=str))),
        **{f"loss_step2/{name}": np.array(loss.item()) for name, loss in model.losses(inputs).items()},
    }
    return {f"{prefix}{name}": array for name, array in arrays.items()}


def _positives(model: DenseDetector, inputs: Sequence[ModelInput], outputs: Mapping[str, Any]) -> float:
    labels = [model.assigner(outputs["anchor_generator"], each["instances"].gt_boxes.tensor).labels for each in inputs]
    return (torch.stack(labels) == 1).sum().item() / len(inputs)
