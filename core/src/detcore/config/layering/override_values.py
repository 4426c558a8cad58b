"""What an override's value means: TOML, with bare words for text and commas for lists.

Brackets are patterns to zsh and braces are expanded by both shells, so that a list without them is what can be typed.
"""

import re

import tomli

from detcore.config.text.limits import TOO_DEEP, refuse_excess
from detcore.config.text.misreading import shortened

__all__ = ["override_value"]

_ELEMENT = re.compile(r"""[ \t]*+ ( "(?:[^"\\]|\\.)*+" | '[^']*+' | [^,"'\[\]{}][^,]*+ ) (?: , | \Z )""", re.VERBOSE)


def override_value(text: str) -> object:
    """The value.

    >>> override_value("640,800"), override_value("cat,dog"), override_value("640,")
    ([640, 800], ['cat', 'dog'], [640])
    >>> override_value("1e-3"), override_value("runs/pets"), override_value('"cat,dog"')
    (0.001, 'runs/pets', 'cat,dog')

    Raises:
        ValueError: it begins like a list, a table or a quoted text and is none, or it is out of all proportion.
    """
    try:
        elements = _parsed(text)
    except RecursionError as error:
        raise ValueError(f"the value {TOO_DEEP}") from error
    refuse_excess(elements)
    if elements is None:
        return _bare(text)
    return elements if len(elements) > 1 or text.endswith(",") else elements[0]


def _parsed(text: str) -> list[object] | None:
    """The text as the inside of a TOML list; ``None``: it is none.

    A comment in it would hide a bracket on its own line, or something after a bracket of its own, so it is read twice.
    """
    try:
        parsed, again = tomli.loads(f"value = [{text}]"), tomli.loads(f"value = [{text}\n]")
    except ValueError:
        return None
    elements: list[object] = parsed["value"]
    return elements if len(parsed) == len(again) == 1 and elements else None


def _bare(text: str) -> object:
    if text[:1] in {"[", "{", '"', "'"} and "," not in text:
        raise ValueError(f"the value {shortened(text)} cannot be read: {_reason(text)}")
    if "," not in text:
        return text
    if text == ",":
        return []
    return [_element(part, text) for part in _parts(text)]


def _parts(text: str) -> list[str]:
    parts = []
    here = 0
    while here < len(text):
        match = _ELEMENT.match(text, here)
        if match is None:
            raise ValueError(f"the value {shortened(text)} cannot be read: {_reason(text)}")
        parts.append(match[1].strip())
        here = match.end()
    return parts


def _element(part: str, text: str) -> object:
    elements = _parsed(part)
    return part if elements is None else elements[0]


def _reason(text: str) -> str:
    """What the parser says, or, where it has read a part of the text, that the rest is too much."""
    try:
        tomli.loads(f"value = {text}")
    except tomli.TOMLDecodeError as error:
        return error.msg
    except ValueError:
        return "it holds too large an integer"
    return "there is more than one value"
