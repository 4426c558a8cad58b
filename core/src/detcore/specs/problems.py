"""What is wrong with a config, and where: found by ``check`` methods, reported all at once."""

from collections.abc import Iterable
from typing import Literal

from attrs import evolve, frozen

from detcore.errors import ConfigError

__all__ = ["Problem", "refuse", "under"]


@frozen
class Problem:
    """One finding of a ``check`` method."""

    message: str
    """One sentence: what was found, what was expected, what to do."""

    path: tuple[str | int, ...] = ()
    """Keys and list positions from the checked config down to the value, e.g. ``("in_features", 2)``."""

    severity: Literal["error", "unchecked", "doubtful"] = "error"
    """``"unchecked"``: nothing is known to be wrong, but this part could not be checked before the run.
    ``"doubtful"``: it can be run, but is seldom what is meant."""


def under(problems: Iterable[Problem], *path: str | int) -> list[Problem]:
    """The same problems, seen from the config that holds the checked one at ``path``."""
    return [evolve(problem, path=(*path, *problem.path)) for problem in problems]


def refuse(problems: Iterable[Problem]) -> None:
    """Stop what is being built; nothing where no problem is an error.

    For what a ``check`` could not tell because a part's shapes were not known before it was built.

    Raises:
        ConfigError: there is an error; lists every one, with its path from the config that is built.
    """
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise ConfigError("\n".join(f"{'.'.join(map(str, each.path))}: {each.message}" for each in errors))
