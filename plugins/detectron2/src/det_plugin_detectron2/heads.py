"""What ROI heads are made of: box, mask and keypoint heads, and the predictor of boxes."""

from collections.abc import Mapping

from det_plugin_detectron2.choices import Translator
from det_plugin_detectron2.point_rend import point_rend_masks
from det_plugin_detectron2.settings import Setting, Settings, Tree, joined
from det_plugin_detectron2.shared_parts import box_loss, detections_per_image, norm_between, repeated

__all__ = ["BOX_HEADS", "KEYPOINT_HEADS", "MASK_HEADS", "box_predictor"]


def box_predictor(settings: Settings) -> dict[str, Tree]:
    """``FastRCNNOutputLayers``, but for the way it tells boxes."""
    own, heads = settings.under("MODEL.ROI_BOX_HEAD"), settings.under("MODEL.ROI_HEADS")
    sigmoid = own["USE_SIGMOID_CE"]
    return {
        "class_agnostic": own["CLS_AGNOSTIC_BBOX_REG"],
        "classification": sigmoid.becoming("sigmoid" if sigmoid.value else "softmax"),
        "federated": _federated(own),
        "box_loss": box_loss(own["BBOX_REG_LOSS_TYPE"], own["SMOOTH_L1_BETA"], own["BBOX_REG_LOSS_WEIGHT"]),
        "score_threshold": heads["SCORE_THRESH_TEST"],
        "nms_threshold": heads["NMS_THRESH_TEST"],
        "detections_per_image": detections_per_image(settings["TEST.DETECTIONS_PER_IMAGE"]),
    }


def conv_fc(settings: Settings) -> Tree:
    """``FastRCNNConvFCHead``."""
    own = settings.under("MODEL.ROI_BOX_HEAD")
    return {
        "type": own["NAME"].becoming("conv-fc"),
        "conv_dims": repeated(own["CONV_DIM"], own["NUM_CONV"]),
        "fc_dims": repeated(own["FC_DIM"], own["NUM_FC"]),
        "norm": norm_between(own["NORM"], own["NUM_CONV"]),
    }


def fcn_masks(settings: Settings) -> Tree:
    """``MaskRCNNConvUpsampleHead``: convolutions, and a deconvolution of the same width."""
    own = settings.under("MODEL.ROI_MASK_HEAD")
    return {
        "type": joined("fcn", own["NAME"], settings["MODEL.MASK_ON"]),
        "conv_dims": repeated(own["CONV_DIM"], own["NUM_CONV"]),
        "deconv_dim": own["CONV_DIM"],
        "norm": norm_between(own["NORM"], own["NUM_CONV"]),
        "class_agnostic": own["CLS_AGNOSTIC_MASK"],
    }


def conv_deconv_keypoints(settings: Settings) -> Tree:
    """``KRCNNConvDeconvUpsampleHead``."""
    own = settings.under("MODEL.ROI_KEYPOINT_HEAD")
    return {
        "type": joined("conv-deconv", own["NAME"], settings["MODEL.KEYPOINT_ON"]),
        "num_keypoints": own["NUM_KEYPOINTS"],
        "conv_dims": own["CONV_DIMS"],
        "loss_weight": own["LOSS_WEIGHT"],
        "static_normaliser": _normaliser(own, settings.under("MODEL.ROI_HEADS")),
    }


BOX_HEADS: Mapping[str, Translator] = {"FastRCNNConvFCHead": conv_fc}
MASK_HEADS: Mapping[str, Translator] = {"MaskRCNNConvUpsampleHead": fcn_masks, "PointRendMaskHead": point_rend_masks}
KEYPOINT_HEADS: Mapping[str, Translator] = {"KRCNNConvDeconvUpsampleHead": conv_deconv_keypoints}


def _federated(boxes: Settings) -> Tree:
    """Some classes of each step, in proportion to how often they are seen."""
    federated, number, power = boxes["USE_FED_LOSS"], boxes["FED_LOSS_NUM_CLASSES"], boxes["FED_LOSS_FREQ_WEIGHT_POWER"]
    if not federated.value:
        return None
    return {"num_classes": joined(number.value, number, federated), "frequency_power": power}


def _normaliser(keypoints: Settings, heads: Settings) -> Setting:
    """What a picture's loss is divided by: keypoints that are visible, or as many as a picture's samples could have."""
    visible = keypoints["NORMALIZE_LOSS_BY_VISIBLE_KEYPOINTS"]
    if visible.value:
        return visible.becoming(None, "left out: the loss is divided by the number of keypoints learned from")
    points, samples, share = keypoints["NUM_KEYPOINTS"], heads["BATCH_SIZE_PER_IMAGE"], heads["POSITIVE_FRACTION"]
    return joined(float(points.value * samples.value * share.value), visible, points, samples, share)
