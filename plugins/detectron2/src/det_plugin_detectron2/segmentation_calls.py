"""Models with a semantic head, spelt out as calls."""

from det_plugin_detectron2.choices import Translator
from det_plugin_detectron2.part_calls import pixels
from det_plugin_detectron2.settings import Setting, Settings, Tree, joined
from det_plugin_detectron2.shared_parts import norm
from det_plugin_detectron2.yaml_document import TARGET_KEY

__all__ = ["panoptic_fpn", "semantic_fpn_head", "semantic_segmentor"]


def semantic_segmentor(settings: Settings, *, called: Translator) -> Tree:
    """``SemanticSegmentor``."""
    return {
        "type": settings[TARGET_KEY].becoming("semantic-fpn"),
        **pixels(settings),
        "backbone": called(settings.under("backbone")),
        "sem_seg_head": called(settings.under("sem_seg_head")),
    }


def panoptic_fpn(settings: Settings, *, called: Translator) -> Tree:
    """``PanopticFPN``."""
    return {
        "type": settings[TARGET_KEY].becoming("panoptic-fpn"),
        **pixels(settings),
        "backbone": called(settings.under("backbone")),
        "proposal_generator": called(settings.under("proposal_generator")),
        "roi_heads": called(settings.under("roi_heads")),
        "sem_seg_head": called(settings.under("sem_seg_head")),
        "merging": {
            "overlap_threshold": settings.get("combine_overlap_thresh", 0.5),
            "stuff_area_limit": settings.get("combine_stuff_area_thresh", 4096),
            "instance_score_threshold": settings.get("combine_instances_score_thresh", 0.5),
        },
    }


def semantic_fpn_head(settings: Settings) -> Tree:
    """``SemSegFPNHead``; what it looks at are the maps whose shapes it is told."""
    ignored = settings.get("ignore_value", -1)
    return {
        "type": settings[TARGET_KEY].becoming("fpn"),
        "num_classes": settings["num_classes"],
        "in_features": _in_features(settings.under("input_shape")),
        "conv_dims": settings["conv_dims"],
        "common_stride": settings["common_stride"],
        "norm": norm(_norm(settings)),
        "loss_weight": settings.get("loss_weight", 1.0),
        "ignore_value": ignored if ignored.value != -1 else ignored.becoming(None, "left out: 255, as in our maps"),
    }


def _in_features(shapes: Settings) -> Setting:
    """Finest first, as Detectron2 sorts them."""
    strides = {key.removesuffix(".stride"): shapes[key] for key in shapes if key.endswith(".stride")}
    names = sorted(strides, key=lambda name: strides[name].value)
    return joined(names, *(strides[name] for name in names))


def _norm(settings: Settings) -> Setting:
    """The norm, of which a call may say that there is none in two ways."""
    told = settings.get("norm", None)
    return told.becoming("") if told.value is None else told
