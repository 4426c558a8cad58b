"""``detcore config schema``: what an editor needs to complete, explain and check config files."""

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """``--output``."""
    parser.add_argument("--output", metavar="FILE", type=Path, help="where to write it; left out: standard output")


def run(arguments: Namespace) -> int:
    """Write the schema, and name what is not in it."""
    from detcore.config import json_schema

    schema, left_out = json_schema()
    text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    for message in left_out:
        print(f"detcore: left out: {message}", file=sys.stderr)
    if arguments.output is None:
        print(text, end="")
    else:
        _write(arguments.output, text)
    return 0


def _write(path: Path, text: str) -> None:
    from detcore.errors import ConfigError
    from detcore.files import whole_file

    try:
        with whole_file(path) as file:
            file.write(text.encode())
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from error
    print(f"{path}: everything that is installed; docs/editor.md says how an editor uses it")
