"""The single values a config may hold: those that every format, program and message can carry."""

from typing import Final

from detcore.config.text.misreading import MisreadError, shortened
from detcore.config.text.nodes import Scalar

__all__ = ["MOST_DIGITS", "TOO_LARGE", "accepted", "accepted_key"]

MOST_DIGITS: Final = 4000
"""Python reads and writes no integer of more than 4300 digits unless told to."""

TOO_LARGE: Final = "holds an integer of more than 4,000 digits"

_MOST_BITS = 13_287
"""Of an integer of 4,000 digits."""

_LONGEST_TEXT = 10_000
_LONGEST_KEY = 200


def accepted(value: Scalar, line: int) -> Scalar:
    """The value again.

    Raises:
        MisreadError: an integer that Python would not write, a text too long for any setting, or one with half a
            character, as JSON and YAML can spell it. An integer that is only too large for other programs is refused
            as a setting, where its path is known.
    """
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        raise MisreadError(line, TOO_LARGE)
    if isinstance(value, str):
        _refuse_text(value, line, _LONGEST_TEXT)
    return value


def accepted_key(text: str, line: int) -> str:
    """The text again.

    Raises:
        MisreadError: it is too long for a key, or holds half a character.
    """
    _refuse_text(text, line, _LONGEST_KEY)
    return text


def _refuse_text(text: str, line: int, longest: int) -> None:
    if len(text) > longest:
        raise MisreadError(line, f"{shortened(text)!r} has {len(text):,} characters, more than {longest:,}")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise MisreadError(line, f"{shortened(ascii(text))} holds half a character (a lone surrogate)")
