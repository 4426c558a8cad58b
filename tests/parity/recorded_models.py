"""What is recorded of a model, whatever its family, collected from ours under the recorded names."""

from collections.abc import Mapping, Sequence
from typing import Any

from numpy.typing import NDArray
from recorded_arrays import Arrays
from recorded_dense import dense_inference_arrays, dense_training_arrays
from recorded_proposals import proposal_inference_arrays, proposal_training_arrays
from recorded_rcnn import rcnn_inference_arrays, rcnn_training_arrays
from recorded_semantic import semantic_inference_arrays, semantic_training_arrays

from det_plugin_dense import DenseDetector
from det_plugin_maskrcnn import GeneralizedRCNN, ProposalNetwork
from det_plugin_panoptic import PanopticFPN, SemanticFPN
from detcore.interfaces import Architecture
from detcore.structures import ModelInput

__all__ = ["inference_arrays", "training_arrays"]


def inference_arrays(model: Architecture, inputs: Sequence[ModelInput], facts: Mapping[str, Any]) -> Arrays:
    """Everything that is recorded of an evaluation, by its recorded name."""
    match model:
        case GeneralizedRCNN() | PanopticFPN():
            return rcnn_inference_arrays(model, inputs, facts)
        case ProposalNetwork():
            return proposal_inference_arrays(model, inputs, facts)
        case DenseDetector():
            return dense_inference_arrays(model, inputs)
        case SemanticFPN():
            return semantic_inference_arrays(model, inputs)
    raise AssertionError(f"{type(model).__name__} has no recordings")


def training_arrays(
    model: Architecture, inputs: Sequence[ModelInput], expected: Mapping[str, NDArray[Any]], *, prefix: str
) -> Arrays:
    """Everything that is recorded of a training step, by its recorded name."""
    match model:
        case GeneralizedRCNN() | PanopticFPN():
            return rcnn_training_arrays(model, inputs, expected, prefix=prefix)
        case ProposalNetwork():
            return proposal_training_arrays(model, inputs, expected, prefix=prefix)
        case DenseDetector():
            return dense_training_arrays(model, inputs, expected, prefix=prefix)
        case SemanticFPN():
            return semantic_training_arrays(model, inputs, expected, prefix=prefix)
    raise AssertionError(f"{type(model).__name__} has no recordings")
