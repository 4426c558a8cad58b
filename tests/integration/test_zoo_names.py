"""Every configuration of the zoo has a file in ``configs/``, whose model has exactly the tensors of its checkpoint."""

import gzip
import json
import re
from functools import cache

import pytest
import torch
from experiments import CONFIGS
from zoo_files import expected_entries, our_name

from detcore.config import load
from detcore.specs import ArchitectureConfig


@pytest.fixture(scope="module")
def manifest(parity_dir):
    with gzip.open(parity_dir / "zoo_manifest.json.gz") as file:
        return json.load(file)


@cache
def tensors_of(config: ArchitectureConfig) -> dict[str, tuple[list[int], str]]:
    """Shape and kind of everything a checkpoint of the model holds."""
    with torch.device("meta"):
        model = config.build()
    parameters = {name for name, _ in model.named_parameters()}
    kinds = {True: "parameter", False: "buffer"}
    return {name: (list(tensor.shape), kinds[name in parameters]) for name, tensor in model.state_dict().items()}


def test_every_configuration_is_expected_unless_its_parts_are_missing(manifest):
    left_out = set(manifest["entries"]) - set(expected_entries(manifest))

    assert len(manifest["entries"]) == 145
    assert {path for path in left_out if not re.search("regnet|mvit|swin|implicit_|pointrend_semantic", path)} == {
        "Misc/torchvision_imagenet_R_50.py"
    }


def test_every_published_checkpoint_fits_its_file_without_renaming(manifest):
    expected = expected_entries(manifest)
    different = []
    for path, entry in expected.items():
        model = load(CONFIGS / our_name(path), compare_parts=False).experiment.model
        published = manifest["state_dicts"][entry["state_dict"]]["tensors"]
        if tensors_of(model) != {name: (shape, kind) for name, shape, kind in published}:
            different.append(path)

    assert len(expected) == 116
    assert different == []


def test_every_file_of_a_published_kind_is_one_of_them(manifest):
    ours = {our_name(path) for path in expected_entries(manifest)}
    folders = {name.partition("/")[0] for name in ours}

    found = {path.relative_to(CONFIGS).as_posix() for folder in folders for path in (CONFIGS / folder).rglob("*.toml")}

    assert found == ours


def test_the_readme_names_the_files_as_they_are(manifest):
    rows = re.findall(r"^\| `([^`]*)` \| `([^`]*)` \|$", (CONFIGS / "README.md").read_text(), flags=re.MULTILINE)

    assert len(rows) >= 8
    assert [(published, our_name(published)) for published, _ in rows] == rows
    assert {published for published, _ in rows} <= set(expected_entries(manifest))
