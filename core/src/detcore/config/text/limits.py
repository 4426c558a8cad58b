"""How much a config may hold, so that a hostile or broken file ends in a sentence and not in a full memory."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_FILES_DEEP",
    "MAX_KEYS",
    "MAX_VALUES",
    "TOO_DEEP",
    "TOO_MANY",
    "TOO_WIDE",
    "refuse_excess",
]

MAX_BYTES: Final = 1024 * 1024
"""Of one file, and of all the text that references put together."""

MAX_DEPTH: Final = 50
"""Of tables and lists within each other. Every later step may therefore call itself for each level."""

MAX_VALUES: Final = 50_000
"""Tables, lists and scalars, counted after aliases and references are replaced; 22,000 class names fit in."""

MAX_KEYS: Final = 2_000
"""Of one table; each that is unknown is compared with all the known ones to find the nearest word."""

MAX_FILES_DEEP: Final = 20
"""Of files that extend each other."""

TOO_DEEP: Final = f"has tables or lists nested more than {MAX_DEPTH} levels deep"
TOO_MANY: Final = f"holds more than {MAX_VALUES:,} values"
TOO_WIDE: Final = f"has a table of more than {MAX_KEYS:,} keys"


def refuse_excess(value: object) -> None:
    """Look through what a parser made of a text, level by level.

    Raises:
        ValueError: it is nested too deeply, or holds too much.
    """
    level: list[object] = [value]
    count = 0
    for _ in range(MAX_DEPTH + 1):
        count += len(level)
        if count > MAX_VALUES:
            raise ValueError(TOO_MANY)
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise ValueError(TOO_DEEP)


def _inside(value: object) -> Iterable[object]:
    if isinstance(value, Mapping):
        if len(value) > MAX_KEYS:
            raise ValueError(TOO_WIDE)
        return value.values()
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()
