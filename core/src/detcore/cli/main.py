"""The command's entry: finds the subcommand that was typed, and imports only that one."""

import argparse
import atexit
import faulthandler
import gc
import os
import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import detcore
from detcore.cli.layout import Layout
from detcore.cli.switches import ABOUT_SWITCHES, SWITCHES, choice_of, line_of
from detcore.errors import DetcoreError, DetcoreWarning

if TYPE_CHECKING:
    from detcore.plugins import Component
    from detcore.specs import Command

__all__ = ["COMMANDS", "main", "parser_for"]

INTERRUPTED = 130
"""Exit status after Ctrl-C: 128 plus the signal's number, as shells count."""


class Subcommand(NamedTuple):
    """A line of ``detcore --help``."""

    module: str
    """Has ``add_arguments(parser)`` and ``run(arguments) -> int``."""

    summary: str
    component: "Component | None" = None
    """Where a plugin offers it: what stands in place of the module."""

    is_brief: bool = False
    """Over in a moment: collecting garbage would take a tenth of that, and the end of the process frees all."""


COMMANDS = {
    "run": Subcommand("detcore.cli.run", "train and evaluate the experiment of a config file"),
    "check": Subcommand(
        "detcore.cli.check", "say what is wrong with a config file before anything runs", is_brief=True
    ),
    "plan": Subcommand("detcore.cli.plan", "tell what a run would do, take and write"),
    "config": Subcommand("detcore.cli.config", "show, explain, compare and convert configs", is_brief=True),
    "evaluate": Subcommand("detcore.cli.evaluate", "measure a run's model on its test data"),
    "predict": Subcommand("detcore.cli.predict", "draw a model's detections into pictures"),
    "plugins": Subcommand("detcore.cli.plugins", "list and explain what is installed", is_brief=True),
    "complete": Subcommand("detcore.cli.complete", "print what completes this command in a shell", is_brief=True),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit status.

    0 done, 1 the user's mistake, 2 wrong usage, 3 a plugin failed, 130 interrupted. A bug is a traceback.
    """
    if argv is None:
        _spare_the_collector(sys.argv[1:])
        _show_warnings_alone()
        _tell_where_it_is_killed()
        _print_whatever_it_is()
    try:
        return _run(sys.argv[1:] if argv is None else list(argv))
    except DetcoreError as error:
        print(_paragraph(error), file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt as interruption:
        print("; ".join(["detcore: interrupted", *getattr(interruption, "__notes__", ())]), file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _spare_the_collector(argv: Sequence[str]) -> None:
    """Leave garbage to the end of a process that a brief command has for itself."""
    command = COMMANDS.get(line_of(argv, COMMANDS).command)
    if command is not None and command.is_brief:
        gc.disable()
        atexit.register(gc.freeze)


def _show_warnings_alone() -> None:
    """Tell what users should know as a sentence, without the line of code that told it; others stay as they are."""
    as_code = warnings.formatwarning

    def formatted(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> str:
        is_ours = issubclass(category, DetcoreWarning)
        return f"detcore: {message}\n" if is_ours else as_code(message, category, *place, **more)

    warnings.formatwarning = formatted


def _print_whatever_it_is() -> None:
    """Let a letter that the terminal or the pipe cannot take be told by its number; stderr always does so."""
    if isinstance(sys.stdout, TextIOWrapper) and sys.stdout.errors in ("strict", "surrogateescape"):
        sys.stdout.reconfigure(errors="backslashreplace")


def _tell_where_it_is_killed() -> None:
    """Of a segmentation fault, which no guard can catch: the line, and the plugin that was being imported."""
    if sys.stderr is not None:
        faulthandler.enable()


def _run(argv: list[str]) -> int:
    line = line_of(argv, COMMANDS)
    if not any(line.said.values()):
        return _run_chosen(line.words, line.command)
    from detcore.plugins import command_line_choice

    with command_line_choice(choice_of(line.said)):
        return _run_chosen(line.words, line.command)


def _run_chosen(argv: list[str], chosen: str) -> int:
    try:
        arguments = _parsed(_parser(_commands(argv, chosen), chosen), argv)
    except SystemExit as stop:  # argparse has printed help or a usage error
        return stop.code if isinstance(stop.code, int) else 0
    if getattr(arguments, "local", ()):
        from detcore.cli.local import register_local_files

        register_local_files(arguments.local)
    status: int = arguments.run(arguments)
    return status


def parser_for(argv: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of every command, with the arguments of the one that was typed."""
    chosen = line_of(argv, COMMANDS).command
    return _parser(COMMANDS if chosen in COMMANDS else COMMANDS | _commands_of_plugins(chosen), chosen)


def _commands(argv: list[str], chosen: str) -> dict[str, Subcommand]:
    """Those that the parser has to know: making a parser for each takes a while."""
    if chosen not in COMMANDS:
        return COMMANDS | _commands_of_plugins(chosen)
    return {chosen: COMMANDS[chosen]} if argv[0] == chosen else COMMANDS


def _parsed(parser: argparse.ArgumentParser, argv: list[str]) -> argparse.Namespace:
    """The arguments; ``KEY=VALUE`` may also stand after an option, where argparse alone would not take it."""
    arguments, rest = parser.parse_known_args(argv)
    late = [word for word in rest if "=" in word and not word.startswith("-")]
    if late != rest or (rest and not hasattr(arguments, "overrides")):
        parser.parse_args(argv)  # says what is wrong, and exits
    if late:
        arguments.overrides = [*arguments.overrides, *late]
    return arguments


def _parser(commands: dict[str, Subcommand], chosen: str) -> argparse.ArgumentParser:
    """The parser, with the arguments of the chosen subcommand only."""
    parser = argparse.ArgumentParser(
        prog="detcore",
        description="Object detection and segmentation: one config file is one experiment.",
        epilog=ABOUT_SWITCHES,
        allow_abbrev=False,
        formatter_class=Layout,
    )
    parser.add_argument("--version", action="version", version=f"detcore {detcore.__version__}")
    for switch in SWITCHES:
        parser.add_argument(switch, action="append", help=argparse.SUPPRESS)
    # Without prog, argparse imports what it takes to lay out a page of help.
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, prog=parser.prog)
    for name, command in commands.items():
        subparser = subparsers.add_parser(
            name, help=command.summary, description=_sentence(command.summary), formatter_class=Layout
        )
        subparser.allow_abbrev = False
        if name == chosen:
            _fill(subparser, command)
    return parser


