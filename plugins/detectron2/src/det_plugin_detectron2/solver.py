"""How the model learns: ``[optimizer]``, ``[schedule]`` and ``[training]``."""

from collections.abc import Mapping
from typing import Final

from det_plugin_detectron2.choices import Translator, chosen
from det_plugin_detectron2.settings import Missing, Setting, Settings, Tree, joined

__all__ = ["SCHEDULES", "optimizer", "schedule", "training"]

MAX_DECAYS: Final = 1000
"""More than any schedule has."""


def optimizer(settings: Settings) -> Tree:
    """``SGD``, the only one that Detectron2's own configs have."""
    own = settings.under("SOLVER")
    if (name := own.get("OPTIMIZER", "SGD")).value != "SGD":
        return Missing(f"optimizer {name.told}", name, ("SOLVER.BASE_LR", "SOLVER.WEIGHT_DECAY", "SOLVER.MOMENTUM"))
    return {
        "type": "sgd",
        "lr": own["BASE_LR"],
        "momentum": own["MOMENTUM"],
        "nesterov": own["NESTEROV"],
        "weight_decay": own["WEIGHT_DECAY"],
        "weight_decay_norm": own["WEIGHT_DECAY_NORM"],
        "weight_decay_bias": own["WEIGHT_DECAY_BIAS"],
        "lr_factor_bias": own["BIAS_LR_FACTOR"],
    }


def schedule(settings: Settings) -> Tree:
    """The learning rate's course."""
    owns = ("SOLVER.WARMUP_", "SOLVER.STEPS", "SOLVER.GAMMA", "SOLVER.BASE_LR_END", "SOLVER.POLY_LR_")
    rescaled = settings["SOLVER.RESCALE_INTERVAL"]
    if rescaled.value and settings["SOLVER.WARMUP_ITERS"].value:
        return Missing("a schedule that begins after warm-up (SOLVER.RESCALE_INTERVAL)", rescaled, owns)
    return chosen(settings, "SOLVER.LR_SCHEDULER_NAME", SCHEDULES, owns=owns)


def multi_step(settings: Settings) -> Tree:
    """``WarmupMultiStepLR``: milestones as fractions of the run, so that its length can be changed."""
    steps, length = settings["SOLVER.STEPS"], _length(settings)
    kept = [step for step in steps.value if step < length.value]
    note = "fractions of the run"
    if kept != steps.value:
        note = f"fractions of the run; steps from MAX_ITER ({length.value}) on never come"
    return {
        "type": _scheduler(settings, "multi-step"),
        "milestones": joined([step / length.value for step in kept], steps, length, note=note),
        "gamma": settings["SOLVER.GAMMA"],
        **_warmup(settings),
    }


def cosine(settings: Settings) -> Tree:
    """``WarmupCosineLR``."""
    start, end = settings["SOLVER.BASE_LR"], settings["SOLVER.BASE_LR_END"]
    if not start.value > 0:
        raise start.refusal(f"must be above 0, not {start.value}")
    return {
        "type": _scheduler(settings, "cosine"),
        "end_factor": joined(end.value / start.value, end, start),
        **_warmup(settings),
    }


def fixed_gamma(settings: Settings) -> Tree:
    """``WarmupStepWithFixedGammaLR``: drops evenly spread over the run."""
    drops = settings["SOLVER.NUM_DECAYS"]
    if not 0 <= drops.value <= MAX_DECAYS:
        raise drops.refusal(f"must be a number of drops from 0 to {MAX_DECAYS}, not {drops.value}")
    return {
        "type": _scheduler(settings, "multi-step"),
        "milestones": drops.becoming([index / (drops.value + 1) for index in range(1, drops.value + 1)]),
        "gamma": settings["SOLVER.GAMMA"],
        **_warmup(settings),
    }


SCHEDULES: Mapping[str, Translator] = {
    "WarmupMultiStepLR": multi_step,
    "WarmupCosineLR": cosine,
    "WarmupStepWithFixedGammaLR": fixed_gamma,
}


def training(settings: Settings) -> Tree:
    """The table ``[training]``."""
    own = settings.under("SOLVER")
    half, device = own["AMP.ENABLED"], settings["MODEL.DEVICE"]
    precise = settings["TEST.PRECISE_BN.ENABLED"]
    return {
        "steps": _length(settings),
        "batch_size": own["IMS_PER_BATCH"],
        "precision": half.becoming("float16" if half.value else "float32"),
        "device": device if device.sources[0].file else None,
        "clip_gradients": _clipping(own),
        "checkpoint_every_steps": own["CHECKPOINT_PERIOD"],
        "hooks": [Missing("precise batch norm (TEST.PRECISE_BN.ENABLED)", precise, ("TEST.PRECISE_BN.",))]
        if precise.value
        else None,
    }


def _length(settings: Settings) -> Setting:
    length = settings["SOLVER.MAX_ITER"]
    if length.value < 1:
        raise length.refusal(f"must be at least 1, not {length.value}")
    return length


def _scheduler(settings: Settings, name: str) -> Setting:
    return settings["SOLVER.LR_SCHEDULER_NAME"].becoming(name)


def _warmup(settings: Settings) -> Mapping[str, Tree]:
    own = settings.under("SOLVER")
    return {
        "warmup_steps": own["WARMUP_ITERS"],
        "warmup_factor": own["WARMUP_FACTOR"],
        "warmup_method": own["WARMUP_METHOD"],
    }


def _clipping(solver: Settings) -> Tree:
    """The norm of all gradients together; Detectron2's own kinds clip each value or each parameter by itself."""
    clip = solver.under("CLIP_GRADIENTS")
    enabled, kind, norm = clip["ENABLED"], clip["CLIP_TYPE"], clip["NORM_TYPE"]
    if not enabled.value:
        return None
    if (kind.value, norm.value) != ("full_model", 2.0):
        what = f"clipping of gradients by {kind.value!r} (SOLVER.CLIP_GRADIENTS)"
        return Missing(what, joined(None, enabled, kind), ("SOLVER.CLIP_GRADIENTS.",))
    return joined(clip["CLIP_VALUE"].value, clip["CLIP_VALUE"], enabled, kind, norm)
