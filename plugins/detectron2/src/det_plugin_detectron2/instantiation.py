"""Models that Detectron2's newer configs spell out as calls: a tree of ``_target_`` and keyword arguments, in YAML.

An argument that is not written has the default of the class that would have been called.
"""

from collections.abc import Mapping
from typing import Any

from det_plugin_detectron2.choices import Translator, word
from det_plugin_detectron2.dense_calls import dense_detector
from det_plugin_detectron2.part_calls import (
    anchors,
    box_transform,
    class_name,
    listed,
    matcher,
    max_pool,
    p6p7,
    pixels,
    roi_pooler,
)
from det_plugin_detectron2.resnet_calls import resnet
from det_plugin_detectron2.settings import Missing, Setting, Settings, Tree
from det_plugin_detectron2.shared_parts import box_loss, norm
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
    """``GeneralizedRCNN``; without an ``input_format`` the order of channels is the data loader's, mostly BGR."""
    return {
        "type": settings[TARGET_KEY].becoming("generalized-rcnn"),
        **pixels(settings),
        "backbone": called(settings.under("backbone")),
        "proposal_generator": called(settings.under("proposal_generator")),
        "roi_heads": called(settings.under("roi_heads")),
    }


def rpn(settings: Settings) -> Tree:
    """``RPN``."""
    head = settings.under("head")
    if class_name(kind := head[TARGET_KEY]) != "StandardRPNHead":
        return Missing(class_name(kind), kind, settings.owned())
    weight = settings.get("loss_weight", 1.0)
    return {
        "type": settings[TARGET_KEY].becoming("rpn"),
        "in_features": settings["in_features"],
        "conv_dims": _conv_dims(head),
        "objectness_weight": weight,
        "anchors": called(settings.under("anchor_generator")),
        "box_coder": called(settings.under("box2box_transform")),
        "box_loss": _box_loss(settings, weight),
        "sampling": {
            "assigner": called(settings.under("anchor_matcher")),
            "batch_size_per_image": settings["batch_size_per_image"],
            "positive_fraction": settings["positive_fraction"],
        },
        "selection": _selection(settings),
    }


def standard_roi_heads(settings: Settings) -> Tree:
    """``StandardROIHeads``."""
    return {
        "type": settings[TARGET_KEY].becoming("standard"),
        "num_classes": settings["num_classes"],
        "in_features": settings["box_in_features"],
        "masks_of_predicted_boxes": settings.get("train_on_pred_boxes", default=False),
        "sampling": {
            "assigner": called(settings.under("proposal_matcher")),
            "batch_size_per_image": settings["batch_size_per_image"],
            "positive_fraction": settings["positive_fraction"],
            "append_ground_truth": settings.get("proposal_append_gt", default=True),
        },
        "box_pooler": called(settings.under("box_pooler")),
        "box_head": called(settings.under("box_head")),
        "box_predictor": called(settings.under("box_predictor")),
        "mask_pooler": called(settings.under("mask_pooler")),
        "mask_head": called(settings.under("mask_head")),
        "keypoint_pooler": called(settings.under("keypoint_pooler")),
        "keypoint_head": called(settings.under("keypoint_head")),
    }


def box_predictor(settings: Settings) -> Tree:
    """``FastRCNNOutputLayers``."""
    sigmoid = settings.get("use_sigmoid_ce", default=False)
    federated = settings.get("use_fed_loss", default=False)
    return {
        "class_agnostic": settings.get("cls_agnostic_bbox_reg", default=False),
        "classification": sigmoid.becoming("sigmoid" if sigmoid.value else "softmax"),
        "federated": Missing("the federated loss", federated) if federated.value else None,
        "box_coder": called(settings.under("box2box_transform")),
        "box_loss": _box_loss(settings, settings.get("loss_weight", 1.0)),
        "score_threshold": settings.get("test_score_thresh", 0.0),
        "nms_threshold": settings.get("test_nms_thresh", 0.5),
        "detections_per_image": settings.get("test_topk_per_image", 100),
    }


def conv_fc_box_head(settings: Settings) -> Tree:
    """``FastRCNNConvFCHead``."""
    return {
        "type": settings[TARGET_KEY].becoming("conv-fc"),
        "conv_dims": settings["conv_dims"],
        "fc_dims": settings["fc_dims"],
        "norm": norm(settings.get("conv_norm", "")),
    }


def fcn_mask_head(settings: Settings) -> Tree:
    """``MaskRCNNConvUpsampleHead``, whose last width is that of the deconvolution; one class is every class."""
    dims = listed(settings["conv_dims"], at_least=1)
    return {
        "type": settings[TARGET_KEY].becoming("fcn"),
        "conv_dims": dims.becoming(dims.value[:-1]),
        "deconv_dim": dims.becoming(dims.value[-1]),
        "norm": norm(settings.get("conv_norm", "")),
        "loss_weight": settings.get("loss_weight", 1.0),
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
    "DefaultAnchorGenerator": anchors,
    "FCOS": fcos,
    "FPN": fpn,
    "FastRCNNConvFCHead": conv_fc_box_head,
    "FastRCNNOutputLayers": box_predictor,
    "GeneralizedRCNN": generalized_rcnn,
    "LastLevelMaxPool": max_pool,
    "LastLevelP6P7": p6p7,
    "MaskRCNNConvUpsampleHead": fcn_mask_head,
    "Matcher": matcher,
    "ROIPooler": roi_pooler,
    "RPN": rpn,
    "ResNet": resnet,
    "RetinaNet": retinanet,
    "StandardROIHeads": standard_roi_heads,
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
