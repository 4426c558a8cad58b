"""What to do where a config asks for feature maps that its backbone does not yield."""

import re
from collections.abc import Iterable
from typing import Final

__all__ = ["way_to_levels"]

MOST_ON_TOP: Final = 2
"""Levels that a block on top of a pyramid can add."""


def way_to_levels(missing: Iterable[str], there: Iterable[str]) -> str:
    """A clause for the end of a message, by what the names of maps say: those of pyramids are ``p`` and a number.

    >>> way_to_levels(["p9x"], ["p2"])
    'name some of these'
    """
    wanted, levels = _levels(missing), _levels(there)
    if not levels and wanted:
        remedy = 'put a pyramid over it: type "fpn" over several maps, "simple-feature-pyramid" over one'
    elif any(0 < level - max(levels) <= MOST_ON_TOP for level in wanted):
        remedy = 'have the pyramid add it: as its \'top_block\', "max-pool" adds one level, "p6p7" two'
    elif any(level < min(levels) for level in wanted):
        remedy = (
            "have the pyramid make it: one more map of the trunk in 'in_features' of fpn, a larger one in "
            "'scale_factors' of simple-feature-pyramid"
        )
    else:
        return "name some of these"
    return f"name some of these, or {remedy}"


def _levels(names: Iterable[str]) -> list[int]:
    return [int(found[1]) for name in names if (found := re.fullmatch(r"p(\d+)", name))]
