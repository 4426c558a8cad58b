"""Where in a text references stand: ``${path}`` is one, ``$${`` is the text ``${``."""

import re

from attrs import frozen

from detcore.config.layering.paths import Append, Steps, parsed_path
from detcore.config.text.misreading import shortened

__all__ = ["Reference", "pieces_of", "unescaped_key"]

_TOKEN = re.compile(r"(?P<escaped>\$\$\{)|\$\{(?P<name>[^{}]*+)\}|(?P<open>\$\{)")


@frozen
class Reference:
    """One ``${path}``."""

    name: str
    """The path as it is written."""

    steps: Steps


def pieces_of(text: str) -> list[str | Reference]:
    """The text cut at its references, escapes undone.

    >>> [piece for piece in pieces_of("runs/${run.name}-$${x}")]
    ['runs/', Reference(name='run.name', steps=('run', 'name')), '-', '${', 'x}']

    Raises:
        ValueError: a reference has no end, or what it names is no path.
    """
    pieces: list[str | Reference] = []
    end = 0
    for match in _TOKEN.finditer(text):
        pieces += [text[end : match.start()]] if match.start() > end else []
        pieces.append(_piece(match))
        end = match.end()
    return pieces if end == len(text) else [*pieces, text[end:]]


def unescaped_key(key: str) -> str:
    """The key, which may hold ``$${`` but no reference.

    Raises:
        ValueError: it holds one.
    """
    if any(not match["escaped"] for match in _TOKEN.finditer(key)):
        raise ValueError(
            f"a key cannot hold a reference; write {shortened(key).replace('${', '$${')!r} for this very key"
        )
    return key.replace("$${", "${")


def _piece(match: re.Match[str]) -> str | Reference:
    if match["escaped"]:
        return "${"
    if match["open"]:
        raise ValueError(f"a reference is ${{PATH}}; write $${{ where the text is to hold {match[0]!r} itself")
    try:
        steps = parsed_path(match["name"])
    except ValueError as error:
        raise ValueError(f"{shortened(match[0])}: {error}") from error
    if Append.END in steps:
        raise ValueError(f"{shortened(match[0])}: there is no value behind the end of a list")
    return Reference(match["name"], steps)
