"""What is wrong with a config, and where: found by ``check`` methods, reported all at once."""

from collections.abc import Iterable
from typing import Literal

from attrs import evolve, frozen

__all__ = ["Problem", "under"]


@frozen
class Problem:
    """One finding of a ``check`` method."""

    message: str
    """One sentence: what was found, what was expected, what to do."""

    path: tuple[str | int, ...] = ()
    """Keys and list positions from the checked config down to the value, e.g. ``("in_features", 2)``."""

    severity: Literal["error", "unchecked"] = "error"
    """``"unchecked"``: nothing is known to be wrong, but this part could not be checked before the run."""


def under(problems: Iterable[Problem], *path: str | int) -> list[Problem]:
    """The same problems, seen from the config that holds the checked one at ``path``."""
    return [evolve(problem, path=(*path, *problem.path)) for problem in problems]
