"""Models that Detectron2's newer configs spell out as calls: a tree of ``_target_`` and keyword arguments, in YAML.

An argument that is not written has the default of the class that would have been called.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from det_plugin_detectron2.choices import Translator, word
from det_plugin_detectron2.dense_calls import dense_detector
from det_plugin_detectron2.part_calls import (
    anchors,
    box_transform,
    class_name,
    linear_box_transform,
    listed,
    matcher,
    max_pool,
    p6p7,
    pixels,
    roi_pooler,
)
from det_plugin_detectron2.resnet_calls import resnet
from det_plugin_detectron2.roi_head_calls import (
    box_predictor,
    cascade_roi_heads,
    conv_deconv_keypoint_head,
    conv_fc_box_head,
    fcn_mask_head,
    res5_roi_heads,
    standard_roi_heads,
    weight_of,
)
from det_plugin_detectron2.segmentation_calls import panoptic_fpn, semantic_fpn_head, semantic_segmentor
from det_plugin_detectron2.settings import Missing, Setting, Settings, Tree
from det_plugin_detectron2.shared_parts import box_loss, norm
from det_plugin_detectron2.vit_calls import vit
from det_plugin_detectron2.yaml_document import TARGET_KEY

__all__ = ["CALLS", "model_of_calls"]


def model_of_calls(settings: Settings) -> Tree:
    """The model of a tree of calls."""
    return called(settings)


def called(settings: Settings) -> Tree:
    """What the call at the top of these settings makes; missing where :data:`CALLS` has no such class."""
    if TARGET_KEY not in settings:
        return None
    target = settings[TARGET_KEY]
    name = class_name(target)
    translator = CALLS.get(name)
    return translator(settings) if translator else Missing(name, target, settings.owned())


def generalized_rcnn(settings: Settings) -> Tree:
    """``GeneralizedRCNN``; without a generator of proposals it is what was Fast R-CNN."""
    generator = called(settings.under("proposal_generator"))
    return {
        "type": settings[TARGET_KEY].becoming("generalized-rcnn" if generator else "fast-rcnn"),
        **pixels(settings),
        "backbone": called(settings.under("backbone")),
        "proposal_generator": generator,
        "roi_heads": called(settings.under("roi_heads")),
    }


def proposal_network(settings: Settings) -> Tree:
    """``ProposalNetwork``."""
    return {
        "type": settings[TARGET_KEY].becoming("proposal-network"),
        **pixels(settings),
        "backbone": called(settings.under("backbone")),
        "proposal_generator": called(settings.under("proposal_generator")),
    }


def rpn(settings: Settings) -> Tree:
    """``RPN``."""
    head = settings.under("head")
    if class_name(kind := head[TARGET_KEY]) != "StandardRPNHead":
        return Missing(class_name(kind), kind, settings.owned())
    return {
        "type": settings[TARGET_KEY].becoming("rpn"),
        "in_features": settings["in_features"],
        "conv_dims": _conv_dims(head),
        "objectness_weight": weight_of(settings, "loss_rpn_cls"),
        "anchors": called(settings.under("anchor_generator")),
        "box_coder": called(settings.under("box2box_transform")),
        "box_loss": _box_loss(settings, weight_of(settings, "loss_rpn_loc")),
        "sampling": {
            "assigner": called(settings.under("anchor_matcher")),
            "batch_size_per_image": settings["batch_size_per_image"],
            "positive_fraction": settings["positive_fraction"],
            "boundary": _boundary(settings.get("anchor_boundary_thresh", -1.0)),
        },
        "selection": _selection(settings),
    }


def fpn(settings: Settings) -> Tree:
    """``FPN``."""
    padding = settings.get("square_pad", 0)
    return {
        "type": settings[TARGET_KEY].becoming("fpn"),
        "in_features": settings["in_features"],
        "out_channels": settings["out_channels"],
        "norm": norm(settings.get("norm", "")),
        "fuse": word(settings.get("fuse_type", "sum"), {"sum": "sum", "avg": "average"}),
        "square_pad": Missing("padding to a square", padding) if padding.value else None,
        "bottom_up": called(settings.under("bottom_up")),
        "top_block": called(settings.under("top_block")) or {"type": "none"},
    }


def simple_feature_pyramid(settings: Settings) -> Tree:
    """``SimpleFeaturePyramid``."""
    return {
        "type": settings[TARGET_KEY].becoming("simple-feature-pyramid"),
        "in_feature": settings["in_feature"],
        "scale_factors": settings["scale_factors"],
        "out_channels": settings["out_channels"],
        "norm": norm(settings.get("norm", "LN")),
        "square_side": settings.get("square_pad", 0),
        "net": called(settings.under("net")),
        "top_block": called(settings.under("top_block")) or {"type": "none"},
    }


def retinanet(settings: Settings) -> Tree:
    """``RetinaNet``."""
    return {
        **dense_detector(settings, "retinanet"),
        "backbone": called(settings.under("backbone")),
        "anchors": called(settings.under("anchor_generator")),
        "box_coder": called(settings.under("box2box_transform")),
        "assigner": {"type": "overlap", "assigner": called(settings.under("anchor_matcher"))},
        "box_loss": _box_loss(settings),
    }


def fcos(settings: Settings) -> Tree:
    """``FCOS``; boxes are told as distances unless a transform is given."""
    return {
        **dense_detector(settings, "fcos"),
        "backbone": called(settings.under("backbone")),
        "box_coder": called(settings.under("box2box_transform")),
        "assigner": {"type": "centre", "radius": settings.get("center_sampling_radius", 1.5)},
    }


CALLS: Mapping[str, Translator] = {
    "Box2BoxTransform": box_transform,
    "Box2BoxTransformLinear": linear_box_transform,
    "CascadeROIHeads": partial(cascade_roi_heads, called=called),
    "DefaultAnchorGenerator": anchors,
    "FCOS": fcos,
    "FPN": fpn,
    "FastRCNNConvFCHead": conv_fc_box_head,
    "FastRCNNOutputLayers": partial(box_predictor, called=called),
    "GeneralizedRCNN": generalized_rcnn,
    "KRCNNConvDeconvUpsampleHead": conv_deconv_keypoint_head,
    "LastLevelMaxPool": max_pool,
    "LastLevelP6P7": p6p7,
    "MaskRCNNConvUpsampleHead": fcn_mask_head,
    "Matcher": matcher,
    "PanopticFPN": partial(panoptic_fpn, called=called),
    "ProposalNetwork": proposal_network,
    "ROIPooler": roi_pooler,
    "RPN": rpn,
    "Res5ROIHeads": partial(res5_roi_heads, called=called),
    "ResNet": resnet,
    "RetinaNet": retinanet,
    "SemSegFPNHead": semantic_fpn_head,
    "SemanticSegmentor": partial(semantic_segmentor, called=called),
    "SimpleFeaturePyramid": simple_feature_pyramid,
    "StandardROIHeads": partial(standard_roi_heads, called=called),
    "ViT": vit,
}
"""By the last word of ``_target_``; a new class is one more entry."""


def _box_loss(settings: Settings, weight: Setting | None = None) -> Tree:
    return box_loss(settings.get("box_reg_loss_type", "smooth_l1"), settings.get("smooth_l1_beta", 0.0), weight)


def _conv_dims(head: Settings) -> Setting:
    """Widths of the convolutions; -1 is the width of what comes in."""
    dims, width = listed(head.get("conv_dims", [-1])), head["in_channels"].value
    widths: list[Any] = []
    for dim in dims.value:
        width = width if dim == -1 else dim
        widths.append(width)
    return dims.becoming(widths)


def _boundary(threshold: Setting) -> Setting:
    """How far an anchor may reach out of the picture to be learned from."""
    if threshold.value >= 0:
        return threshold
    return threshold.becoming(None, "left out: anchors beyond the picture are learned from, too")


def _selection(settings: Settings) -> Tree:
    before, after = (listed(settings[key], at_least=2) for key in ("pre_nms_topk", "post_nms_topk"))
    return {
        "pre_nms_topk_train": before.becoming(before.value[0]),
        "pre_nms_topk_test": before.becoming(before.value[1]),
        "post_nms_topk_train": after.becoming(after.value[0]),
        "post_nms_topk_test": after.becoming(after.value[1]),
        "nms_threshold": settings.get("nms_thresh", 0.7),
        "min_box_size": settings.get("min_box_size", 0.0),
    }
