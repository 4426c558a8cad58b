"""What a setting's validator allows, in words."""

from collections.abc import Callable, Iterator
from typing import Any

from detcore.config.structuring.limits import limits_of

__all__ = ["allowed_by"]

_SIGNS = {"minimum": ">=", "maximum": "<=", "exclusiveMinimum": ">", "exclusiveMaximum": "<"}


def allowed_by(validator: Callable[..., Any] | None) -> str:
    """``">= 0 and <= 1"``, ``"one of 18, 50"``; empty where a validator of attrs' own says nothing of that kind."""
    return " and ".join(_rules(validator))


def _rules(validator: Callable[..., Any] | None) -> Iterator[str]:
    for keyword, bound in next(iter(limits_of(validator)), {}).items():
        if keyword in _SIGNS:
            yield f"{_SIGNS[keyword]} {bound}"
        elif keyword == "enum":
            yield f"one of {', '.join(map(str, bound))}"
