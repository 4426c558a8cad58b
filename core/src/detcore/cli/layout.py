"""The layout of help, as argparse has it, at a smaller price."""

import argparse
import os
import sys

__all__ = ["Layout"]

FALLBACK = 80


class Layout(argparse.HelpFormatter):
    """As wide as the terminal. argparse asks ``shutil``, whose import takes longer than looking at fifty plugins does.

    It is made for every argument that is declared, not only for help.
    """

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)  # argparse's own margin


def _columns() -> int:
    """What ``COLUMNS`` says, or else the terminal."""
    stated = os.environ.get("COLUMNS", "")
    if stated.isascii() and stated.isdecimal() and int(stated):
        return int(stated)
    try:
        assert sys.__stdout__ is not None, "there is none in a program without a console"
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or FALLBACK
    except (AssertionError, ValueError, OSError):  # closed, or no terminal
        return FALLBACK
