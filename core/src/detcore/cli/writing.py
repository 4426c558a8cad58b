"""Files that a subcommand writes where the user says: never over another one unasked, and whole or not at all."""

from argparse import ArgumentParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["add_force_argument", "refuse_existing", "write_text"]


def add_force_argument(parser: ArgumentParser, *, file: str) -> None:
    """``--force``; ``file``: what the parser calls the file that is written."""
    parser.add_argument("--force", action="store_true", help=f"replace {file} where it is there already")


def refuse_existing(path: "Path | None", *, is_forced: bool) -> None:
    """Refuse, before any work is done, to replace what is there.

    Raises:
        ConfigError: there is something of that name, and ``--force`` was not given.
    """
    from detcore.errors import ConfigError

    if path is not None and path.exists() and not is_forced:
        raise ConfigError(f"{path}: is there already; choose another name, or replace it with --force")


def write_text(path: "Path", text: str) -> None:
    """Write the file.

    Raises:
        ConfigError: it cannot be written.
    """
    from detcore.errors import ConfigError
    from detcore.files import whole_file

    try:
        with whole_file(path) as file:
            file.write(text.encode())
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from error