def _fill(parser: argparse.ArgumentParser, command: Subcommand) -> None:
    if command.component is not None:
        _fill_from_plugin(parser, command.component)
        return
    module = import_module(command.module)
    module.add_arguments(parser)
    if parser.get_default("run") is None:
        parser.set_defaults(run=module.run)


def _fill_from_plugin(parser: argparse.ArgumentParser, component: "Component") -> None:
    from detcore.plugins import guarded, load_extension

    command = cast("Command", load_extension(component))
    with guarded(component, "declaring its arguments"):
        command.add_arguments(parser)

    def run(arguments: argparse.Namespace) -> int:
        with guarded(component, "running"):
            status: object = command.run(arguments)
            if not isinstance(status, int):
                raise TypeError(f"its run must return the exit status, found {status!r:.80}")
            return status

    parser.set_defaults(run=run)


def _commands_of_plugins(chosen: str) -> dict[str, Subcommand]:
    """What metadata say of the commands that plugins offer; nothing is imported.

    A name that is ours, or that two plugins claim, is typed in full: ``distribution/name``.

    Raises:
        UnknownComponentError: ``chosen`` is offered, and cannot be used under that name.
    """
    from detcore.plugins import COMMANDS_GROUP, installed_registry  # only for help, and for names that are not ours

    registry = installed_registry()
    offered = [row.component for row in registry.rows if row.component.group == COMMANDS_GROUP]
    names = [name for name in registry.names(COMMANDS_GROUP) if name not in COMMANDS]
    if chosen not in names and any(chosen in (component.name, component.id) for component in offered):
        names.append(chosen)
    found = {name: registry.resolve(COMMANDS_GROUP, name) for name in names}
    return {name: Subcommand(each.target, f"from {each.distribution}", each) for name, each in found.items()}


def _sentence(summary: str) -> str:
    return f"{summary[0].upper()}{summary[1:]}."


def _paragraph(error: DetcoreError) -> str:
    lines = str(error).splitlines() or [type(error).__name__]
    if all(line.startswith(" ") for line in lines[1:]):  # one line, or one with a heading of its own
        return "\n".join([f"detcore: {lines[0]}", *lines[1:]])
    return "\n".join([f"detcore: {len(lines)} problems", *(f"  {line}" for line in lines)])
