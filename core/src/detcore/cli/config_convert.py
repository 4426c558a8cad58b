"""``detcore config convert``: a config of another program as one of ours."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """``--from PROGRAM IN [OUT]``."""
    parser.add_argument("source", metavar="IN", help="the file to convert")
    parser.add_argument("target", metavar="OUT", nargs="?", help="a .toml, .yaml or .json file; left out: printed")
    parser.add_argument(
        "--from", dest="program", metavar="PROGRAM", required=True, help="whose config it is: detectron2"
    )
    parser.add_argument("--verbose", action="store_true", help="also report settings that the file does not set")


def run(arguments: Namespace) -> int:
    """Write or print the experiment, report on standard error, and fail where parts are missing."""
    from detcore.jobs.config_translation import report_lines, require_complete, translate
    from detcore.jobs.translated_text import translated_text

    translation = translate(arguments.program, arguments.source)
    suffix = Path(arguments.target).suffix.lower() if arguments.target else ".toml"
    text = translated_text(translation, source=Path(arguments.source).name, suffix=suffix)
    _deliver(text, arguments.target)
    print("\n".join(report_lines(translation, defaults=arguments.verbose)), file=sys.stderr)
    require_complete(translation, arguments.source)
    return 0


def _deliver(text: str, target: str | None) -> None:
    if target is None:
        print(text, end="")
        return
    from detcore.files import whole_file

    with whole_file(Path(target)) as file:
        file.write(text.encode())
