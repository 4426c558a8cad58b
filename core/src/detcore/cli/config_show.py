"""``detcore config show``: a config as it will be run, everything that was left to a default written out."""

from argparse import ArgumentParser, Namespace

from detcore.cli.config_arguments import add_config_arguments
from detcore.cli.notices import print_notices
from detcore.config import dump_json, dump_toml, dump_yaml, load

__all__ = ["add_arguments", "run"]

_DUMPS = {"toml": dump_toml, "yaml": dump_yaml, "json": dump_json}


def add_arguments(parser: ArgumentParser) -> None:
    """CONFIG, overrides, ``--unset``, ``--format``."""
    add_config_arguments(parser)
    parser.add_argument("--format", choices=list(_DUMPS), default="toml", help="what to write; by default toml")


def run(arguments: Namespace) -> int:
    """Print a config that reads back to an equal experiment."""
    loaded = load(arguments.config, overrides=arguments.overrides, unset=arguments.unset, compare_parts=False)
    print_notices(loaded.notices)
    print(_DUMPS[arguments.format](loaded.experiment, registry=loaded.registry), end="")
    return 0
