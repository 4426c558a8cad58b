"""Norms, alone and folded into a convolution, and deformable convolutions give the reference's numbers."""

import json
from typing import NamedTuple

import numpy as np
import pytest
import torch

from det_plugin_backbones import ConvNorm, DeformableConvNorm, FrozenBatchNorm2d, Norm, norm_layer


class Case(NamedTuple):
    given: dict[str, torch.Tensor]
    expected: dict[str, torch.Tensor]
    facts: dict[str, object]


@pytest.fixture(scope="module")
def cases(parity_dir) -> dict[str, Case]:
    """The recorded cases by kind."""
    with np.load(parity_dir / "ops/norms.npz") as arrays:
        facts = json.loads(str(arrays["meta"]))["cases"]
        return {
            case["kind"]: Case(_tensors(arrays, f"c{index}/in/"), _tensors(arrays, f"c{index}/out/"), case)
            for index, case in enumerate(facts)
        }


def _tensors(arrays, prefix: str) -> dict[str, torch.Tensor]:
    return {name.removeprefix(prefix): torch.from_numpy(arrays[name]) for name in arrays if name.startswith(prefix)}


def frozen_convolution(case: Case) -> ConvNorm:
    out_channels, in_channels, kernel_size, _ = case.given["conv_weight"].shape
    conv = ConvNorm(in_channels, out_channels, kernel_size=kernel_size, norm=FrozenBatchNorm2d)
    conv.weight.data = case.given["conv_weight"]
    conv.norm.load_state_dict({name: case.given[name] for name in conv.norm.state_dict()})
    return conv


def test_frozen_batch_norm_and_its_folding(cases):
    case = cases["frozen_bn"]
    conv = frozen_convolution(case)

    y = conv(case.given["x"])

    assert conv.norm.eps == case.facts["eps"]
    torch.testing.assert_close(y, case.expected["y"], rtol=1e-5, atol=1e-5)


def test_frozen_batch_norm_after_an_ordinary_convolution(cases):
    case = cases["frozen_bn"]
    conv = frozen_convolution(case)

    y = conv.norm(torch.nn.functional.conv2d(case.given["x"], conv.weight, padding=conv.padding))

    torch.testing.assert_close(y, case.expected["y"], rtol=1e-5, atol=1e-5)


def test_a_folded_weight_and_bias_are_the_recorded_ones(cases):
    case = cases["frozen_bn"]
    plain = ConvNorm(4, 6, kernel_size=3, norm=None)
    plain.load_state_dict({"weight": case.expected["folded_weight"], "bias": case.expected["folded_bias"]})

    torch.testing.assert_close(frozen_convolution(case)(case.given["x"]), plain(case.given["x"]), rtol=1e-5, atol=1e-5)


def test_group_norm(cases):
    case = cases["group_norm"]
    norm = norm_layer(Norm.GROUP)(case.given["x"].shape[1])
    norm.load_state_dict({"weight": case.given["weight"], "bias": case.given["bias"]})

    y = norm(case.given["x"])

    assert (norm.num_groups, norm.eps) == (case.facts["groups"], case.facts["eps"])
    torch.testing.assert_close(y, case.expected["y"], rtol=1e-5, atol=1e-5)


def test_layer_norm_over_channels(cases):
    case = cases["layer_norm_channels"]
    norm = norm_layer(Norm.LAYER)(case.given["x"].shape[1])
    norm.load_state_dict({"weight": case.given["weight"], "bias": case.given["bias"]})

    y = norm(case.given["x"])

    torch.testing.assert_close(y, case.expected["y"], rtol=1e-5, atol=1e-5)


def test_deformable_convolution(parity_dir):
    with np.load(parity_dir / "ops/deform_conv.npz") as arrays:
        for index, facts in enumerate(json.loads(str(arrays["meta"]))["cases"]):
            given, expected = _tensors(arrays, f"c{index}/in/"), _tensors(arrays, f"c{index}/out/")
            conv = deformable_convolution(given["weight"], facts)

            y = conv(given["x"], given["offset"], None)

            assert conv.padding == facts["padding"]
            torch.testing.assert_close(y, expected["y"], rtol=1e-5, atol=1e-5)


def deformable_convolution(weight: torch.Tensor, facts: dict[str, int]) -> DeformableConvNorm:
    out_channels, in_channels, kernel_size, _ = weight.shape
    options = {name: facts[name] for name in ("stride", "dilation", "groups")}
    conv = DeformableConvNorm(
        in_channels * facts["groups"], out_channels, kernel_size=kernel_size, norm=None, **options
    )
    conv.load_state_dict({"weight": weight})
    return conv
