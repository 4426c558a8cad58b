"""``detcore check``: everything that can be known before data and devices are touched."""

from argparse import ArgumentParser, Namespace

from detcore.cli.config_arguments import add_config_arguments
from detcore.jobs.checking import check

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """CONFIG, overrides and ``--unset``."""
    add_config_arguments(parser)


def run(arguments: Namespace) -> int:
    """Print ``ok``, what is deprecated, and what could not be checked."""
    loaded = check(arguments.config, overrides=arguments.overrides, unset=arguments.unset)
    print(f"{arguments.config}: ok")
    for line in loaded.notices:
        print(f"  {line}")
    for line in loaded.unchecked:
        print(f"  not checked: {line}")
    return 0
