"""The kits of what has no config notice what is wrong."""

from pathlib import Path

import pytest

from detcore.errors import ConfigError
from detcore.testing import CommandConformance, ResolverConformance


class Greeting:
    summary = "Say something nice."

    def add_arguments(self, parser):
        parser.add_argument("--times", type=int, default=1, help="how often")

    def run(self, arguments):
        return 0 if arguments.times else 1


class Silent(Greeting):
    def add_arguments(self, parser):
        parser.add_argument("--times", type=int, default=1)


class Mute(Greeting):
    summary = ""


class Absent(Greeting):
    def run(self, arguments):
        return None


def resolve(uri):
    if uri != "toy:page":
        raise ConfigError(f"{uri}: there is no such page; there is toy:page")
    return Path(__file__)


class TestGreeting(CommandConformance):
    command = Greeting()
    arguments = ("--times", "3")


class TestResolve(ResolverConformance):
    resolver = staticmethod(resolve)
    known, unknown = "toy:page", "toy:book"


@pytest.mark.parametrize(
    ("command", "check", "message"),
    [
        pytest.param(object(), "test_it_is_a_command", "is no command", id="no command at all"),
        pytest.param(Mute(), "test_its_summary_is_one_line", "say in one line what it does", id="no summary"),
        pytest.param(Silent(), "test_every_argument_is_explained", r"\['times'\] have no help", id="no help"),
        pytest.param(Absent(), "test_it_returns_an_exit_status", "run\\(\\) returns None", id="no exit status"),
    ],
)
def test_a_command_that_is_wrong_is_caught(command, check, message):
    kit = CommandConformance()
    kit.command = command

    with pytest.raises(AssertionError, match=message):
        getattr(kit, check)()


@pytest.mark.parametrize(
    ("resolver", "check", "message"),
    [
        pytest.param(str, "test_what_is_known_is_a_file", "return a pathlib.Path", id="a text"),
        pytest.param(Path, "test_what_is_known_is_a_file", "does not exist", id="no file"),
        pytest.param(Path, "test_what_is_unknown_is_told", "raise DetcoreError", id="an answer to anything"),
        pytest.param({}.__getitem__, "test_what_is_unknown_is_told", "answered with KeyError", id="another error"),
    ],
)
def test_a_resolver_that_is_wrong_is_caught(resolver, check, message):
    kit = ResolverConformance()
    kit.resolver, kit.known, kit.unknown = resolver, "toy:page", "toy:book"

    with pytest.raises(AssertionError, match=message):
        getattr(kit, check)()
