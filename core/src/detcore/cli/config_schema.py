"""``detcore config schema``: what an editor needs to complete, explain and check config files."""

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from detcore.cli.writing import add_force_argument, refuse_existing, write_text

if TYPE_CHECKING:
    from detcore.plugins import Component

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """``--output`` and ``--force``."""
    parser.add_argument("--output", metavar="FILE", type=Path, help="where to write it; left out: standard output")
    add_force_argument(parser, file="FILE")


def run(arguments: Namespace) -> int:
    """Write the schema, and name what is not in it."""
    refuse_existing(arguments.output, is_forced=arguments.force)

    from detcore.config import json_schema

    schema, left_out = json_schema(unusable=_failing())
    text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    for message in left_out:
        print(f"detcore: left out: {message}", file=sys.stderr)
    if arguments.output is None:
        print(text, end="")
    else:
        write_text(arguments.output, text)
        print(f"{arguments.output}: everything that is installed; docs/editor.md says how an editor uses it")
    return 0


def _failing() -> "dict[Component, str]":
    """Of what is not ours, all that cannot be imported, and a sentence about each: some would end this process."""
    from detcore.cli.imported_elsewhere import imported_elsewhere
    from detcore.plugins import installed_registry
    from detcore.plugins.groups import GROUPS_WITHOUT_CONFIG
    from detcore.plugins.guard import is_ours

    with_config = [row for row in installed_registry().rows if row.component.group not in GROUPS_WITHOUT_CONFIG]
    others = [row for row in with_config if not is_ours(row.component)]
    reports = imported_elsewhere(others) if others else {}
    return {component: failure.text for component, report in reports.items() for failure in report.failures[:1]}
