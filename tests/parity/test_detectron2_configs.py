"""The recorded models' own Detectron2 configs are read to the last key."""

from pathlib import Path

import pytest
import yaml
from recordings import folders
from translated_configs import CONFIG, translated, written

from det_plugin_detectron2.schema import defaults
from detcore.config import load
from detcore.jobs.config_translation import report_lines


class TextLoader(yaml.SafeLoader):
    """Takes what stands under a Python tag as the text that it is."""


TextLoader.add_multi_constructor("tag:yaml.org,2002:python/", lambda _loader, suffix, _node: suffix)


@pytest.fixture
def config(request, parity_dir) -> Path:
    return parity_dir / request.param / CONFIG


def leaves(value: object, key: str = "") -> list[str]:
    """Dotted keys of all values, lists of tables counted."""
    if isinstance(value, dict):
        entries = value.items()
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        entries = enumerate(value)
    else:
        return [key]
    return [leaf for step, entry in entries for leaf in leaves(entry, f"{key}.{step}".lstrip("."))]


@pytest.mark.parametrize("config", folders(lambda _: True), indirect=True)
def test_every_recorded_config_converts_and_each_of_its_keys_is_accounted_for(config):
    stored = leaves(yaml.load(config.read_text(encoding="utf-8"), TextLoader))

    translation = translated(config)

    told = {key.key: key for key in translation.keys if key.file}
    assert sorted(told) == sorted(stored)
    assert [key.key for key in told.values() if not key.paths and not key.reason] == []
    assert len([line for line in report_lines(translation, defaults=True) if str(config) in line]) >= len(stored)


@pytest.mark.parametrize("config", folders(lambda _: True), indirect=True)
def test_what_was_written_reads_back_as_far_as_it_goes(config, tmp_path):
    translation = translated(config)

    path = written(translation, tmp_path)

    if not translation.missing and not translation.is_partial:
        assert load(path, compare_parts=False).experiment.data.root == "datasets"
    assert all(f"{part.path[-1]}: {part.what}" in path.read_text(encoding="utf-8") for part in translation.missing)


@pytest.mark.parametrize("config", folders(lambda facts: facts["d2_config_kind"] == "yacs")[:1], indirect=True)
def test_the_stored_defaults_are_every_key_there_is(config):
    recorded = yaml.safe_load(config.read_text(encoding="utf-8"))

    assert sorted(defaults()) == sorted({*leaves(recorded)} & {*defaults()})
