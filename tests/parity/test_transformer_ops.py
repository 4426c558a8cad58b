"""The parts of a vision transformer give the reference's numbers."""

import json
from typing import NamedTuple

import numpy as np
import pytest
import torch

from det_plugin_backbones import (
    absolute_positions,
    from_windows,
    into_windows,
    position_bias,
    relative_positions,
    relative_positions_between,
)


class Case(NamedTuple):
    given: dict[str, torch.Tensor]
    expected: dict[str, torch.Tensor]
    facts: dict[str, object]


@pytest.fixture(scope="module")
def cases(parity_dir) -> list[Case]:
    with np.load(parity_dir / "ops/vit_parts.npz") as arrays:
        facts = json.loads(str(arrays["meta"]))["cases"]
        return [
            Case(_tensors(arrays, f"c{index}/in/"), _tensors(arrays, f"c{index}/out/"), case)
            for index, case in enumerate(facts)
        ]


def _tensors(arrays, prefix: str) -> dict[str, torch.Tensor]:
    return {name.removeprefix(prefix): torch.from_numpy(arrays[name]) for name in arrays if name.startswith(prefix)}


def of_kind(cases: list[Case], kind: str) -> list[Case]:
    found = [case for case in cases if case.facts["kind"] == kind]
    assert found, f"no case of {kind} is recorded"
    return found


def test_every_recorded_kind_is_looked_at(cases):
    assert {case.facts["kind"] for case in cases} == {"window", "rel_pos", "decomposed", "abs_pos"}


def test_windows_and_back(cases):
    for case in of_kind(cases, "window"):
        x, side = case.given["x"], case.facts["window_size"]

        windows = into_windows(x, side)

        assert torch.equal(windows, case.expected["windows"])
        assert torch.equal(from_windows(windows, side, like=x), case.expected["restored"])


def test_relative_positions(cases):
    for case in of_kind(cases, "rel_pos"):
        queries, keys = case.facts["q_size"], case.facts["k_size"]

        found = relative_positions_between(case.given["table"], queries=queries, keys=keys)

        torch.testing.assert_close(found, case.expected["y"], rtol=1e-5, atol=1e-6)
        if queries == keys:
            assert torch.equal(relative_positions(case.given["table"], queries), found)


def test_relative_positions_of_rows_and_columns(cases):
    for case in of_kind(cases, "decomposed"):
        rows, columns = case.given["rel_h"], case.given["rel_w"]

        bias = position_bias(case.given["q"][:, None], rows, columns, size=tuple(case.facts["size"]))

        torch.testing.assert_close(case.given["attn"] + bias[:, 0], case.expected["y"], rtol=1e-5, atol=1e-5)


def test_absolute_positions(cases):
    for case in of_kind(cases, "abs_pos"):
        has_class_position, size = case.facts["has_cls_token"], tuple(case.facts["size"])

        found = absolute_positions(case.given["pos"], has_class_position=has_class_position, size=size)

        torch.testing.assert_close(found, case.expected["y"], rtol=1e-5, atol=1e-6)
