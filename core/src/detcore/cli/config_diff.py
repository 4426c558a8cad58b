"""``detcore config diff``: what differs between two configs, however they are written."""

from argparse import ArgumentParser, Namespace

from detcore.cli.local import add_local_argument
from detcore.cli.notices import print_notices
from detcore.config import LoadedConfig, differences, load

__all__ = ["add_arguments", "run"]

_LONGEST = 80
"""Characters of a value; what is longer, such as a whole component or a thousand class names, is cut."""


def add_arguments(parser: ArgumentParser) -> None:
    """A, B, overrides, ``--unset``."""
    parser.add_argument("before", metavar="A", help="a config file, or a run's folder")
    parser.add_argument("after", metavar="B", help="the other one")
    parser.add_argument("overrides", metavar="KEY=VALUE", nargs="*", help="settings that replace those of both")
    parser.add_argument("--unset", metavar="PATH", action="append", default=[], help="a setting of both to leave out")
    add_local_argument(parser)


def run(arguments: Namespace) -> int:
    """Print a line for each setting that differs; the exit status is 0 whether or not there is one."""
    before, after = _loaded(arguments.before, arguments), _loaded(arguments.after, arguments)
    found = differences(before.experiment, after.experiment, registry=before.registry, registry_after=after.registry)
    for each in found:
        print(f"{each.path}: {_short(each.before)} -> {_short(each.after)}")
    if not found:
        print(f"{arguments.before} and {arguments.after} are the same experiment")
    return 0


def _loaded(path: str, arguments: Namespace) -> LoadedConfig:
    loaded = load(path, overrides=arguments.overrides, unset=arguments.unset, compare_parts=False)
    print_notices(loaded.notices)
    return loaded


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
