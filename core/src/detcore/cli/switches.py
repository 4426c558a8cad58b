"""``--allow``, ``--deny`` and ``--prefer``: which plugins may be used. They hold for every subcommand.

They are read before there is a parser, because which commands there are depends on them.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from detcore.plugins import Choice

__all__ = ["ABOUT_SWITCHES", "BEFORE_WORD", "SWITCHES", "Line", "choice_of", "line_of"]

SWITCHES = ("--allow", "--deny", "--prefer")

BEFORE_WORD = "\0"
"""In front of each word behind ``--words``: no argument of a process can hold it itself."""

ABOUT_SWITCHES = (
    "With every COMMAND, --allow PATTERN and --deny PATTERN say which plugins may be used, by their distributions, and "
    "--prefer KIND.NAME=DISTRIBUTION settles a name that several of them offer; each may be repeated. "
    "With a plugin's command they stand before it."
)

Said = dict[str, list[str]]
"""The values of each switch."""


class Line(NamedTuple):
    """A command line, with the switches told from the rest."""

    said: Said
    command: str
    """The subcommand; empty where none was typed."""

    words: list[str]
    """As argparse takes them: every switch stands before the subcommand."""


def line_of(argv: Sequence[str], own_commands: Collection[str]) -> Line:
    """Take a command line apart. Behind a command of a plugin, all words are its own."""
    said: Said = {name: [] for name in SWITCHES}
    words = list(argv)
    place = _place_of_command(words, said)
    command = words[place] if place < len(words) else ""
    if command not in own_commands:
        return Line(said, command, words)
    behind, taken = [], []
    rest = iter(words[place + 1 :])
    for word in rest:
        if word == "--":  # from here on, nothing is an option of ours
            behind += [word, *rest]
        elif word == "--words":  # nor here; in one word with it, since argparse would drop a "--" among them
            behind.append(f"{word}={''.join(BEFORE_WORD + each for each in rest)}")
        elif word.partition("=")[0] in said:
            taken += _taken(word, rest, said)
        else:
            behind.append(word)
    if taken and taken[-1] in SWITCHES:  # nothing stands behind it, and the command must not be taken for its value
        return Line(said, command, taken[-1:])
    return Line(said, command, [*words[:place], *taken, command, *behind])


def choice_of(said: Said) -> "Choice":
    """What the switches decide.

    Raises:
        ConfigError: a preference is no ``kind.name=distribution``.
    """
    from detcore.plugins import Choice
    from detcore.plugins.choices import preference

    prefer = tuple(preference(text, "--prefer") for text in said["--prefer"])
    return Choice("the command line", tuple(said["--allow"]), tuple(said["--deny"]), prefer)


def _place_of_command(words: Sequence[str], said: Said) -> int:
    """Where the subcommand stands; reads the switches before it."""
    rest = iter(words)
    place = 0
    for word in rest:
        if word.partition("=")[0] in said:
            place += len(_taken(word, rest, said))
        elif word.startswith("-"):
            place += 1
        else:
            return place
    return len(words)


def _taken(word: str, rest: Iterator[str], said: Said) -> list[str]:
    """The words of one switch, which has a value behind ``=`` or in the next word; argparse refuses it without one."""
    name, equals, value = word.partition("=")
    if equals:
        said[name].append(value)
        return [word]
    values = [*islice(rest, 1)]
    said[name] += values
    return [word, *values]
