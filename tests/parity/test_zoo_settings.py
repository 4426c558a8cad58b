"""The model of every file in ``configs/`` is what was published, setting by setting, not only in its tensors."""

import gzip
import json
from collections.abc import Callable, Iterator

import attrs
from experiments import CONFIGS
from reference_dense import dense_detector
from reference_panoptic import panoptic_model
from reference_rcnn import generalized_rcnn, proposal_network
from zoo_facts import in_the_words_of_a_recording
from zoo_files import expected_entries, our_name

from detcore.config import load
from detcore.specs import ArchitectureConfig

MODELS: dict[str, Callable[[dict], ArchitectureConfig]] = {
    "GeneralizedRCNN": generalized_rcnn,
    "ProposalNetwork": proposal_network,
    "RetinaNet": dense_detector,
    "FCOS": dense_detector,
    "SemanticSegmentor": panoptic_model,
    "PanopticFPN": panoptic_model,
}

SAID_OTHERWISE = {
    "res2_out_channels": "left out: those of the kind of block",
    "top_block.in_feature": "left out: the pyramid's coarsest map",
    "proposal_generator.conv_dims": "empty: one convolution, as wide as the maps",
    "drop_path_rate": "a matter of training, which no facts tell",
}
"""Where a file and the facts have two words for one thing; the tensors tell that they are one."""


def differing(ours: object, published: object, path: str = "model") -> Iterator[str]:
    """Every setting with another value, and both values."""
    if attrs.has(type(ours)) and type(ours) is type(published):
        for field in attrs.fields(type(ours)):
            name = field.name
            yield from differing(getattr(ours, name), getattr(published, name), f"{path}.{name}")
    elif ours != published and not path.endswith(tuple(SAID_OTHERWISE)):
        yield f"{path} is {ours!r}, published with {published!r}"


def test_every_setting_of_every_model_is_the_published_one(parity_dir):
    with gzip.open(parity_dir / "zoo_manifest.json.gz") as file:
        manifest = json.load(file)

    found = []
    for path, entry in expected_entries(manifest).items():
        facts = in_the_words_of_a_recording(manifest["architectures"][entry["architecture"]])
        published = MODELS[facts["meta_architecture"]](facts)
        ours = load(CONFIGS / our_name(path), compare_parts=False).experiment.model
        found += [f"{path}: {difference}" for difference in differing(ours, published)]

    assert found == []
