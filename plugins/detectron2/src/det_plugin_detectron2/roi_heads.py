"""What looks at proposals: classes, boxes, masks."""

from collections.abc import Mapping

from det_plugin_detectron2.choices import Translator, chosen
from det_plugin_detectron2.class_names import num_classes
from det_plugin_detectron2.settings import Missing, Settings, Tree, joined
from det_plugin_detectron2.shared_parts import assigner, box_coder, box_loss, norm, pooler, repeated

__all__ = ["KEYPOINT_HEADS", "MASK_HEADS", "ROI_HEADS"]


def standard(settings: Settings) -> Tree:
    """``StandardROIHeads``."""
    own = settings.under("MODEL.ROI_HEADS")
    box = settings.under("MODEL.ROI_BOX_HEAD")
    return {
        "type": own["NAME"].becoming("standard"),
        "num_classes": num_classes(settings, "MODEL.ROI_HEADS.NUM_CLASSES"),
        "in_features": own["IN_FEATURES"],
        "masks_of_predicted_boxes": box["TRAIN_ON_PRED_BOXES"],
        "sampling": {
            "assigner": assigner(own["IOU_THRESHOLDS"], own["IOU_LABELS"], low_quality=False),
            "batch_size_per_image": own["BATCH_SIZE_PER_IMAGE"],
            "positive_fraction": own["POSITIVE_FRACTION"],
            "append_ground_truth": own["PROPOSAL_APPEND_GT"],
        },
        "box_pooler": _pooler(box),
        "box_head": chosen(settings, "MODEL.ROI_BOX_HEAD.NAME", BOX_HEADS, owns=("MODEL.ROI_BOX_HEAD.",)),
        "box_predictor": box_predictor(settings),
        **_masks(settings),
        **_keypoints(settings),
    }


def conv_fc(settings: Settings) -> Tree:
    """``FastRCNNConvFCHead``."""
    own = settings.under("MODEL.ROI_BOX_HEAD")
    return {
        "type": own["NAME"].becoming("conv-fc"),
        "conv_dims": repeated(own["CONV_DIM"], own["NUM_CONV"]),
        "fc_dims": repeated(own["FC_DIM"], own["NUM_FC"]),
        "norm": norm(own["NORM"]),
    }


def box_predictor(settings: Settings) -> Tree:
    """``FastRCNNOutputLayers``."""
    own, heads = settings.under("MODEL.ROI_BOX_HEAD"), settings.under("MODEL.ROI_HEADS")
    sigmoid, federated = own["USE_SIGMOID_CE"], own["USE_FED_LOSS"]
    return {
        "class_agnostic": own["CLS_AGNOSTIC_BBOX_REG"],
        "classification": sigmoid.becoming("sigmoid" if sigmoid.value else "softmax"),
        "federated": Missing("the federated loss (MODEL.ROI_BOX_HEAD.USE_FED_LOSS)", federated, _FEDERATED)
        if federated.value
        else None,
        "box_coder": box_coder(own["BBOX_REG_WEIGHTS"]),
        "box_loss": box_loss(own["BBOX_REG_LOSS_TYPE"], own["SMOOTH_L1_BETA"], own["BBOX_REG_LOSS_WEIGHT"]),
        "score_threshold": heads["SCORE_THRESH_TEST"],
        "nms_threshold": heads["NMS_THRESH_TEST"],
        "detections_per_image": settings["TEST.DETECTIONS_PER_IMAGE"],
    }


def fcn_masks(settings: Settings) -> Tree:
    """``MaskRCNNConvUpsampleHead``: convolutions, and a deconvolution of the same width."""
    own = settings.under("MODEL.ROI_MASK_HEAD")
    return {
        "type": joined("fcn", own["NAME"], settings["MODEL.MASK_ON"]),
        "conv_dims": repeated(own["CONV_DIM"], own["NUM_CONV"]),
        "deconv_dim": own["CONV_DIM"],
        "norm": norm(own["NORM"]),
        "class_agnostic": own["CLS_AGNOSTIC_MASK"],
    }


_FEDERATED = ("MODEL.ROI_BOX_HEAD.FED_LOSS_",)

BOX_HEADS: Mapping[str, Translator] = {"FastRCNNConvFCHead": conv_fc}
MASK_HEADS: Mapping[str, Translator] = {"MaskRCNNConvUpsampleHead": fcn_masks}
KEYPOINT_HEADS: Mapping[str, Translator] = {}
ROI_HEADS: Mapping[str, Translator] = {"StandardROIHeads": standard}


def _masks(settings: Settings) -> Mapping[str, Tree]:
    if not settings["MODEL.MASK_ON"].value:
        return {}
    owns = ("MODEL.ROI_MASK_HEAD.", "MODEL.POINT_HEAD.", "MODEL.IMPLICIT_POINTREND.")
    head = chosen(settings, "MODEL.ROI_MASK_HEAD.NAME", MASK_HEADS, owns=owns)
    if isinstance(head, Missing):
        return {"mask_head": head}
    return {"mask_pooler": _pooler(settings.under("MODEL.ROI_MASK_HEAD")), "mask_head": head}


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
