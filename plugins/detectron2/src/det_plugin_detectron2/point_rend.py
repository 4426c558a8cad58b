"""The mask head of the project PointRend."""

from det_plugin_detectron2.schema import with_project
from det_plugin_detectron2.settings import Missing, Setting, Settings, Tree, joined
from det_plugin_detectron2.shared_parts import repeated

__all__ = ["point_rend_masks", "point_rend_pooler"]


def point_rend_masks(settings: Settings) -> Tree:
    """``PointRendMaskHead``: coarse masks, refined at points.

    Raises:
        ConfigError: the settings contradict each other, which PointRend refuses, too.
    """
    whole = with_project(settings, "PointRend")
    own, points = whole.under("MODEL.ROI_MASK_HEAD"), whole.under("MODEL.POINT_HEAD")
    if not (refines := own["POINT_HEAD_ON"]).value:
        return Missing("coarse masks without points (MODEL.ROI_MASK_HEAD.POINT_HEAD_ON)", refines)
    if (name := points["NAME"]).value != "StandardPointHead":
        return Missing(name.told, name, points.owned())
    return {
        "type": joined("point-rend", own["NAME"], settings["MODEL.MASK_ON"], refines, name),
        "coarse_conv_dim": own["CONV_DIM"],
        "coarse_fc_dims": repeated(own["FC_DIM"], own["NUM_FC"]),
        "coarse_side": own["OUTPUT_SIDE_RESOLUTION"],
        "in_features": points["IN_FEATURES"],
        "point_fc_dims": repeated(points["FC_DIM"], points["NUM_FC"]),
        "coarse_in_every_layer": points["COARSE_PRED_EACH_LAYER"],
        "class_agnostic": points["CLS_AGNOSTIC_MASK"],
        "classes": _as_many(points["NUM_CLASSES"], settings["MODEL.ROI_HEADS.NUM_CLASSES"]),
        "sampling": {
            "num_points": points["TRAIN_NUM_POINTS"],
            "oversampling": points["OVERSAMPLE_RATIO"],
            "uncertain_fraction": points["IMPORTANCE_SAMPLE_RATIO"],
        },
        "subdivision_steps": points["SUBDIVISION_STEPS"],
        "subdivision_points": points["SUBDIVISION_NUM_POINTS"],
    }


def point_rend_pooler(settings: Settings) -> Tree:
    """What coarse masks are made from: a grid of points in some maps, whatever the size of the box."""
    own = with_project(settings, "PointRend").under("MODEL.ROI_MASK_HEAD")
    chosen, pooled = own["IN_FEATURES"], settings["MODEL.ROI_HEADS.IN_FEATURES"]
    if unknown := [name for name in chosen.value if name not in pooled.value]:
        raise chosen.refusal(f"must be among MODEL.ROI_HEADS.IN_FEATURES, {pooled.value}, and {unknown[0]!r} is not")
    return {
        "type": "point-grid",
        "output_size": own["POOLER_RESOLUTION"],
        "levels": chosen.becoming([pooled.value.index(name) for name in chosen.value]),
    }


def _as_many(classes: Setting, wanted: Setting) -> Setting:
    """Accounts for the number of classes, of which our head is told by the heads around it."""
    if classes.value != wanted.value:
        raise classes.refusal(f"must be as many as MODEL.ROI_HEADS.NUM_CLASSES, {wanted.value}, not {classes.value}")
    return classes.becoming(None, "left out: as many as the ROI heads have")
