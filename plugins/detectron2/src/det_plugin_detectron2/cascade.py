"""The stages of a cascade, each stricter than the one before."""

from det_plugin_detectron2.settings import Setting, Settings, Tree
from det_plugin_detectron2.shared_parts import assigner, box_coder

__all__ = ["cascade_stages"]


def cascade_stages(settings: Settings) -> Tree:
    """What ``CascadeROIHeads`` makes of the overlaps and weights of its stages.

    Raises:
        ConfigError: the settings contradict each other, which Detectron2 refuses, too.
    """
    own, heads = settings.under("MODEL.ROI_BOX_CASCADE_HEAD"), settings.under("MODEL.ROI_HEADS")
    overlaps, weights = own["IOUS"], own["BBOX_REG_WEIGHTS"]
    _expect_one_box(settings["MODEL.ROI_BOX_HEAD.CLS_AGNOSTIC_BBOX_REG"])
    _expect_as_many(weights, overlaps)
    _expect_same_start(overlaps, heads["IOU_THRESHOLDS"])
    return [
        {"assigner": _assigner(index, overlaps, heads), "box_coder": box_coder(weights.becoming(weight))}
        for index, weight in enumerate(weights.value)
    ]


def _assigner(stage: int, overlaps: Setting, heads: Settings) -> Tree:
    """Of the first stage it is the one that all ROI heads have."""
    if stage == 0:
        return assigner(heads["IOU_THRESHOLDS"], heads["IOU_LABELS"], low_quality=False)
    return assigner(overlaps.becoming([overlaps.value[stage]]), overlaps.becoming([0, 1]), low_quality=False)


def _expect_one_box(agnostic: Setting) -> None:
    if not agnostic.value:
        raise agnostic.refusal("must be True for CascadeROIHeads, whose stages hand one box on, whatever its class")


def _expect_as_many(weights: Setting, overlaps: Setting) -> None:
    if len(weights.value) != len(overlaps.value) or not overlaps.value:
        counts = f"found {len(weights.value)} and {len(overlaps.value)}"
        raise weights.refusal(f"must have one entry for every stage, as IOUS has; {counts}")


def _expect_same_start(overlaps: Setting, thresholds: Setting) -> None:
    first = thresholds.value[:1]
    if overlaps.value[:1] != first:
        raise overlaps.refusal(f"must begin as MODEL.ROI_HEADS.IOU_THRESHOLDS does, {first}, not {overlaps.value[:1]}")
