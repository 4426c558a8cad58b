"""``detcore config schema``: what an editor needs to complete, explain and check config files."""

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from detcore.cli.writing import add_force_argument, refuse_existing, write_text

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """``--output`` and ``--force``."""
    parser.add_argument("--output", metavar="FILE", type=Path, help="where to write it; left out: standard output")
    add_force_argument(parser, file="FILE")


def run(arguments: Namespace) -> int:
    """Write the schema, and name what is not in it."""
    refuse_existing(arguments.output, is_forced=arguments.force)

    from detcore.config import json_schema

    schema, left_out = json_schema()
    text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    for message in left_out:
        print(f"detcore: left out: {message}", file=sys.stderr)
    if arguments.output is None:
        print(text, end="")
    else:
        write_text(arguments.output, text)
        print(f"{arguments.output}: everything that is installed; docs/editor.md says how an editor uses it")
    return 0
