"""ROI heads spelt out as calls, and what they are made of."""

from collections.abc import Mapping
from typing import Any, Final

from det_plugin_detectron2.choices import Translator
from det_plugin_detectron2.part_calls import counted, listed
from det_plugin_detectron2.settings import Missing, Setting, Settings, Tree
from det_plugin_detectron2.shared_parts import box_loss, detections_per_image, norm, norm_between
from det_plugin_detectron2.yaml_document import TARGET_KEY

__all__ = [
    "box_predictor",
    "cascade_roi_heads",
    "conv_deconv_keypoint_head",
    "conv_fc_box_head",
    "fcn_mask_head",
    "res5_roi_heads",
    "standard_roi_heads",
    "weight_of",
]

WEIGHING: Final = "the function that weighs the classes of the federated loss"
"""Code, which is not run."""


def standard_roi_heads(settings: Settings, *, called: Translator) -> Tree:
    """``StandardROIHeads``."""
    return {
        **_common(settings, "standard"),
        "in_features": settings["box_in_features"],
        "masks_of_predicted_boxes": settings.get("train_on_pred_boxes", default=False),
        "sampling": _sampling(settings, called(settings.under("proposal_matcher"))),
        "box_pooler": called(settings.under("box_pooler")),
        "box_head": called(settings.under("box_head")),
        "box_predictor": called(settings.under("box_predictor")),
        **_further_heads(settings, called),
    }


def cascade_roi_heads(settings: Settings, *, called: Translator) -> Tree:
    """``CascadeROIHeads``, whose stages differ in their matchers and in how they tell boxes, and in nothing else."""
    matchers, heads, predictors = (
        _entries(settings, key, called) for key in ("proposal_matchers", "box_heads", "box_predictors")
    )
    refused = _unequal(settings, heads, predictors)
    if refused or not len(matchers) == len(heads) == len(predictors) > 0:
        return refused or Missing("a cascade of these stages", settings[TARGET_KEY], settings.owned())
    predictor = {key: value for key, value in predictors[0].items() if key != "box_coder"}
    return {
        **_common(settings, "cascade"),
        "in_features": settings["box_in_features"],
        "sampling": _sampling(settings, matchers[0]),
        "stages": [
            {"assigner": matcher, "box_coder": predictor["box_coder"]}
            for matcher, predictor in zip(matchers, predictors, strict=True)
        ],
        "box_pooler": called(settings.under("box_pooler")),
        "box_head": heads[0],
        "box_predictor": predictor,
        **_further_heads(settings, called),
    }


def res5_roi_heads(settings: Settings, *, called: Translator) -> Tree:
    """``Res5ROIHeads``."""
    return {
        **_common(settings, "res5"),
        "in_features": settings["in_features"],
        "sampling": _sampling(settings, called(settings.under("proposal_matcher"))),
        "pooler": called(settings.under("pooler")),
        "stage": _stage(settings.under("res5")),
        "box_predictor": called(settings.under("box_predictor")),
        "mask_head": called(settings.under("mask_head")),
    }


def box_predictor(settings: Settings, *, called: Translator) -> dict[str, Tree]:
    """``FastRCNNOutputLayers``."""
    sigmoid = settings.get("use_sigmoid_ce", default=False)
    federated = settings.get("use_fed_loss", default=False)
    kind, beta = settings.get("box_reg_loss_type", "smooth_l1"), settings.get("smooth_l1_beta", 0.0)
    return {
        "class_agnostic": settings.get("cls_agnostic_bbox_reg", default=False),
        "classification": sigmoid.becoming("sigmoid" if sigmoid.value else "softmax"),
        "classification_weight": weight_of(settings, "loss_cls"),
        "federated": Missing("the function that weighs the classes of the federated loss", federated)
        if federated.value
        else None,
        "box_coder": called(settings.under("box2box_transform")),
        "box_loss": box_loss(kind, beta, weight_of(settings, "loss_box_reg")),
        "score_threshold": settings.get("test_score_thresh", 0.0),
        "nms_threshold": settings.get("test_nms_thresh", 0.5),
        "detections_per_image": detections_per_image(settings.get("test_topk_per_image", 100)),
    }


