"""Which steps of a run are profiled."""

import re
from typing import Final

from attrs import frozen

__all__ = ["VARIABLE", "Steps", "profiled_steps", "wanted_steps"]

VARIABLE: Final = "DETCORE_PROFILE_STEPS"

WARMUP: Final = 5
"""Steps that are let pass first: memory is handed out, algorithms are chosen, and caches are filled in them."""

COUNT: Final = 3


@frozen
class Steps:
    """A range of optimizer steps, counted from 1, both ends inside."""

    first: int
    last: int

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"

    @property
    def told(self) -> str:
        """As a sentence has them: ``"steps 6 to 8"``, ``"step 15"``."""
        return f"step {self.first}" if self.first == self.last else f"steps {self.first} to {self.last}"


def wanted_steps(text: str) -> Steps | None:
    """What the variable asks for; nothing where it is empty.

    Raises:
        ValueError: it is no range of steps.

    >>> wanted_steps("10-12")
    Steps(first=10, last=12)
    """
    if not text.strip():
        return None
    found = re.fullmatch(r"\s*(\d{1,9})\s*-\s*(\d{1,9})\s*", text)
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        raise ValueError(
            f"{VARIABLE} is {text!r}, which is no range of steps: write the first and the last one, counted from 1, "
            'such as "10-12"'
        )
    return Steps(int(found[1]), int(found[2]))


def profiled_steps(wanted: Steps | None, *, begin: int, end: int) -> Steps | None:
    """The steps to profile of those from ``begin`` to ``end``; ``None`` where none of them is wanted.

    By default three, after a warm-up of five; of a shorter run the last three, if that leaves one before them.

    >>> str(profiled_steps(None, begin=1, end=1000)), str(profiled_steps(None, begin=1, end=3))
    ('6-8', '2-3')
    """
    if wanted is None:
        last = min(begin + WARMUP + COUNT - 1, end)
        return Steps(max(last - COUNT + 1, min(begin + 1, last)), last)
    first, last = max(wanted.first, begin), min(wanted.last, end)
    return Steps(first, last) if first <= last else None
