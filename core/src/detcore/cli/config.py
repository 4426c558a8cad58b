"""``detcore config``: what a config says, in other words; each word after ``config`` is a module of its own."""

from argparse import ArgumentParser

from detcore.cli.subcommands import Word, add_words
from detcore.cli.subcommands import run_word as run

__all__ = ["SUBCOMMANDS", "add_arguments", "run"]

SUBCOMMANDS: dict[str, Word] = {
    "show": Word("detcore.cli.config_show", "Write a config with every default and reference filled in"),
    "explain": Word("detcore.cli.config_explain", "Tell where a setting's value came from"),
    "diff": Word("detcore.cli.config_diff", "Compare two configs by what they mean"),
    "convert": Word("detcore.cli.config_convert", "Write a config in another format, or one of another program"),
    "schema": Word("detcore.cli.config_schema", "Write a JSON Schema of everything installed, for editors"),
}


def add_arguments(parser: ArgumentParser) -> None:
    """One subparser for each subcommand."""
    add_words(parser, SUBCOMMANDS)
