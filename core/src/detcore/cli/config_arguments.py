"""The arguments of every subcommand that reads an experiment; nothing is imported to declare them."""

from argparse import ArgumentParser

from detcore.cli.local import add_local_argument

__all__ = ["add_config_argument", "add_config_arguments", "add_override_arguments"]


def add_config_arguments(parser: ArgumentParser) -> None:
    """CONFIG, overrides, ``--unset`` and ``--local``."""
    add_config_argument(parser)
    add_override_arguments(parser)


def add_config_argument(parser: ArgumentParser) -> None:
    """CONFIG alone."""
    parser.add_argument("config", metavar="CONFIG", help="a .toml, .yaml, .json or .py file, or a run's folder")


def add_override_arguments(parser: ArgumentParser) -> None:
    """Overrides and ``--unset``."""
    parser.add_argument("overrides", metavar="KEY=VALUE", nargs="*", help="settings that replace the file's")
    parser.add_argument(
        "--unset", metavar="PATH", action="append", default=[], help="a setting of the file to leave out"
    )
    add_local_argument(parser)
