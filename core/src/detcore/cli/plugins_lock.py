"""``detcore plugins lock``: what a config's plugins are, to the last edited file."""

from argparse import ArgumentParser, Namespace

from detcore.cli.config_arguments import add_config_arguments
from detcore.cli.writing import add_force_argument, refuse_existing, write_text

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """CONFIG, overrides, ``--unset``, ``--output``, ``--force``, ``--verify``."""
    add_config_arguments(parser)
    parser.add_argument("--output", metavar="FILE", help="write the record there instead of printing it")
    add_force_argument(parser, file="FILE")
    parser.add_argument(
        "--verify", metavar="FILE", help="compare with this record, or a run's, instead, and name every difference"
    )


def run(arguments: Namespace) -> int:
    """Print or write the record, or compare.

    Raises:
        ConfigError: the config cannot be read, or is not what the record says.
    """
    from pathlib import Path

    from detcore.config import load, registry_chosen_by
    from detcore.config.plugin_lock import lock_text, plugin_lock, refuse_drift
    from detcore.config.sources import record_at
    from detcore.plugins import installed_registry

    output = None if arguments.output is None else Path(arguments.output)
    refuse_existing(output, is_forced=arguments.force)
    registry = installed_registry()
    if arguments.verify is not None:
        registry = registry.recalling(record_at(arguments.verify))
    experiment = load(
        arguments.config, overrides=arguments.overrides, unset=arguments.unset, registry=registry
    ).experiment
    registry = registry_chosen_by(experiment.plugins, registry)
    if arguments.verify is not None:
        refuse_drift(arguments.verify, experiment, registry)
        print(f"{arguments.verify}: as it is here")
    elif output is not None:
        write_text(output, lock_text(plugin_lock(experiment, registry)))
    else:
        print(lock_text(plugin_lock(experiment, registry)), end="")
    return 0
