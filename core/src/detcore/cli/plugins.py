"""``detcore plugins``: what is installed; each word after ``plugins`` is a module of its own."""

from argparse import ArgumentParser, Namespace
from importlib import import_module
from typing import NamedTuple

__all__ = ["SUBCOMMANDS", "add_arguments", "run"]


class Subcommand(NamedTuple):
    """A line of ``detcore plugins --help``."""

    module: str
    """Has ``add_arguments(parser)`` and ``run(arguments) -> int``; imports only what declaring its arguments takes."""

    summary: str


SUBCOMMANDS: dict[str, Subcommand] = {
    "list": Subcommand("detcore.cli.plugins_list", "List every component, importing none"),
    "show": Subcommand("detcore.cli.plugins_show", "Tell everything about a component, and what may be set"),
    "check": Subcommand("detcore.cli.plugins_check", "Try every plugin out, each in a process of its own"),
    "deps": Subcommand("detcore.cli.plugins_deps", "Tell what to install for a config, importing nothing"),
}


def add_arguments(parser: ArgumentParser) -> None:
    """One subparser for each subcommand."""
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, prog=parser.prog)
    for name, command in SUBCOMMANDS.items():
        module = import_module(command.module)
        subparser = subparsers.add_parser(
            name, help=f"{command.summary[0].lower()}{command.summary[1:]}", description=f"{command.summary}."
        )
        subparser.allow_abbrev = False
        module.add_arguments(subparser)
        subparser.set_defaults(run=module.run)


def run(arguments: Namespace) -> int:
    """Do what the chosen word says."""
    status: int = arguments.run(arguments)
    return status
