"""From the facts of a recorded model (``config.json``) to the config that builds the same one, nothing passed over."""

from collections.abc import Callable

from facts import Facts, unread, whole
from reference_backbones import stage_facts
from reference_dense import dense_detector, inexpressible_dense
from reference_panoptic import inexpressible_panoptic, panoptic_model
from reference_rcnn import generalized_rcnn, inexpressible, inexpressible_proposal_network, proposal_network

from det_plugin_backbones import FPNConfig, ResNetConfig
from detcore.specs import ArchitectureConfig

__all__ = ["inexpressible_model", "model_config", "unread_facts"]

FAMILIES: dict[str, tuple[Callable[[Facts], list[str]], Callable[[Facts], ArchitectureConfig]]] = {
    "FCOS": (inexpressible_dense, dense_detector),
    "GeneralizedRCNN": (inexpressible, generalized_rcnn),
    "PanopticFPN": (inexpressible_panoptic, panoptic_model),
    "ProposalNetwork": (inexpressible_proposal_network, proposal_network),
    "RetinaNet": (inexpressible_dense, dense_detector),
    "SemanticSegmentor": (inexpressible_panoptic, panoptic_model),
}

ABOUT_THE_RECORDING = {"schema_version", "fixture", "notes", "seed", "d2_config_kind", "training"}

FOLLOWS = {
    "square_pad": "a square for the whole batch, which is compared",
    "padding": "the maps are compared",
    "mask_format": "the recorded ground truth has it",
    "strides": "of the backbone's maps, which are compared",
    "scales": "of the backbone's maps, which are compared",
    "d2_name": "another word for the type and its alignment",
    "in_channels": "of the maps below, which are compared",
    "num_masks_out": "the classes, or one where they share a mask; the weights have it",
    "num_anchors_per_cell": "as many as there are sizes and ratios; the weights have it",
    "convs_per_feature": "the weights have it",
    "rel_pos_lengths_per_block": "the weights have it",
    "deform_on_per_stage": "the blocks of the stages",
    "block": "of the depth; the weights have it",
    "stage": "of the depth",
    "num_classes": "the heads', which the weights have",
    "out_channels": "the pyramid's, which the weights have",
    "stride_per_block": "of the stride and the number of blocks",
    "frozen": "of where the network is frozen; which gradients there are is compared",
}
"""Facts that follow from others wherever they stand a second time, and what would tell if one did not."""


def inexpressible_model(facts: Facts) -> list[str]:
    """What of a recorded model there is no word for, each in words; empty: it can be built."""
    kind = facts["meta_architecture"]
    return FAMILIES[kind][0](facts) if kind in FAMILIES else [f"meta_architecture {kind!r}"]


def model_config(facts: Facts) -> ArchitectureConfig:
    """The config of the recorded model.

    Raises:
        AssertionError: facts contradict what the config says follows from the others.
    """
    config = FAMILIES[facts["meta_architecture"]][1](facts)
    shapes = {name: {"channels": s.channels, "stride": s.stride} for name, s in config.backbone.output_shapes().items()}
    assert shapes == whole(facts["backbone_outputs"]), "the backbone has the recorded maps"
    padding = config.backbone.size_divisibility, config.backbone.square_side
    assert padding == (facts["input"]["size_divisibility"], facts["input"]["square_pad"]), "batches are padded so"
    trunk = config.backbone.bottom_up if isinstance(config.backbone, FPNConfig) else config.backbone
    if isinstance(trunk, ResNetConfig):
        own = facts["backbone"]["bottom_up"] if "bottom_up" in facts["backbone"] else facts["backbone"]
        recorded = whole(own["stages"])
        assert stage_facts(trunk, recorded) == recorded, "the stages are the recorded ones"
    return config


def unread_facts(facts: Facts) -> list[str]:
    """Facts that made no difference to the config and do not follow from those that did."""
    names = (name for name in unread(facts) if name not in ABOUT_THE_RECORDING)
    return [name for name in names if name.rpartition(".")[2] not in FOLLOWS]
