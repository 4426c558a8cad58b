"""What a config says in words that are deprecated, told on standard error."""

import sys

from detcore.config import LoadedConfig

__all__ = ["print_notices"]


def print_notices(loaded: LoadedConfig) -> None:
    """One line for each deprecated key, with its place and what to write instead."""
    for line in loaded.notices:
        print(line, file=sys.stderr)
