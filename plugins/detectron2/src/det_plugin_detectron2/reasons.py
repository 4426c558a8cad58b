"""Why a key of Detectron2 has no place in an experiment."""

from collections.abc import Mapping
from typing import Final

from det_plugin_detectron2.schema import defaults, projects_of, unknown_key
from det_plugin_detectron2.settings import Settings, Source

__all__ = ["matters_in", "reason_in"]

REASONS: Final[Mapping[str, str]] = {
    "MODEL.WEIGHTS": "an address, which nothing fetches yet: save the file and name it in weights.path",
    "VERSION": "the version of Detectron2's own keys",
    "MODEL.DEVICE": "left to training.device, which takes a GPU where there is one",
    "MODEL.ANCHOR_GENERATOR.ANGLES": "for rotated boxes",
    "INPUT.MASK_FORMAT": "masks are learned as the dataset stores them, polygons as polygons and bitmaps as bitmaps",
    "INPUT.RANDOM_FLIP": "no flip",
    "SOLVER.REFERENCE_WORLD_SIZE": "rescales batch size, learning rate and length by the number of GPUs; here they stay"
    " what they say, for all GPUs together",
    "SOLVER.RESCALE_INTERVAL": "without effect here: a schedule is told in fractions of the whole run",
    "TEST.EVAL_PERIOD": "in steps; here in epochs: evaluation.every_epochs = EVAL_PERIOD * IMS_PER_BATCH / pictures",
    "TEST.EXPECTED_RESULTS": "results are not compared with expected ones",
    "TEST.KEYPOINT_OKS_SIGMAS": "read for keypoints alone, and where empty left to the dataset",
    "SEED": "negative, which draws a new seed each time; here a run's seed is 0 unless run.seed says otherwise",
    "CUDNN_BENCHMARK": "a switch of the GPU's libraries, without effect on what is computed",
    "FLOAT32_PRECISION": "a switch of the GPU's libraries; call torch.set_float32_matmul_precision where it is wanted",
    "VIS_PERIOD": "pictures are drawn at evaluations: evaluation.pictures",
    "GLOBAL.HACK": "for experiments with Detectron2's own code",
}

_CONSEQUENTIAL: Final = {"MODEL.WEIGHTS", "TEST.EVAL_PERIOD", "FLOAT32_PRECISION", "SOLVER.REFERENCE_WORLD_SIZE"}
"""Those of these that training or evaluation is another without."""

_SWITCHES: Final[Mapping[str, str]] = {
    "MODEL.ROI_MASK_HEAD.": "MODEL.MASK_ON",
    "MODEL.ROI_KEYPOINT_HEAD.": "MODEL.KEYPOINT_ON",
    "INPUT.CROP.": "INPUT.CROP.ENABLED",
    "SOLVER.CLIP_GRADIENTS.": "SOLVER.CLIP_GRADIENTS.ENABLED",
    "TEST.AUG.": "TEST.AUG.ENABLED",
    "TEST.PRECISE_BN.": "TEST.PRECISE_BN.ENABLED",
    "MODEL.ROI_BOX_HEAD.FED_LOSS_": "MODEL.ROI_BOX_HEAD.USE_FED_LOSS",
    "MODEL.RESNETS.DEFORM_": "MODEL.RESNETS.DEFORM_ON_PER_STAGE",
    "DATASETS.P": "MODEL.LOAD_PROPOSALS",
}
"""Keys that are only read while another is on."""

_CHOSEN: Final[Mapping[str, str]] = {
    "MODEL.RETINANET.": "MODEL.META_ARCHITECTURE",
    "MODEL.SEM_SEG_HEAD.": "MODEL.META_ARCHITECTURE",
    "MODEL.PANOPTIC_FPN.": "MODEL.META_ARCHITECTURE",
    "MODEL.RPN.": "MODEL.META_ARCHITECTURE",
    "TEST.DETECTIONS_PER_IMAGE": "MODEL.META_ARCHITECTURE",
    "MODEL.PROPOSAL_GENERATOR.": "MODEL.META_ARCHITECTURE",
    "MODEL.FPN.": "MODEL.BACKBONE.NAME",
    "SOLVER.": "SOLVER.LR_SCHEDULER_NAME",
    "DATALOADER.REPEAT_": "DATALOADER.SAMPLER_TRAIN",
}
"""Keys that are only read where another has a certain value."""

_HAVING_ROI_HEADS: Final = {"GeneralizedRCNN", "PanopticFPN"}


def reason_in(settings: Settings, source: Source, awaited: str) -> str:
    """Why a key of this config went nowhere; ``awaited`` is the missing thing it belongs to, if any."""
    key = source.key
    if key not in defaults() and not projects_of(key):
        return unknown_key(key)
    if awaited:
        return f"waits for {awaited}, which nothing installed offers"
    return _of_project(key) if key not in defaults() else _of_known(settings, key)


def matters_in(settings: Settings, source: Source, awaited: str) -> bool:
    """Whether training or evaluation would be another if a key that went nowhere had gone somewhere."""
    key = source.key
    if awaited or key not in defaults():
        return True
    if key == "INPUT.MASK_FORMAT":
        return bool(source.value != "polygon")
    return key in _CONSEQUENTIAL and not _is_off(settings, key)


def _of_known(settings: Settings, key: str) -> str:
    if _is_off(settings, key):
        return "off" if settings[key].value is False else "nothing is asked for"
    if key in REASONS:
        return REASONS[key]
    for beginning, switch in _SWITCHES.items():
        if key.startswith(beginning) and _is_off(settings, switch):
            return f"not read: {switch} is off"
    for beginning, choice in {**_CHOSEN, "MODEL.ROI_": _chooser_of_heads(settings)}.items():
        if key.startswith(beginning):
            return f"not read: {choice} is {settings[choice].value}"
    return "not read by what this config chooses"


def _chooser_of_heads(settings: Settings) -> str:
    """What decides that a setting of ROI heads is not read: their kind, or a model that has none."""
    has_heads = settings["MODEL.META_ARCHITECTURE"].value in _HAVING_ROI_HEADS
    return "MODEL.ROI_HEADS.NAME" if has_heads else "MODEL.META_ARCHITECTURE"


def _of_project(key: str) -> str:
    return f"belongs to {' and '.join(projects_of(key))}, beside Detectron2 itself"


def _is_off(settings: Settings, switch: str) -> bool:
    value = settings[switch].value
    return not (any(value) if isinstance(value, list) else value)
