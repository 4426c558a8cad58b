"""Settings of trackers in the environment, where trackers have theirs."""

import os
from collections.abc import Sequence

from detcore.specs import Problem

__all__ = ["refused_word", "word_of"]


def word_of(variable: str, words: Sequence[str]) -> str:
    """What a variable says, in lower case; left out or empty, the first of the words that it may say."""
    return os.environ.get(variable, "").strip().lower() or words[0]


def refused_word(variable: str, words: Sequence[str]) -> list[Problem]:
    """A problem where a variable says something else."""
    if word_of(variable, words) in words:
        return []
    choices = f"{', '.join(map(repr, words[:-1]))} or {words[-1]!r}"
    return [Problem(f"{variable} is {os.environ[variable]!r}, but must be {choices}", ("plugins", "hooks"))]
