"""The recorded models' own Detectron2 configs become configs of ours that build the same models."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from attrs import evolve
from recorded_arrays import beginning_with
from recordings import folders, model_inputs, read_recording
from reference_backbones import Facts
from reference_dense import dense_detector, inexpressible_dense
from reference_rcnn import generalized_rcnn, inexpressible, proposal_network
from test_rcnn_models import inference_arrays

from det_plugin_detectron2.schema import defaults
from detcore.config import load
from detcore.jobs.config_translation import report_lines, translate
from detcore.jobs.translated_text import translated_text
from detcore.specs import ArchitectureConfig, DataSpec, Translation

REFERENCES: dict[str, Callable[[Facts], ArchitectureConfig]] = {
    "FCOS": dense_detector,
    "GeneralizedRCNN": generalized_rcnn,
    "ProposalNetwork": proposal_network,
    "RetinaNet": dense_detector,
}
"""From facts to the expected config, by the recorded architecture."""


def is_expressible(facts: Facts) -> bool:
    return facts["meta_architecture"] == "ProposalNetwork" or not inexpressible(facts) or not inexpressible_dense(facts)


FOLDERS = folders(lambda _: True)
EXPRESSIBLE = folders(is_expressible)
PROMISED = {
    "cascade_mask_rcnn_r50_fpn",
    "fcos_r50_fpn",
    "keypoint_rcnn_r50_fpn",
    "mask_rcnn_r50_c4",
    "mask_rcnn_r50_fpn",
    "retinanet_r50_fpn",
    "rpn_only",
}
CONFIG = "detectron2_config.yaml"


class TextLoader(yaml.SafeLoader):
    """Takes what stands under a Python tag as the text that it is."""


TextLoader.add_multi_constructor("tag:yaml.org,2002:python/", lambda _loader, suffix, _node: suffix)


@pytest.fixture
def config(request, parity_dir) -> Path:
    return parity_dir / request.param / CONFIG


def translated(config: Path) -> Translation:
    return translate("detectron2", config)


def written(translation: Translation, folder: Path) -> Path:
    path = folder / "config.toml"
    path.write_text(translated_text(translation, source=CONFIG), encoding="utf-8")
    return path


def completed(translation: Translation, parity_dir: Path) -> Translation:
    """With the tables of another config around the model, where calls told nothing but a model."""
    if not translation.is_partial:
        return translation
    around = translated(parity_dir / "mask_rcnn_r50_fpn" / CONFIG).values
    return evolve(translation, values={**around, **translation.values}, is_partial=False)


def leaves(value: object, key: str = "") -> list[str]:
    """Dotted keys of all values, lists of tables counted."""
    if isinstance(value, dict):
        entries = value.items()
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        entries = enumerate(value)
    else:
        return [key]
    return [leaf for step, entry in entries for leaf in leaves(entry, f"{key}.{step}".lstrip("."))]


@pytest.mark.parametrize("config", FOLDERS, indirect=True)
def test_every_recorded_config_converts_and_each_of_its_keys_is_accounted_for(config):
    stored = leaves(yaml.load(config.read_text(encoding="utf-8"), TextLoader))

    translation = translated(config)

    told = {key.key: key for key in translation.keys if key.file}
    assert sorted(told) == sorted(stored)
    assert [key.key for key in told.values() if not key.paths and not key.reason] == []
    assert len([line for line in report_lines(translation) if str(config) in line]) >= len(stored)


@pytest.mark.parametrize("config", FOLDERS, indirect=True)
def test_what_was_written_reads_back_as_far_as_it_goes(config, tmp_path):
    translation = translated(config)

    path = written(translation, tmp_path)

    if not translation.missing and not translation.is_partial:
        assert load(path, compare_parts=False).experiment.data.root == "datasets"
    assert all(f"{part.path[-1]}: {part.what}" in path.read_text(encoding="utf-8") for part in translation.missing)


@pytest.mark.parametrize("config", EXPRESSIBLE, indirect=True)
def test_a_model_that_can_be_expressed_is_converted_whole(config, parity_dir, tmp_path):
    translation = completed(translated(config), parity_dir)

    assert [part for part in translation.missing if part.path[0] == "model"] == []
    model = load(written(translation, tmp_path), compare_parts=False).experiment.model
    facts = read_recording(config.parent).facts
    assert unambiguous(model) == unambiguous(REFERENCES[facts["meta_architecture"]](facts))


def unambiguous(model: ArchitectureConfig) -> ArchitectureConfig:
    """With one class boxes are of that class and of any at once; facts, taken from the model, cannot tell which."""
    heads = getattr(model, "roi_heads", None)
    if heads is None or heads.num_classes != 1:
        return model
    return evolve(model, roi_heads=evolve(heads, box_predictor=evolve(heads.box_predictor, class_agnostic=True)))


def test_every_kind_of_model_is_among_those_that_can_be_expressed(parity_dir):
    assert sorted(PROMISED - {*EXPRESSIBLE}) == []


def test_a_converted_model_gives_the_references_numbers(parity_dir, tmp_path, compare):
    recording = read_recording(parity_dir / "faster_rcnn_giou")
    path = written(translated(parity_dir / "faster_rcnn_giou" / CONFIG), tmp_path)
    model_config = load(path, compare_parts=False).experiment.model
    assert model_config.check(DataSpec()) == []
    model = model_config.build().eval()
    model.load_state_dict(recording.weights, strict=True)

    actual = inference_arrays(model, model_inputs(recording.inputs), recording.facts)

    assert compare(beginning_with(recording.expected, "train", wanted=False), actual, allow_missing=False) == []


def test_a_model_that_cannot_be_expressed_is_named(parity_dir):
    for folder in sorted({*FOLDERS} - {*EXPRESSIBLE}):
        assert translated(parity_dir / folder / CONFIG).missing, folder


def test_the_stored_defaults_are_every_key_there_is(parity_dir):
    recorded = yaml.safe_load((parity_dir / "mask_rcnn_r50_fpn" / CONFIG).read_text(encoding="utf-8"))

    assert sorted(leaves(recorded)) == sorted(defaults())
