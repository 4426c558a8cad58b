"""What is asked of what plugins add besides components: subcommands, URI schemes and readers of others' configs."""

import json
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path

from detcore.errors import ConfigError, DetcoreError
from detcore.plugins.enumerating import enumerated
from detcore.plugins.probing.shared_state import changed_parts, shared_state
from detcore.specs import Command, ConfigTranslator, Resolver, Translation

__all__ = ["CommandConformance", "ConfigTranslatorConformance", "ResolverConformance"]


class CommandConformance:
    """Checks of a subcommand: it has a line for the help, declares its arguments, and returns an exit status.

    ::

        class TestMyCommand(CommandConformance):
            command = my_package.my_command
            arguments = ("--size", "3")
    """

    command: Command
    arguments: tuple[str, ...] = ()
    """With which it does something quick and harmless."""

    def test_it_is_a_command(self) -> None:
        """``summary``, ``add_arguments`` and ``run``."""
        assert isinstance(self.command, Command), (
            f"{self.command!r} is no command: give it a summary, add_arguments(parser) and run(arguments)"
        )

    def test_its_summary_is_one_line(self) -> None:
        """``detcore --help`` prints it beside the name."""
        summary = self.command.summary
        is_line = bool(summary.strip()) and "\n" not in summary
        assert is_line, f"the command's summary is {summary!r}: say in one line what it does"

    def test_every_argument_is_explained(self) -> None:
        """``--help`` says what each is for."""
        silent = [action.dest for action in self._parser()._actions if not action.help]  # noqa: SLF001  # has no other
        assert not silent, f"the command's arguments {silent} have no help: say what each is for"

    def test_it_returns_an_exit_status(self) -> None:
        """0: done; 1: the user's mistake."""
        status = self.command.run(self._parser().parse_args(self.arguments))
        assert type(status) is int, f"the command's run() returns {status!r}: return an exit status, 0 where it is done"

    def test_running_has_no_side_effects(self) -> None:
        """It runs in the process of whoever calls it."""
        before = shared_state()
        self.command.run(self._parser().parse_args(self.arguments))
        changed = changed_parts(before)
        assert not changed, f"the command changes {enumerated(changed)}: keep such things to itself"

    def _parser(self) -> ArgumentParser:
        parser = ArgumentParser(prog="detcore")
        self.command.add_arguments(parser)
        return parser


class ResolverConformance:
    """Checks of a URI scheme: what it knows is a file, what it does not know is said in a sentence.

    ::

        class TestMyScheme(ResolverConformance):
            resolver = staticmethod(my_package.resolve)
            known, unknown = "mine:model", "mine:no-such-model"
    """

    resolver: Resolver
    known: str
    """A URI that can be resolved without a network."""

    unknown: str
    """One that stands for nothing."""

    def test_what_is_known_is_a_file(self) -> None:
        """A local one that exists, the same each time."""
        found = self.resolver(self.known)
        assert isinstance(found, Path), f"{self.known!r} is resolved to {found!r}: return a pathlib.Path"
        assert found.exists(), f"{self.known!r} is resolved to {found}, which does not exist"
        assert self.resolver(self.known) == found, f"{self.known!r} is resolved to another path the second time"

    def test_what_is_unknown_is_told(self) -> None:
        """By an error of detcore's own, which names the URI."""
        _expect_refusal(self.resolver, self.unknown, DetcoreError)


class ConfigTranslatorConformance:
    """Checks of a reader of another program's configs: it accounts for what it read, and refuses what it cannot read.

    ::

        class TestMyTranslator(ConfigTranslatorConformance):
            translator = staticmethod(my_package.translate)
            example = Path(__file__).parent / "example.yaml"
    """

    translator: ConfigTranslator
    example: Path
    """A config of the other program."""

    def test_it_makes_tables_of_plain_values(self) -> None:
        """As a config file would hold them."""
        translation = self.translator(self.example)
        assert isinstance(translation, Translation), f"returns a {type(translation).__name__}, not a Translation"
        try:
            json.dumps(dict(translation.values))
        except TypeError as error:
            raise AssertionError(
                f"the translation holds what no config file could ({error}): use tables, lists and scalars"
            ) from error

    def test_every_setting_is_accounted_for(self) -> None:
        """It went somewhere, or there is a reason why not."""
        silent = [each.key for each in self.translator(self.example).keys if not each.paths and not each.reason]
        assert not silent, f"the settings {silent} went nowhere without a reason: say why nothing reads them"

    def test_it_is_the_same_each_time(self) -> None:
        """A file says one thing."""
        before = shared_state()
        again, found = (self.translator(self.example) for _ in range(2))
        assert again == found, "the same file is translated to two things: let the translation depend on the file alone"
        changed = changed_parts(before)
        assert not changed, f"translating changes {enumerated(changed)}: execute nothing of the file"

    def test_what_cannot_be_read_is_told(self) -> None:
        """A file that is missing or holds something else is a ``ConfigError`` with its name."""
        with tempfile.TemporaryDirectory() as folder:
            broken = Path(folder) / f"broken{self.example.suffix}"
            broken.write_bytes(b"\x00[{ not a config: :\n")
            for path in (broken, Path(folder) / f"missing{self.example.suffix}"):
                _expect_refusal(self.translator, path, ConfigError)


def _expect_refusal(read: Callable[..., object], what: str | Path, error_class: type[Exception]) -> None:
    name = what.name if isinstance(what, Path) else what
    try:
        answer = read(what)
    except error_class as error:
        told = str(error)
    except Exception as error:
        raise AssertionError(
            f"{name!r} is answered with {type(error).__name__} ({error}): raise {error_class.__name__}"
        ) from error
    else:
        raise AssertionError(f"{name!r} is answered with {answer!r}: raise {error_class.__name__}")
    assert name in told, f"{name!r} is refused without being named: {told}"
