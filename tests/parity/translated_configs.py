"""The recorded models' own Detectron2 configs, brought to ours as ``config convert`` does."""

from pathlib import Path

from attrs import evolve

from detcore.config import load
from detcore.jobs.config_translation import translate
from detcore.jobs.translated_text import translated_text
from detcore.specs import ArchitectureConfig, Translation

__all__ = ["CONFIG", "translated", "translated_model", "written"]

CONFIG = "detectron2_config.yaml"

AROUND = {
    "data": {"root": "datasets", "train": {"datasets": [{"type": "shapes"}]}},
    "optimizer": {"type": "sgd", "lr": 0.1},
    "schedule": {"type": "cosine"},
    "training": {"steps": 1},
}
"""The other tables of an experiment, where calls told nothing but a model."""


def translated(config: Path) -> Translation:
    return translate("detectron2", config)


def translated_model(config: Path, folder: Path) -> ArchitectureConfig:
    """The model as it reads back from the file that was written to ``folder``."""
    experiment = load(written(_completed(translated(config)), folder), compare_parts=False).experiment
    assert experiment.model is not None, "a model is what was recorded"
    return experiment.model


def written(translation: Translation, folder: Path) -> Path:
    path = folder / "config.toml"
    path.write_text(translated_text(translation, source=CONFIG), encoding="utf-8")
    return path


def _completed(translation: Translation) -> Translation:
    if not translation.is_partial:
        return translation
    return evolve(translation, values={**AROUND, **translation.values}, is_partial=False)
