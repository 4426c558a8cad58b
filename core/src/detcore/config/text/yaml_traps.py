"""Plain YAML words that two versions of YAML read differently.

PyYAML reads YAML 1.1 (https://yaml.org/type/), most other tools and most people YAML 1.2's core schema
(https://yaml.org/spec/1.2.2/#103-core-schema). ``no`` is false to one and text to the other, ``1e-3`` text to one and a
number to the other; where they differ, a config has to be clearer.
"""

import re
from datetime import date

from detcore.config.text.misreading import shortened
from detcore.config.text.nodes import Scalar

__all__ = ["core_schema", "is_same", "spelt_alike", "trap"]

_NULL = re.compile(r"null|Null|NULL|~|")
_TRUTH = re.compile(r"true|True|TRUE|false|False|FALSE")
_INTEGER = re.compile(r"[-+]?[0-9]{1,4000}")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")

_LONG = 40
"""Nobody means a number by a longer word, so advice on how to write it would not help."""


def core_schema(text: str) -> Scalar:
    """The value of a plain word in YAML 1.2."""
    if _NULL.fullmatch(text):
        return None
    if _TRUTH.fullmatch(text):
        return text.lower() == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text) or _INFINITE.fullmatch(text):
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return text


def is_same(one: object, other: object) -> bool:
    """Whether two readings of a word are one."""
    if type(one) is not type(other):
        return False
    return one == other or repr(one) == repr(other) == "nan"


def trap(text: str, older: object, newer: object) -> str:
    """What to tell about a word that is ``older`` in YAML 1.1 and ``newer`` in YAML 1.2.

    >>> trap("no", False, "no")
    'no is false in YAML 1.1 and text in YAML 1.2; write false or "no"'
    """
    ways = [spelt_alike(value) for value in (older, newer) if isinstance(value, bool | int | float)]
    quoted = f'"{shortened(text)}"'
    advice = " or ".join([*(ways if len(text) <= _LONG else []), quoted])
    return f"{shortened(text)} is {_kind(older)} in YAML 1.1 and {_kind(newer)} in YAML 1.2; write {advice}"


def _kind(value: object) -> str:
    match value:
        case str():
            return "text"
        case date():
            return "a date"
        case bool() | int() | float():
            return spelt_alike(value) if len(repr(value)) <= _LONG else "a number"
    return "a sign of its own"


def spelt_alike(value: float) -> str:
    """A truth or number as both versions read it.

    >>> spelt_alike(1e-3), spelt_alike(1e-30)
    ('0.001', '1.0e-30')
    """
    if isinstance(value, bool):
        return str(value).lower()
    text = repr(value)
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa}.0e{exponent}" if e and "." not in mantissa else text
