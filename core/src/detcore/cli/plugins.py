"""``detcore plugins``: what is installed; each word after ``plugins`` is a module of its own."""

from argparse import ArgumentParser

from detcore.cli.subcommands import Word, add_words
from detcore.cli.subcommands import run_word as run

__all__ = ["SUBCOMMANDS", "add_arguments", "run"]

SUBCOMMANDS: dict[str, Word] = {
    "list": Word("detcore.cli.plugins_list", "List every component, importing none"),
    "show": Word("detcore.cli.plugins_show", "Tell everything about a component, and what may be set"),
    "check": Word("detcore.cli.plugins_check", "Try every plugin out, each in a process of its own"),
    "lock": Word("detcore.cli.plugins_lock", "Record what a config's plugins are, or compare with a record"),
    "new": Word("detcore.cli.plugins_new", "Begin a plugin: a distribution with one component"),
    "deps": Word("detcore.cli.plugins_deps", "Tell what to install for a config, importing nothing"),
}


def add_arguments(parser: ArgumentParser) -> None:
    """One subparser for each subcommand."""
    add_words(parser, SUBCOMMANDS)
