"""What is recorded of a model, collected from ours under the recorded names."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from det_plugin_maskrcnn import RPN
from det_plugin_parts import keypoints_of_heatmaps
from detcore.structures import Detections, Instances, ModelOutput

__all__ = [
    "Arrays",
    "anchor_counts",
    "beginning_with",
    "features",
    "finished",
    "gradients",
    "merged",
    "proposal_maps",
    "raw",
    "seen",
    "semantic",
]

Arrays = dict[str, NDArray[Any]]


@contextmanager
def seen(model: nn.Module) -> Iterator[dict[str, Any]]:
    """What every module below ``model`` returned last, by its name, while the block runs."""
    outputs: dict[str, Any] = {}
    hooks = [
        module.register_forward_hook(lambda _, __, output, name=name: outputs.update({name: output}))
        for name, module in model.named_modules()
    ]
    try:
        yield outputs
    finally:
        for hook in hooks:
            hook.remove()


def features(outputs: Mapping[str, Any]) -> Arrays:
    arrays = {f"features/{name}": x.numpy() for name, x in outputs["backbone"].items()}
    inner = outputs.get("backbone.bottom_up", outputs.get("backbone.net", {}))
    for name, x in inner.items():
        arrays[f"bottom_up/{name}/channel_mean"] = x.mean(dim=(0, 2, 3)).numpy()
        arrays[f"bottom_up/{name}/channel_std"] = x.std(dim=(0, 2, 3)).numpy()
    return arrays


def proposal_maps(maps: tuple[list[Tensor], list[Tensor]], names: Sequence[str]) -> Arrays:
    """What the head of a proposal network says of every level."""
    logits, deltas = maps
    arrays = {f"rpn/logits/{name}": x.numpy() for name, x in zip(names, logits, strict=True)}
    return {**arrays, **{f"rpn/deltas/{name}": x.numpy() for name, x in zip(names, deltas, strict=True)}}


def anchor_counts(rpn: RPN, targets: Sequence[Instances], outputs: Mapping[str, Any]) -> dict[str, Tensor]:
    """How many anchors a step learned from, by asking the sampler again: it leaves nothing out."""
    anchors = torch.cat(outputs["proposal_generator.anchor_generator"])
    labels = torch.stack([rpn.sampler(anchors, target).labels for target in targets])
    return {"rpn/num_pos_anchors": (labels == 1).sum(), "rpn/num_neg_anchors": (labels == 0).sum()}


def semantic(outputs: Mapping[str, Any]) -> Arrays:
    """What a semantic head says before it is enlarged; nothing of a model without one."""
    if "sem_seg_head" not in outputs:
        return {}
    return {"sem_seg/logits_at_common_stride": outputs["sem_seg_head"].numpy()}


def raw(detections: Detections, index: int, *, masks: str = "raw_mask_probs") -> Arrays:
    """Detections as the network sees them; ``masks`` is what their masks are recorded as."""
    mine = detections.image_index == index
    arrays = {f"raw_{name}": getattr(detections, name)[mine].numpy() for name in ("boxes", "scores", "classes")}
    if detections.mask_probs is not None:
        arrays[masks] = detections.mask_probs[mine].numpy()
    if detections.keypoint_heatmaps is not None:
        heatmaps = detections.keypoint_heatmaps[mine]
        arrays["raw_keypoints"] = keypoints_of_heatmaps(heatmaps, detections.boxes[mine]).numpy()
        arrays["raw_keypoint_heatmaps_first"] = heatmaps[:1].numpy()
    return arrays


def finished(result: ModelOutput) -> Arrays:
    """What a model says in the end, of everything that it says something of."""
    arrays: Arrays = {}
    if "instances" in result:
        arrays |= _finished_instances(result["instances"])
    if "sem_seg" in result:
        arrays["out_sem_seg_argmax"] = result["sem_seg"].argmax(dim=0).to(torch.uint8).numpy()
        arrays["out_sem_seg_logits_every4"] = result["sem_seg"][:, ::4, ::4].numpy()
        arrays["out_sem_seg_ambiguous"] = np.array(0)  # a fact of the recording, like that of the masks
    if "panoptic_seg" in result:
        labels, segments = result["panoptic_seg"]
        arrays["out_panoptic"] = labels.numpy()
        arrays["out_panoptic_segments_json"] = np.array(json.dumps(segments))
    return arrays


def _finished_instances(found: Instances) -> Arrays:
    arrays = {
        "out_boxes": found.pred_boxes.tensor.numpy(),
        "out_scores": found.scores.numpy(),
        "out_classes": found.pred_classes.numpy(),
    }
    if found.has("pred_keypoints"):
        arrays["out_keypoints"] = found.pred_keypoints.tensor.numpy()
    if found.has("pred_masks"):
        masks = found.pred_masks.dense(*found.image_size).numpy()
        arrays["out_masks_packed"] = np.packbits(masks.reshape(len(masks), -1), axis=1)
        arrays["out_masks_shape"] = np.array(masks.shape)
        # How many pixels may differ is a fact of the recording; the comparison does not look at ours.
        arrays["out_masks_ambiguous"] = np.zeros(len(masks), dtype=np.int64)
    return arrays


def gradients(model: nn.Module, expected_names: NDArray[np.str_]) -> Arrays:
    """Gradients in the recorded order, so that a name too many or too few is what differs, not the order."""
    gradients = {name: p.grad for name, p in model.named_parameters() if p.requires_grad}
    names = [name for name in expected_names.tolist() if name in gradients]
    names += [name for name in gradients if name not in set(names)]
    norms = [np.nan if gradients[name] is None else gradients[name].norm().item() for name in names]
    full = {f"grad/{name}": gradients[name].numpy() for name in names if gradients[name] is not None}
    return {"grad_names": np.array(names), "grad_norms": np.array(norms), **full}


def beginning_with(arrays: Arrays, prefix: str, *, wanted: bool = True) -> Arrays:
    return {name: array for name, array in arrays.items() if name.startswith(prefix) == wanted}


def merged(parts: Iterable[Arrays]) -> Arrays:
    return {name: array for part in parts for name, array in part.items()}
