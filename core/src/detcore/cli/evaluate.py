"""``detcore evaluate``: measure a run's model on its test data."""

from argparse import ArgumentParser, Namespace

from detcore.cli.local import add_local_argument

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """RUN, overrides, ``--checkpoint``."""
    parser.add_argument("folder", metavar="RUN", help="a run's folder")
    parser.add_argument("overrides", metavar="KEY=VALUE", nargs="*", help="settings that replace the run's")
    parser.add_argument("--checkpoint", metavar="NAME", help="best, last or step-000500; by default the best")
    add_local_argument(parser)


def run(arguments: Namespace) -> int:
    """Evaluate; the job itself prints the table."""
    from detcore.jobs import evaluate

    evaluate(arguments.folder, checkpoint=arguments.checkpoint, overrides=arguments.overrides)
    return 0
