"""Detectors of one stage, from the settings under their name."""

from typing import Final

from det_plugin_detectron2.backbones import map_channels
from det_plugin_detectron2.choices import word
from det_plugin_detectron2.class_names import num_classes
from det_plugin_detectron2.proposal_generators import anchors
from det_plugin_detectron2.settings import Setting, Settings, Tree
from det_plugin_detectron2.shared_parts import HEAD_NORMS, assigner, box_coder, box_loss, detections_per_image, repeated

__all__ = ["retinanet_parts"]

LOW_QUALITY: Final = True
"""Every object is learned by the anchor that fits it best, however badly; no key of Detectron2's says so."""


def retinanet_parts(settings: Settings) -> dict[str, Tree]:
    """What ``RetinaNet`` has beside a backbone."""
    own = settings.under("MODEL.RETINANET")
    return {
        "num_classes": num_classes(settings, "MODEL.RETINANET.NUM_CLASSES"),
        "in_features": own["IN_FEATURES"],
        "head": {
            "conv_dims": repeated(_width(settings, own["IN_FEATURES"]), own["NUM_CONVS"]),
            "norm": word(own["NORM"], HEAD_NORMS),
            "prior": own["PRIOR_PROB"],
        },
        "anchors": anchors(settings),
        "box_coder": box_coder(own["BBOX_REG_WEIGHTS"]),
        "assigner": {
            "type": "overlap",
            "assigner": assigner(own["IOU_THRESHOLDS"], own["IOU_LABELS"], low_quality=LOW_QUALITY),
        },
        "focal_alpha": own["FOCAL_LOSS_ALPHA"],
        "focal_gamma": own["FOCAL_LOSS_GAMMA"],
        "box_loss": box_loss(own["BBOX_REG_LOSS_TYPE"], own["SMOOTH_L1_LOSS_BETA"]),
        "selection": {
            "score_threshold": own["SCORE_THRESH_TEST"],
            "topk_candidates": own["TOPK_CANDIDATES_TEST"],
            "nms_threshold": own["NMS_THRESH_TEST"],
            "detections_per_image": detections_per_image(settings["TEST.DETECTIONS_PER_IMAGE"]),
        },
    }


def _width(settings: Settings, features: Setting) -> Setting:
    """The head is as wide as the first map; that of a backbone which nothing offers is taken for a pyramid's."""
    channels = map_channels(settings, features.value[0]) if features.value else None
    return channels or settings["MODEL.FPN.OUT_CHANNELS"]
