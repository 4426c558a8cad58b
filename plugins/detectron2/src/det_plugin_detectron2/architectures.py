"""Whole models, by ``MODEL.META_ARCHITECTURE``."""

from collections.abc import Mapping

from det_plugin_detectron2.backbones import BACKBONES
from det_plugin_detectron2.choices import Translator, chosen, word
from det_plugin_detectron2.dense_detectors import retinanet_parts
from det_plugin_detectron2.proposal_files import PRECOMPUTED
from det_plugin_detectron2.proposal_generators import PROPOSAL_GENERATORS
from det_plugin_detectron2.roi_heads import ROI_HEADS
from det_plugin_detectron2.semantic_heads import SEMANTIC_HEADS, merging, weighing
from det_plugin_detectron2.settings import Missing, Settings, Tree, joined

__all__ = ["ARCHITECTURES", "architecture"]

CHANNEL_ORDERS = {"BGR": "BGR", "RGB": "RGB"}


def architecture(settings: Settings) -> Tree:
    """The model."""
    return chosen(settings, "MODEL.META_ARCHITECTURE", ARCHITECTURES, owns=("MODEL.", "INPUT.FORMAT", *_OF_DETECTIONS))


def generalized_rcnn(settings: Settings) -> Tree:
    """``GeneralizedRCNN``; with proposals from elsewhere it is what was Fast R-CNN."""
    generator = settings["MODEL.PROPOSAL_GENERATOR.NAME"]
    if generator.value == PRECOMPUTED:
        common = _common(settings, "fast-rcnn")
        kind = joined("fast-rcnn", settings["MODEL.META_ARCHITECTURE"], generator, settings["MODEL.LOAD_PROPOSALS"])
        return {**common, "type": kind, "roi_heads": _roi_heads(settings)}
    return {
        **_common(settings, "generalized-rcnn"),
        "proposal_generator": _proposals(settings),
        "roi_heads": _roi_heads(settings),
    }


def panoptic_fpn(settings: Settings) -> Tree:
    """``PanopticFPN``."""
    return {
        **_common(settings, "panoptic-fpn"),
        "proposal_generator": _proposals(settings),
        "roi_heads": weighing(_roi_heads(settings), settings["MODEL.PANOPTIC_FPN.INSTANCE_LOSS_WEIGHT"]),
        "sem_seg_head": _semantic_head(settings),
        "merging": merging(settings),
    }


def semantic_segmentor(settings: Settings) -> Tree:
    """``SemanticSegmentor``."""
    return {**_common(settings, "semantic-fpn"), "sem_seg_head": _semantic_head(settings)}


def proposal_network(settings: Settings) -> Tree:
    """``ProposalNetwork``."""
    return {**_common(settings, "proposal-network"), "proposal_generator": _proposals(settings)}


def retinanet(settings: Settings) -> Tree:
    """``RetinaNet``."""
    return {**_common(settings, "retinanet"), **retinanet_parts(settings)}


ARCHITECTURES: Mapping[str, Translator] = {
    "GeneralizedRCNN": generalized_rcnn,
    "PanopticFPN": panoptic_fpn,
    "ProposalNetwork": proposal_network,
    "RetinaNet": retinanet,
    "SemanticSegmentor": semantic_segmentor,
}

_OF_BACKBONES = ("MODEL.BACKBONE.", "MODEL.FPN.", "MODEL.RESNETS.")
_OF_DETECTIONS = ("TEST.DETECTIONS_PER_IMAGE",)


def _common(settings: Settings, kind: str) -> Mapping[str, Tree]:
    """What every architecture has: pixels, and a backbone for them."""
    return {
        "type": settings["MODEL.META_ARCHITECTURE"].becoming(kind),
        "channel_order": word(settings["INPUT.FORMAT"], CHANNEL_ORDERS),
        "pixel_mean": settings["MODEL.PIXEL_MEAN"],
        "pixel_std": settings["MODEL.PIXEL_STD"],
        "backbone": chosen(settings, "MODEL.BACKBONE.NAME", BACKBONES, owns=_OF_BACKBONES),
    }


def _proposals(settings: Settings) -> Tree:
    stored = settings["MODEL.LOAD_PROPOSALS"]
    owns = ("MODEL.PROPOSAL_GENERATOR.", "MODEL.RPN.", "DATASETS.P")
    if stored.value:
        return Missing("proposals from files (MODEL.LOAD_PROPOSALS)", stored, owns)
    return chosen(settings, "MODEL.PROPOSAL_GENERATOR.NAME", PROPOSAL_GENERATORS, owns=owns)


def _roi_heads(settings: Settings) -> Tree:
    owns = ("MODEL.ROI_", "MODEL.MASK_ON", *_OF_DETECTIONS)
    return chosen(settings, "MODEL.ROI_HEADS.NAME", ROI_HEADS, owns=owns)


def _semantic_head(settings: Settings) -> Tree:
    return chosen(settings, "MODEL.SEM_SEG_HEAD.NAME", SEMANTIC_HEADS, owns=("MODEL.SEM_SEG_HEAD.",))
