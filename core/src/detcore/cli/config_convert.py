"""``detcore config convert``: a config in another format, or another program's config as one of ours."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from detcore.cli.writing import add_force_argument, refuse_existing, write_text

if TYPE_CHECKING:
    from detcore.config import Converted

__all__ = ["add_arguments", "run"]

WRONG_USAGE = 2
"""Exit status for what argparse cannot know to be wrong."""


def add_arguments(parser: ArgumentParser) -> None:
    """IN, OUT, ``--from``, ``--verbose`` and ``--force``."""
    parser.add_argument("source", metavar="IN", type=Path, help="the file to convert")
    parser.add_argument(
        "target",
        metavar="OUT",
        type=Path,
        nargs="?",
        help="a .toml, .yaml or .json file; --from may do without",
    )
    parser.add_argument("--from", dest="program", metavar="PROGRAM", help="whose config IN is, such as detectron2")
    parser.add_argument(
        "--verbose",
        action="store_true",
        help="with --from, also report settings that IN does not set or that have no effect",
    )
    add_force_argument(parser, file="OUT")


def run(arguments: Namespace) -> int:
    """Read IN, write OUT, and say what could not be kept."""
    if arguments.target is None and arguments.program is None:
        print("detcore config convert: needs OUT, whose ending names the format, or --from PROGRAM", file=sys.stderr)
        return WRONG_USAGE
    refuse_existing(arguments.target, is_forced=arguments.force)
    return _translate(arguments) if arguments.program else _convert(arguments)


def _convert(arguments: Namespace) -> int:
    from detcore.config import convert

    converted = convert(arguments.source, arguments.target.suffix.lower(), target=arguments.target)
    write_text(arguments.target, converted.text)
    _tell(arguments.target, converted)
    return 0


def _translate(arguments: Namespace) -> int:
    """Write or print the experiment, report on standard error, and fail where parts are missing."""
    from detcore.jobs.config_translation import report_lines, require_complete, translate
    from detcore.jobs.translated_text import translated_text

    translation = translate(arguments.program, str(arguments.source))
    suffix = arguments.target.suffix.lower() if arguments.target else ".toml"
    text = translated_text(translation, source=arguments.source.name, suffix=suffix)
    if arguments.target is None:
        print(text, end="")
    else:
        write_text(arguments.target, text)
    print("\n".join(report_lines(translation, defaults=arguments.verbose)), file=sys.stderr)
    require_complete(translation, str(arguments.source))
    return 0


def _tell(target: Path, converted: "Converted") -> None:
    if lost := converted.lost_comments:
        reason = "; JSON has no place for them" if target.suffix.lower() == ".json" else ""
        print(f"detcore: {target}: {lost} comment{'s' * (lost > 1)} could not be kept{reason}", file=sys.stderr)
    print(target)
