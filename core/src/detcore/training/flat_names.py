"""Nested results as flat names."""

from collections.abc import Mapping
from typing import Any

__all__ = ["flatten"]


def flatten(results: Mapping[str, Any]) -> dict[str, float]:
    """Dotted names to numbers, in the order of the nesting.

    >>> flatten({"bbox": {"AP": 61.0, "per_class": {"circle": 70.0}}})
    {'bbox.AP': 61.0, 'bbox.per_class.circle': 70.0}
    """
    flat: dict[str, float] = {}
    for name, value in results.items():
        if isinstance(value, Mapping):
            flat |= {f"{name}.{inner}": number for inner, number in flatten(value).items()}
        else:
            flat[name] = float(value)
    return flat
