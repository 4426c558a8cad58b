"""Text, numbers and words from a fixed choice, taken as strictly as they are written."""

import math
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, Literal, TypeVar

from detcore.config.structuring.types import found, wanted
from detcore.config.text.nodes import Node
from detcore.plugins import did_you_mean

__all__ = ["RefusedError", "read_choice", "read_scalar"]

T = TypeVar("T")

LARGEST = 2**63 - 1
"""What the machine's whole numbers hold; tensors, seeds and counters are made of those."""


class RefusedError(ValueError):
    """A value is not what it has to be; the message is the sentence about it, without its place."""


def read_scalar(node: Node, hint: type) -> Any:
    """The node's value, which has to be a ``hint`` already: the one conversion is from a whole number to a float.

    Raises:
        RefusedError: it is something else, or a number that no arithmetic could use.
    """
    value: Any = node.value
    if type(value) is int and hint in (int, float):
        _refuse_huge(value)
        return hint(value)
    if type(value) is not hint:
        raise RefusedError(f"must be {wanted(hint)}, not {found(node)}{_advice(node, hint)}")
    if isinstance(value, float) and not math.isfinite(value):
        raise RefusedError(f"must be a finite number, not {value}")
    return value


def read_choice(node: Node, choices: Mapping[Any, T]) -> T:
    """What the node's value stands for among ``choices``.

    Raises:
        RefusedError: it is none of them.
    """
    for value, meaning in choices.items():
        if type(value) is type(node.value) and value == node.value:
            return meaning
    words = [value for value in choices if isinstance(value, str)]
    near = did_you_mean(node.value, words) if isinstance(node.value, str) else ""
    raise RefusedError(f"must be {wanted(Literal[tuple(choices)])}, not {found(node)}{near}")


def _refuse_huge(value: int) -> None:
    if not -LARGEST <= value <= LARGEST:
        raise RefusedError(f"must be at most {LARGEST} in size, not a number of {value.bit_length()} bits")


def _advice(node: Node, hint: type) -> str:
    """What to write instead, where a person would take the value for what is wanted."""
    value = node.value
    if isinstance(value, date | time | datetime):
        return "; put it in quotes if it is meant as text" if hint is str else ""
    if hint is str and isinstance(value, int | float):
        return "; put it in quotes"
    if hint is int and isinstance(value, float) and value.is_integer():
        return f"; write {int(value)}"
    return _advice_about_text(value, hint) if isinstance(value, str) else ""


def _advice_about_text(text: str, hint: type) -> str:
    if hint is bool and text.lower() in {"true", "false"}:
        return f"; write {text.lower()} without quotes"
    if hint is bool and text.lower() in {"yes", "no", "on", "off"}:
        return "; write true or false"
    if hint not in (int, float) or not _is_number(text):
        return ""
    if hint is int:
        return f"; write {text.strip()} without quotes" if text.strip().lstrip("+-").isdigit() else ""
    if not math.isfinite(float(text)):
        return ""
    from detcore.config.text.yaml_traps import spelt_alike  # only ever needed for a mistake

    return f"; write {spelt_alike(float(text)) if 'e' in text.lower() else text.strip()} without quotes"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
