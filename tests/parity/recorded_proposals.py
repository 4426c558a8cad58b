"""What is recorded of a proposal network alone, collected from ours under the recorded names."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from recorded_arrays import Arrays, anchor_counts, features, gradients, proposal_maps, seen

from det_plugin_maskrcnn import ProposalNetwork
from detcore.structures import ModelInput

__all__ = ["proposal_inference_arrays", "proposal_training_arrays"]


@torch.no_grad()
def proposal_inference_arrays(model: ProposalNetwork, inputs: Sequence[ModelInput], facts: Mapping[str, Any]) -> Arrays:
    """Everything that is recorded of an evaluation, by its recorded name."""
    with seen(model) as outputs:
        images = model.preprocess(inputs)
        proposals = model.infer(*images)
    arrays = {
        "batch_shape": np.array(images.pixels.shape),
        **features(outputs),
        **proposal_maps(outputs["proposal_generator.rpn_head"], facts["rpn"]["in_features"]),
    }
    for index, output in enumerate(model.postprocess(proposals, inputs)):
        mine, found = proposals.image_index == index, output["proposals"]
        arrays[f"eval/image{index}/proposal_boxes"] = proposals.boxes[mine].numpy()
        arrays[f"eval/image{index}/proposal_logits"] = proposals.logits[mine].numpy()
        arrays[f"eval/image{index}/out_proposal_boxes"] = found.proposal_boxes.tensor.numpy()
        arrays[f"eval/image{index}/out_proposal_logits"] = found.objectness_logits.numpy()
    return arrays


def proposal_training_arrays(
    model: ProposalNetwork, inputs: Sequence[ModelInput], expected: Mapping[str, NDArray[Any]], *, prefix: str
) -> Arrays:
    """Everything that is recorded of a training step, by its recorded name."""
    with seen(model) as outputs:
        losses = model.losses(inputs)
    sum(losses.values(), torch.zeros(())).backward()
    counts = anchor_counts(model.proposal_generator, [each["instances"] for each in inputs], outputs)
    arrays = {
        **{f"loss/{name}": np.array(loss.item()) for name, loss in losses.items()},
        **{f"stat/{name}": np.array(count.item() / len(inputs)) for name, count in counts.items()},
        **gradients(model, expected.get(f"{prefix}grad_names", np.array([], dtype=str))),
    }
    return {f"{prefix}{name}": array for name, array in arrays.items()}
