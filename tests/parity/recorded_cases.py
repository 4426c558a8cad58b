"""The recorded calls of single operations."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

__all__ = ["Case", "cases"]


class Case(NamedTuple):
    """One recorded call of an operation."""

    facts: dict[str, Any]
    given: dict[str, Tensor]
    expected: dict[str, Tensor]


def cases(folder: Path, name: str, **wanted: Any) -> Iterator[Case]:
    """The recorded calls of an operation whose facts are as wanted."""
    with np.load(folder / f"ops/{name}.npz") as arrays:
        tensors = {key: torch.from_numpy(arrays[key]) for key in arrays if key != "meta"}
        facts = json.loads(str(arrays["meta"]))["cases"]
    found = [
        Case(case, _beginning_with(tensors, f"c{index}/in/"), _beginning_with(tensors, f"c{index}/out/"))
        for index, case in enumerate(facts)
        if wanted.items() <= case.items()
    ]
    assert found, f"{name} records nothing with {wanted}"
    yield from found


def _beginning_with(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): x for name, x in tensors.items() if name.startswith(prefix)}
