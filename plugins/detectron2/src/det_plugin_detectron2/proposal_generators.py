"""What proposes boxes."""

from collections.abc import Mapping

from det_plugin_detectron2.backbones import map_channels
from det_plugin_detectron2.choices import Translator
from det_plugin_detectron2.settings import Missing, Setting, Settings, Tree, joined
from det_plugin_detectron2.shared_parts import assigner, box_coder, box_loss, grid_anchors

__all__ = ["PROPOSAL_GENERATORS", "anchors"]


def rpn(settings: Settings) -> Tree:
    """``RPN`` with its standard head."""
    own = settings.under("MODEL.RPN")
    if own["HEAD_NAME"].value != "StandardRPNHead":
        return Missing(own["HEAD_NAME"].told, own["HEAD_NAME"], ("MODEL.RPN.",))
    weight, box_weight = own["LOSS_WEIGHT"], own["BBOX_REG_LOSS_WEIGHT"]
    return {
        "type": joined("rpn", settings["MODEL.PROPOSAL_GENERATOR.NAME"], own["HEAD_NAME"]),
        "in_features": own["IN_FEATURES"],
        "conv_dims": _conv_dims(settings),
        "objectness_weight": weight,
        "anchors": anchors(settings),
        "box_coder": box_coder(own["BBOX_REG_WEIGHTS"]),
        "box_loss": box_loss(
            own["BBOX_REG_LOSS_TYPE"],
            own["SMOOTH_L1_BETA"],
            joined(weight.value * box_weight.value, weight, box_weight),
        ),
        "sampling": _sampling(own),
        "selection": _selection(own, settings["MODEL.PROPOSAL_GENERATOR.MIN_SIZE"]),
    }


PROPOSAL_GENERATORS: Mapping[str, Translator] = {"RPN": rpn}


def anchors(settings: Settings) -> Tree:
    """``DefaultAnchorGenerator``."""
    own = settings.under("MODEL.ANCHOR_GENERATOR")
    name = own["NAME"]
    if name.value != "DefaultAnchorGenerator":
        return Missing(name.told, name, own.owned())
    return grid_anchors(name.becoming("grid"), own["SIZES"], own["ASPECT_RATIOS"], own["OFFSET"])


def _sampling(rpn_settings: Settings) -> Tree:
    boundary = rpn_settings["BOUNDARY_THRESH"]
    learns_all = boundary.becoming(None, "left out: anchors beyond the picture are learned from, too")
    return {
        "assigner": assigner(rpn_settings["IOU_THRESHOLDS"], rpn_settings["IOU_LABELS"], low_quality=True),
        "batch_size_per_image": rpn_settings["BATCH_SIZE_PER_IMAGE"],
        "positive_fraction": rpn_settings["POSITIVE_FRACTION"],
        "boundary": boundary if boundary.value >= 0 else learns_all,
    }


def _selection(rpn_settings: Settings, min_size: Setting) -> Tree:
    return {
        "pre_nms_topk_train": rpn_settings["PRE_NMS_TOPK_TRAIN"],
        "pre_nms_topk_test": rpn_settings["PRE_NMS_TOPK_TEST"],
        "post_nms_topk_train": rpn_settings["POST_NMS_TOPK_TRAIN"],
        "post_nms_topk_test": rpn_settings["POST_NMS_TOPK_TEST"],
        "nms_threshold": rpn_settings["NMS_THRESH"],
        "min_box_size": min_size,
    }


def _conv_dims(settings: Settings) -> Tree:
    """Widths of the head's convolutions, -1 being the width of what comes in."""
    dims = settings["MODEL.RPN.CONV_DIMS"]
    features = settings["MODEL.RPN.IN_FEATURES"].value
    channels = map_channels(settings, features[0]) if features else None
    if channels is None:
        return dims.becoming([]) if dims.value == [-1] else dims
    widths: list[int] = []
    for dim in dims.value:
        widths.append((widths or [channels.value])[-1] if dim == -1 else dim)
    return dims.becoming(widths)
