"""``detcore plugins deps``: what has to be installed for a config, told from the names that it uses."""

from argparse import ArgumentParser, Namespace

from detcore.cli.config_arguments import add_config_arguments
from detcore.cli.notices import print_notices

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """CONFIG, overrides, ``--unset`` and ``--local``."""
    add_config_arguments(parser)


def run(arguments: Namespace) -> int:
    """Print a requirement a line, as ``pip install`` takes them, and tell what only a file of the user's own brings.

    Raises:
        ConfigError: the file cannot be read, or no distribution is known for a name; what is known has been printed.
    """
    from detcore.config.required_distributions import required_distributions
    from detcore.plugins import installed_registry

    required = required_distributions(
        arguments.config, installed_registry(), overrides=arguments.overrides, unset=arguments.unset
    )
    print_notices(map(str, required.local))
    print("\n".join(required.requirements))
    required.refuse_unknown()
    return 0