def conv_fc_box_head(settings: Settings) -> Tree:
    """``FastRCNNConvFCHead``."""
    return {
        "type": settings[TARGET_KEY].becoming("conv-fc"),
        "conv_dims": settings["conv_dims"],
        "fc_dims": settings["fc_dims"],
        "norm": norm_between(settings.get("conv_norm", ""), settings["conv_dims"]),
    }


def fcn_mask_head(settings: Settings) -> Tree:
    """``MaskRCNNConvUpsampleHead``, whose last width is that of the deconvolution; one class is every class."""
    dims, classes = listed(settings["conv_dims"], at_least=1), counted(settings["num_classes"])
    return {
        "type": settings[TARGET_KEY].becoming("fcn"),
        "conv_dims": dims.becoming(dims.value[:-1]),
        "deconv_dim": dims.becoming(dims.value[-1]),
        "norm": norm_between(settings.get("conv_norm", ""), dims.becoming(dims.value[:-1])),
        "class_agnostic": classes.becoming(classes.value == 1),
        "loss_weight": settings.get("loss_weight", 1.0),
    }


def conv_deconv_keypoint_head(settings: Settings) -> Tree:
    """``KRCNNConvDeconvUpsampleHead``."""
    normaliser = settings.get("loss_normalizer", 1.0)
    by_visible = normaliser.becoming(None, "left out: the loss is divided by the number of keypoints learned from")
    return {
        "type": settings[TARGET_KEY].becoming("conv-deconv"),
        "num_keypoints": settings["num_keypoints"],
        "conv_dims": settings["conv_dims"],
        "loss_weight": settings.get("loss_weight", 1.0),
        "static_normaliser": by_visible if normaliser.value == "visible" else normaliser,
    }


def weight_of(settings: Settings, loss: str) -> Setting:
    """The weight of one loss, where ``loss_weight`` is one number for all of them or a table of some."""
    table = settings.under("loss_weight")
    return table[loss] if loss in table else settings.get("loss_weight", 1.0)


def _common(settings: Settings, kind: str) -> Mapping[str, Tree]:
    return {"type": settings[TARGET_KEY].becoming(kind), "num_classes": settings["num_classes"]}


def _sampling(settings: Settings, assigner: Tree) -> Tree:
    return {
        "assigner": assigner,
        "batch_size_per_image": settings["batch_size_per_image"],
        "positive_fraction": settings["positive_fraction"],
        "append_ground_truth": settings.get("proposal_append_gt", default=True),
    }


def _further_heads(settings: Settings, called: Translator) -> Mapping[str, Tree]:
    names = ("mask_pooler", "mask_head", "keypoint_pooler", "keypoint_head")
    return {name: called(settings.under(name)) for name in names}


def _stage(settings: Settings) -> Tree:
    """A stage of a residual network; the stride is that of its first block."""
    strides = listed(settings["stride_per_block"], at_least=1)
    return {
        "num_blocks": settings["num_blocks"],
        "out_channels": settings["out_channels"],
        "bottleneck_channels": settings["bottleneck_channels"],
        "groups": settings.get("num_groups", 1),
        "stride": strides.becoming(strides.value[0]),
        "stride_in_1x1": settings.get("stride_in_1x1", default=False),
        "dilation": settings.get("dilation", 1),
        "norm": norm(settings.get("norm", "BN")),
    }


def _entries(settings: Settings, key: str, called: Translator) -> list[Any]:
    """What the calls of a list make, in order."""
    made: list[Any] = []
    while TARGET_KEY in (entry := settings.under(f"{key}.{len(made)}")):
        made.append(called(entry))
    return made


def _unequal(settings: Settings, heads: list[Any], predictors: list[Any]) -> Missing | None:
    """What a cascade has that ours has not: stages with heads of different kinds."""
    if any(isinstance(each, Missing) for each in [*heads, *predictors]):
        return next(each for each in [*heads, *predictors] if isinstance(each, Missing))
    bare = [{key: value for key, value in each.items() if key != "box_coder"} for each in predictors]
    if all(_values(each) == _values(heads[0]) for each in heads) and all(_values(x) == _values(bare[0]) for x in bare):
        return None
    return Missing("a cascade whose stages differ in their heads", settings[TARGET_KEY], settings.owned())


def _values(tree: Tree) -> Any:
    """What a table says, whoever says it."""
    if isinstance(tree, Setting):
        return tree.value
    return {key: _values(value) for key, value in tree.items()} if isinstance(tree, Mapping) else tree
