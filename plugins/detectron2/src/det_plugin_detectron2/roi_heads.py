"""What looks at proposals: classes, boxes, masks, keypoints."""

from collections.abc import Mapping
from typing import Final

from det_plugin_detectron2.cascade import cascade_stages
from det_plugin_detectron2.choices import Translator, chosen
from det_plugin_detectron2.class_names import num_classes
from det_plugin_detectron2.heads import BOX_HEADS, KEYPOINT_HEADS, MASK_HEADS, box_predictor
from det_plugin_detectron2.point_rend import point_rend_pooler
from det_plugin_detectron2.settings import Missing, Settings, Tree, joined
from det_plugin_detectron2.shared_parts import assigner, box_coder, norm, pooler

__all__ = ["ROI_HEADS"]

RES5_WIDENING: Final = 8
"""How much wider res5 is than res2: every stage doubles the one before."""


def standard(settings: Settings) -> Tree:
    """``StandardROIHeads``."""
    return {
        **_common(settings, "standard"),
        "masks_of_predicted_boxes": settings["MODEL.ROI_BOX_HEAD.TRAIN_ON_PRED_BOXES"],
        **_boxes(settings),
        "box_predictor": _one_predictor(settings),
        **_masks(settings),
        **_keypoints(settings),
    }


def cascade(settings: Settings) -> Tree:
    """``CascadeROIHeads``; its predictors tell boxes as their stages do."""
    return {
        **_common(settings, "cascade"),
        "stages": cascade_stages(settings),
        **_boxes(settings),
        "box_predictor": box_predictor(settings),
        **_masks(settings),
        **_keypoints(settings),
    }


def res5(settings: Settings) -> Tree:
    """``Res5ROIHeads``; what the mask head sees are the maps of its stage."""
    if (keypoints := settings["MODEL.KEYPOINT_ON"]).value:
        raise keypoints.refusal("Res5ROIHeads have no keypoints; Detectron2 refuses this, too")
    return {
        **_common(settings, "res5"),
        "pooler": _pooler(settings.under("MODEL.ROI_BOX_HEAD")),
        "stage": _res5_stage(settings.under("MODEL.RESNETS")),
        "box_predictor": _one_predictor(settings),
        "mask_head": _mask_head(settings) if settings["MODEL.MASK_ON"].value else None,
    }


ROI_HEADS: Mapping[str, Translator] = {"CascadeROIHeads": cascade, "Res5ROIHeads": res5, "StandardROIHeads": standard}


def _common(settings: Settings, kind: str) -> Mapping[str, Tree]:
    own = settings.under("MODEL.ROI_HEADS")
    return {
        "type": own["NAME"].becoming(kind),
        "num_classes": num_classes(settings, "MODEL.ROI_HEADS.NUM_CLASSES"),
        "in_features": own["IN_FEATURES"],
        "sampling": {
            "assigner": assigner(own["IOU_THRESHOLDS"], own["IOU_LABELS"], low_quality=False),
            "batch_size_per_image": own["BATCH_SIZE_PER_IMAGE"],
            "positive_fraction": own["POSITIVE_FRACTION"],
            "append_ground_truth": own["PROPOSAL_APPEND_GT"],
        },
    }


def _boxes(settings: Settings) -> Mapping[str, Tree]:
    return {
        "box_pooler": _pooler(settings.under("MODEL.ROI_BOX_HEAD")),
        "box_head": chosen(settings, "MODEL.ROI_BOX_HEAD.NAME", BOX_HEADS, owns=("MODEL.ROI_BOX_HEAD.",)),
    }


def _one_predictor(settings: Settings) -> Tree:
    """A predictor that tells boxes in its own way."""
    return {**box_predictor(settings), "box_coder": box_coder(settings["MODEL.ROI_BOX_HEAD.BBOX_REG_WEIGHTS"])}


def _res5_stage(resnets: Settings) -> Tree:
    """The last stage of the residual network, undilated; Detectron2 gives it three blocks, whatever the depth."""
    width, groups, out_channels = resnets["WIDTH_PER_GROUP"], resnets["NUM_GROUPS"], resnets["RES2_OUT_CHANNELS"]
    return {
        "num_blocks": 3,
        "out_channels": out_channels.becoming(RES5_WIDENING * out_channels.value),
        "bottleneck_channels": joined(RES5_WIDENING * groups.value * width.value, width, groups),
        "groups": groups,
        "stride": 2,
        "stride_in_1x1": resnets["STRIDE_IN_1X1"],
        "norm": norm(resnets["NORM"]),
    }


def _masks(settings: Settings) -> Mapping[str, Tree]:
    if not settings["MODEL.MASK_ON"].value:
        return {}
    head = _mask_head(settings)
    if isinstance(head, Missing):
        return {"mask_head": head}
    pool = MASK_POOLERS.get(settings["MODEL.ROI_MASK_HEAD.NAME"].value, _mask_pooler)
    return {"mask_pooler": pool(settings), "mask_head": head}


def _mask_pooler(settings: Settings) -> Tree:
    return _pooler(settings.under("MODEL.ROI_MASK_HEAD"))


MASK_POOLERS: Mapping[str, Translator] = {"PointRendMaskHead": point_rend_pooler}
"""Of mask heads that do not pool as box heads do."""


def _mask_head(settings: Settings) -> Tree:
    owns = ("MODEL.ROI_MASK_HEAD.", "MODEL.POINT_HEAD.", "MODEL.IMPLICIT_POINTREND.")
    return chosen(settings, "MODEL.ROI_MASK_HEAD.NAME", MASK_HEADS, owns=owns)


def _keypoints(settings: Settings) -> Mapping[str, Tree]:
    if not settings["MODEL.KEYPOINT_ON"].value:
        return {}
    owns = ("MODEL.ROI_KEYPOINT_HEAD.", "MODEL.KEYPOINT_ON")
    head = chosen(settings, "MODEL.ROI_KEYPOINT_HEAD.NAME", KEYPOINT_HEADS, owns=owns)
    if isinstance(head, Missing):
        return {"keypoint_head": head}
    return {"keypoint_pooler": _pooler(settings.under("MODEL.ROI_KEYPOINT_HEAD")), "keypoint_head": head}


def _pooler(head: Settings) -> Tree:
    return pooler(head["POOLER_TYPE"], head["POOLER_RESOLUTION"], head["POOLER_SAMPLING_RATIO"])
