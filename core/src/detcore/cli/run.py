"""``detcore run``: train and evaluate an experiment."""

import json
import sys
from argparse import ArgumentParser, Namespace

from detcore.cli.check import add_config_arguments
from detcore.config import load

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """CONFIG, overrides, ``--unset``, ``--resume``, ``--name``."""
    add_config_arguments(parser)
    parser.add_argument("--resume", action="store_true", help="continue the run of this name where it stopped")
    parser.add_argument("--name", metavar="NAME", help="name of the run's folder, instead of the config's run.name")


def run(arguments: Namespace) -> int:
    """Read the config, and only then import what trains: a mistake shows at once."""
    overrides = list(arguments.overrides)
    if arguments.name is not None:
        overrides.append(f"run.name={json.dumps(arguments.name)}")  # in quotes, so that 1 is a name too
    loaded = load(arguments.config, overrides=overrides, unset=arguments.unset)
    for line in loaded.notices:
        print(line, file=sys.stderr)

    from detcore.jobs import run as run_experiment

    folder = run_experiment(loaded.experiment, resume=arguments.resume)
    print(f"done: {folder}")
    return 0
