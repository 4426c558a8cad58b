"""Commands whose words are modules of their own, such as ``detcore config show``."""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from importlib import import_module
from typing import NamedTuple

from detcore.cli.layout import Layout

__all__ = ["Word", "add_words", "run_word"]


class Word(NamedTuple):
    """A line of the help of such a command."""

    module: str
    """Has ``add_arguments(parser)`` and ``run(arguments) -> int``; imports only what declaring its arguments takes."""

    summary: str


def add_words(parser: ArgumentParser, words: Mapping[str, Word]) -> None:
    """One subparser for each word."""
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, prog=parser.prog)
    for name, word in words.items():
        module = import_module(word.module)
        subparser = subparsers.add_parser(
            name,
            help=f"{word.summary[0].lower()}{word.summary[1:]}",
            description=f"{word.summary}.",
            formatter_class=Layout,
        )
        subparser.allow_abbrev = False
        module.add_arguments(subparser)
        subparser.set_defaults(run=module.run)


def run_word(arguments: Namespace) -> int:
    """Do what the chosen word says."""
    status: int = arguments.run(arguments)
    return status
