"""What a command tells of a config besides what it was asked for."""

import sys

from detcore.config import LoadedConfig

__all__ = ["print_notices"]


def print_notices(loaded: LoadedConfig) -> None:
    """Name every deprecated key on the error stream, so that what a command prints stays fit for a program."""
    for line in loaded.notices:
        print(line, file=sys.stderr)
