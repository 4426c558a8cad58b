"""``--local FILE``: a Python file of one's own, as a plugin that needs no packaging."""

from argparse import ArgumentParser
from collections.abc import Iterable

from detcore.plugins import register_file

__all__ = ["add_local_argument", "register_local_files"]


def add_local_argument(parser: ArgumentParser) -> None:
    """``--local``, which may be given several times."""
    parser.add_argument(
        "--local",
        metavar="FILE",
        action="append",
        default=[],
        help="a Python file of your own that declares components or hooks; it is executed, and copied into the run",
    )


def register_local_files(paths: Iterable[str]) -> None:
    """Execute what ``--local`` names, before anything is read that may use it."""
    for path in paths:
        register_file(path)
