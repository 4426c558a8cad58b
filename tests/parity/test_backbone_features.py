"""Recorded backbones that take pictures of one size only give the reference's maps."""

from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from recordings import Recording, folders, read_recording
from reference_backbones import backbone, inexpressible_backbone
from torch import Tensor


def is_padded_to_a_square(facts: dict[str, Any]) -> bool:
    return facts["input"].get("square_pad", 0) > 0 and not inexpressible_backbone(facts["backbone"])


SQUARES = folders(is_padded_to_a_square)


def test_no_promised_recording_is_passed_over(parity_dir):
    promised = {"vitdet_relpos_interp", "vitdet_tiny"}

    assert promised <= set(SQUARES)


@pytest.fixture
def recording(request, parity_dir) -> Recording:
    return read_recording(parity_dir / request.param)


@pytest.mark.parametrize("recording", SQUARES, indirect=True)
def test_maps_are_the_references(recording, compare):
    config = backbone(recording.facts["backbone"])
    model = config.build().eval()
    below = {name: weight for name, weight in recording.weights.items() if name.startswith("backbone.")}
    model.load_state_dict({name.removeprefix("backbone."): weight for name, weight in below.items()}, strict=True)

    with torch.no_grad():
        images = batch(recording, side=config.square_side)
        trunk, maps = model.net(images), model(images)

    actual = {f"features/{name}": x.numpy() for name, x in maps.items()}
    for name, x in trunk.items():
        actual[f"bottom_up/{name}/channel_mean"] = x.mean(dim=(0, 2, 3)).numpy()
        actual[f"bottom_up/{name}/channel_std"] = x.std(dim=(0, 2, 3)).numpy()
    groups = ("bottom_up/", "features/")
    expected = {name: array for name, array in recording.expected.items() if name.startswith(groups)}
    assert config.check() == []
    assert compare(expected, actual, allow_missing=False) == []


def batch(recording: Recording, *, side: int) -> Tensor:
    """The recorded pictures, normalised and padded to squares."""
    mean, deviation = (np.reshape(recording.facts["input"][name], (-1, 1, 1)) for name in ("pixel_mean", "pixel_std"))
    count = sum(name.startswith("image") for name in recording.inputs)
    pictures = [torch.from_numpy((recording.inputs[f"image{i}"] - mean) / deviation).float() for i in range(count)]
    return torch.stack([F.pad(x, (0, side - x.shape[2], 0, side - x.shape[1])) for x in pictures])
