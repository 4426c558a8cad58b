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
    "show": Subcommand("detcore.cli.config_show", "Write a config with every default and reference filled in"),
    "explain": Subcommand("detcore.cli.config_explain", "Tell where a setting's value came from"),
    "diff": Subcommand("detcore.cli.config_diff", "Compare two configs by what they mean"),
    "convert": Subcommand("detcore.cli.config_convert", "Write a config in another format, or one of another program"),
    "schema": Subcommand("detcore.cli.config_schema", "Write a JSON Schema of everything installed, for editors"),
}


def add_arguments(parser: ArgumentParser) -> None:
    """One subparser for each subcommand."""
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
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
