"""What is recorded of a semantic model, collected from ours under the recorded names."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from recorded_arrays import Arrays, features, finished, gradients, merged, seen, semantic

from det_plugin_panoptic import SemanticFPN
from detcore.structures import ModelInput

__all__ = ["semantic_inference_arrays", "semantic_training_arrays"]


@torch.no_grad()
def semantic_inference_arrays(model: SemanticFPN, inputs: Sequence[ModelInput]) -> Arrays:
    """Everything that is recorded of an evaluation, by its recorded name."""
    with seen(model) as outputs:
        images = model.preprocess(inputs)
        results = model.postprocess(model.infer(*images), inputs)
    pictures = [
        {f"eval/image{index}/{name}": array for name, array in finished(result).items()}
        for index, result in enumerate(results)
    ]
    shape = {"batch_shape": np.array(images.pixels.shape)}
    return {**shape, **features(outputs), **semantic(outputs), **merged(pictures)}


def semantic_training_arrays(
    model: SemanticFPN, inputs: Sequence[ModelInput], expected: Mapping[str, NDArray[Any]], *, prefix: str
) -> Arrays:
    """Everything that is recorded of a training step, by its recorded name."""
    losses = model.losses(inputs)
    sum(losses.values(), torch.zeros(())).backward()
    arrays = {
        **{f"loss/{name}": np.array(loss.item()) for name, loss in losses.items()},
        **gradients(model, expected.get(f"{prefix}grad_names", np.array([], dtype=str))),
    }
    return {f"{prefix}{name}": array for name, array in arrays.items()}
