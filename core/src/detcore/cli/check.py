"""``detcore check``: everything that can be known before data and devices are touched."""

from argparse import ArgumentParser, Namespace

from detcore.cli.local import add_local_argument
from detcore.jobs.checking import check

__all__ = ["add_arguments", "add_config_argument", "add_config_arguments", "add_override_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """CONFIG, overrides and ``--unset``."""
    add_config_arguments(parser)


def add_config_arguments(parser: ArgumentParser) -> None:
    """The arguments of every subcommand that reads an experiment."""
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


def run(arguments: Namespace) -> int:
    """Print ``ok``, what is deprecated, and what could not be checked."""
    loaded = check(arguments.config, overrides=arguments.overrides, unset=arguments.unset)
    print(f"{arguments.config}: ok")
    for line in loaded.notices:
        print(f"  {line}")
    for line in loaded.unchecked:
        print(f"  not checked: {line}")
    return 0
