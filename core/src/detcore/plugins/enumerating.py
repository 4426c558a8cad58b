"""Several words in a sentence."""

from collections.abc import Iterable

__all__ = ["enumerated"]


def enumerated(words: Iterable[str]) -> str:
    """The words with commas, and "and" before the last of them.

    >>> enumerated(["size"]), enumerated(["size", "shapes"]), enumerated(["channels", "size", "shapes"])
    ('size', 'size and shapes', 'channels, size and shapes')
    """
    *others, last = [*words] or [""]
    return f"{', '.join(others)} and {last}" if others else last
