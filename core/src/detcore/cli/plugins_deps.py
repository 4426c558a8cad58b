"""``detcore plugins deps``: what has to be installed for a config, told from the names that it uses."""

from argparse import ArgumentParser, Namespace

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """CONFIG."""
    parser.add_argument("config", metavar="CONFIG", help="a .toml, .yaml or .json file, or a run's folder")


def run(arguments: Namespace) -> int:
    """Print a requirement a line, as ``pip install`` takes them, and tell what only a file of the user's own brings.

    Raises:
        ConfigError: the file cannot be read, or no distribution is known for a name; what is known has been printed.
    """
    from detcore.cli.notices import print_notices
    from detcore.config.required_distributions import required_distributions
    from detcore.plugins import installed_registry

    required = required_distributions(arguments.config, installed_registry())
    print("\n".join(required.requirements))
    print_notices(map(str, required.of_files))
    required.refuse_unknown()
    return 0
