"""What a command tells of a config besides what it was asked for."""

import sys
from collections.abc import Iterable

__all__ = ["print_notices"]


def print_notices(lines: Iterable[str]) -> None:
    """Tell each once, and on the error stream, so that what a command prints stays fit for a program."""
    for line in dict.fromkeys(lines):
        print(line, file=sys.stderr)
