"""What a setting's validator allows, in words."""

from collections.abc import Iterator
from typing import Any

__all__ = ["allowed_by"]


def allowed_by(validator: Any) -> str:
    """``">= 0 and <= 1"``, ``"one of 18, 50"``; empty where a validator of attrs' own says nothing of that kind."""
    return " and ".join(_rules(validator))


def _rules(validator: Any) -> Iterator[str]:
    # attrs has no public way to ask; where it renames something, the words are left out.
    for inner in getattr(validator, "_validators", ()):
        yield from _rules(inner)
    if hasattr(validator, "validator"):
        yield from _rules(validator.validator)
    if hasattr(validator, "compare_op"):
        yield f"{validator.compare_op} {validator.bound}"
    if hasattr(validator, "options"):
        yield f"one of {', '.join(map(str, validator.options))}"
