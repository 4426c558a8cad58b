"""``detcore plugins new``: the beginning of a plugin, complete."""

from argparse import Action, ArgumentParser, Namespace

from detcore.cli.layout import Layout

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """NAME, --kind and --directory."""
    parser.add_argument("name", metavar="NAME", help="of the distribution, such as detcore-wide-net")
    parser.add_argument("--kind", metavar="KIND", required=True, help="what it offers, such as backbone or mask-head")
    parser.add_argument(
        "--directory",
        metavar="DIR",
        default=".",
        help="where to make the folder NAME (default: the working directory)",
    )
    parser.formatter_class = _WithKinds  # last, since newer versions of Python try the help of each argument out


class _WithKinds(Layout):
    """Lists the kinds when the page of help is written, and not whenever a command is read."""

    def _get_help_string(self, action: Action) -> str | None:
        if action.dest != "kind":
            return super()._get_help_string(action)
        from detcore.scaffolding import kinds_to_make

        return f"{action.help}: one of {', '.join(kind.word for kind in kinds_to_make())}"


def run(arguments: Namespace) -> int:
    """Write the folder, and tell what comes next.

    Raises:
        DetcoreError: the kind, the name or the place will not do.
    """
    from pathlib import Path  # takes longer than `plugins list` would otherwise

    from detcore.scaffolding import find_kind, new_distribution

    folder = new_distribution(arguments.name, find_kind(arguments.kind), Path(arguments.directory))
    print(f"{folder} is a distribution that can be installed, tested and published; its README.md says how:\n")
    print(f"  cd {folder}\n  python -m pip install --upgrade pip  # --group needs 25.1")
    print("  pip install --editable . --group dev\n  pytest")
    return 0
