"""How fast each block of a transformer trunk learns.

Follows Detectron2's ``get_vit_lr_decay_rate``: convolutions at the end of a block learn as fast as the rest of the
model.
"""

import re
from collections.abc import Iterable
from typing import Final

from torch import nn

from detcore.specs import Problem, refuse

__all__ = ["sorted_by_rate"]

Owned = tuple[str, nn.Parameter, nn.Module]

BLOCK: Final = re.compile(r"^backbone\b.*\.blocks\.(\d+)\.(?!residual\.)")
BEFORE_BLOCKS: Final = re.compile(r"^backbone\b.*\.(pos_embed|patch_embed)\b")
POSITIONS: Final = re.compile(r"\.pos_embed$")


def sorted_by_rate(parameters: Iterable[Owned], *, decay: float) -> list[tuple[float, bool, list[Owned]]]:
    """Parameters of equal rate together, fastest first: factor of the rate, whether they are positions, parameters.

    Raises:
        ConfigError: no parameter is one of a transformer's blocks.
    """
    owned = list(parameters)
    numbers = [int(match[1]) for name, *_ in owned if (match := BLOCK.match(name))]
    if not numbers:
        message = "needs a transformer as the trunk: no parameter is named backbone.….blocks.0.… and so on"
        refuse([Problem(message, ("block_decay",))])
    depth = max(numbers) + 1
    sorted_: dict[tuple[int, bool], list[Owned]] = {}
    for one in owned:
        sorted_.setdefault((_steps_from_end(one[0], depth), POSITIONS.search(one[0]) is not None), []).append(one)
    return [(decay**steps, are_positions, sorted_[steps, are_positions]) for steps, are_positions in sorted(sorted_)]


def _steps_from_end(name: str, depth: int) -> int:
    """How many blocks, itself included, a parameter is away from what comes after the last; 0 there."""
    if BEFORE_BLOCKS.match(name):
        return depth + 1
    block = BLOCK.match(name)
    return depth - int(block[1]) if block else 0
