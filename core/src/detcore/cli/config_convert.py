"""``detcore config convert``: a config file in another format."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detcore.config import Converted

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """IN, OUT and ``--force``."""
    parser.add_argument("source", metavar="IN", type=Path, help="a .toml, .yaml or .json file")
    parser.add_argument("target", metavar="OUT", type=Path, help="where to write it; its ending names the format")
    parser.add_argument("--force", action="store_true", help="replace OUT where it is there already")


def run(arguments: Namespace) -> int:
    """Read IN, write OUT, and say what could not be kept."""
    _refuse_existing(arguments.target, is_forced=arguments.force)
    converted = _converted(arguments)
    _write(arguments.target, converted.text)
    _tell(arguments.target, converted)
    return 0


def _refuse_existing(target: Path, *, is_forced: bool) -> None:
    from detcore.errors import ConfigError

    if target.exists() and not is_forced:
        raise ConfigError(f"{target}: is there already; choose another name, or replace it with --force")


def _converted(arguments: Namespace) -> "Converted":
    from detcore.config import convert

    return convert(arguments.source, arguments.target.suffix.lower())


def _write(target: Path, text: str) -> None:
    from detcore.errors import ConfigError
    from detcore.files import whole_file

    try:
        with whole_file(target) as file:
            file.write(text.encode())
    except OSError as error:
        raise ConfigError(f"{target}: cannot be written: {error.strerror}") from error


def _tell(target: Path, converted: "Converted") -> None:
    if lost := converted.lost_comments:
        reason = "; JSON has no place for them" if target.suffix.lower() == ".json" else ""
        print(f"detcore: {target}: {lost} comment{'s' * (lost > 1)} could not be kept{reason}", file=sys.stderr)
    print(target)
