"""Parts that several heads have, each from the settings that describe it."""

from typing import Any, Final

from det_plugin_detectron2.choices import word
from det_plugin_detectron2.settings import Missing, Setting, Tree, joined

__all__ = [
    "HEAD_NORMS",
    "assigner",
    "box_coder",
    "box_loss",
    "detections_per_image",
    "grid_anchors",
    "norm",
    "norm_between",
    "pooler",
    "repeated",
]

NORMS: Final = {
    "": "none",
    "FrozenBN": "frozen-batch",
    "BN": "batch",
    "SyncBN": "sync-batch",
    "naiveSyncBN": "sync-batch",
    "naiveSyncBN_N": "sync-batch",
    "nnSyncBN": "sync-batch",
    "GN": "group",
    "LN": "layer",
}
HEAD_NORMS: Final = {name: ours for name, ours in NORMS.items() if name == "SyncBN" or ours != "sync-batch"}
"""Of a head that is slid over every level: Detectron2 shares the others' statistics among them, and none of these."""

BOX_LOSSES: Final = {"smooth_l1": "smooth-l1", "giou": "giou", "diou": "diou", "ciou": "ciou"}

EVERY_DETECTION: Final = 2**31 - 1
"""More detections than a picture can have."""

MAX_LAYERS: Final = 1000
"""More than any head has; a number beyond it is a slip, which need not fill the memory first."""


def norm(setting: Setting) -> Tree:
    """The norm after a convolution."""
    return word(setting, NORMS)


def norm_between(setting: Setting, convolutions: Setting) -> Tree:
    """The norm after each of a head's convolutions; Detectron2 does not look at it where there are none."""
    if convolutions.value:
        return norm(setting)
    note = f"no norm: there is no convolution that {setting.value} could follow" if setting.value else ""
    return setting.becoming("none", note)


def detections_per_image(setting: Setting) -> Setting:
    """How many of a picture are kept; a negative number keeps all of them."""
    if not isinstance(setting.value, int) or setting.value >= 0:
        return setting
    return setting.becoming(EVERY_DETECTION, "every detection: more than a picture can have")


def assigner(thresholds: Setting, labels: Setting, *, low_quality: bool | Setting) -> Tree:
    """Assignment by overlap."""
    return {
        "type": "iou",
        "thresholds": thresholds,
        "labels": labels,
        "allow_low_quality_matches": low_quality,
    }


def box_coder(weights: Setting) -> dict[str, Tree]:
    """Boxes relative to their anchor or proposal."""
    return {"type": "delta", "weights": weights}


def box_loss(kind: Setting, beta: Setting, weight: Setting | None = None) -> Tree:
    """The loss of box regression; a beta of 0 is plain L1 in both houses, and only smooth L1 reads one."""
    read = beta if kind.value == "smooth_l1" else beta.becoming(None, f"left out: {kind.value} has no beta")
    return {"kind": word(kind, BOX_LOSSES), "beta": read, "weight": weight}


def pooler(kind: Setting, size: Setting, sampling_ratio: Setting) -> dict[str, Tree] | Missing:
    """ROIAlign, whose second version takes half-pixels into account, or the older ROIPool."""
    if kind.value == "ROIPool":
        unread = sampling_ratio.becoming(None, "left out: ROIPool reads every cell of a bin")
        return {"type": kind.becoming("roi-pool"), "output_size": size, "sampling_ratio": unread}
    if kind.value not in ("ROIAlign", "ROIAlignV2"):
        return Missing(kind.told, kind)
    return {
        "type": kind.becoming("roi-align"),
        "output_size": size,
        "sampling_ratio": sampling_ratio,
        "aligned": kind.becoming(kind.value == "ROIAlignV2"),
    }


def grid_anchors(kind: Setting | str, sizes: Setting, aspect_ratios: Setting, offset: Setting) -> Tree:
    """Anchors on a grid; one plain list of sizes or ratios serves every level."""
    return {
        "type": kind,
        "sizes": sizes.becoming(_by_level(sizes.value)),
        "aspect_ratios": aspect_ratios.becoming(_by_level(aspect_ratios.value)),
        "offset": offset,
    }


def repeated(value: Setting, times: Setting) -> Setting:
    """As many layers of one width as another setting says."""
    if not 0 <= times.value <= MAX_LAYERS:
        raise times.refusal(f"must be a number of layers from 0 to {MAX_LAYERS}, not {times.value}")
    return joined([value.value] * times.value, value, times)


def _by_level(levels: list[Any]) -> list[Any]:
    return levels if all(isinstance(level, list) for level in levels) else [levels]
