"""``detcore config``: what a config says, in other words; each word after ``config`` is a module of its own."""

from argparse import ArgumentParser, Namespace
from importlib import import_module
from typing import NamedTuple

__all__ = ["SUBCOMMANDS", "add_arguments", "run"]


class Subcommand(NamedTuple):
    """A line of ``detcore config --help``."""

    module: str
    """Has ``add_arguments(parser)`` and ``run(arguments) -> int``; imports only what declaring its arguments takes."""

    summary: str


SUBCOMMANDS: dict[str, Subcommand] = {
    "convert": Subcommand("detcore.cli.config_convert", "write a config of another program as one of ours"),
}


def add_arguments(parser: ArgumentParser) -> None:
    """One subparser for each subcommand."""
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, command in SUBCOMMANDS.items():
        module = import_module(command.module)
        subparser = subparsers.add_parser(name, help=command.summary, description=f"{command.summary}.")
        subparser.allow_abbrev = False
        module.add_arguments(subparser)
        subparser.set_defaults(run=module.run)


def run(arguments: Namespace) -> int:
    """Do what the chosen word says."""
    status: int = arguments.run(arguments)
    return status
