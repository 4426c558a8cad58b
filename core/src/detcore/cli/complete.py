"""``detcore complete``: lets a shell complete commands, options, kinds and ids of components.

The script that a shell loads asks this command for the words that may come next, so that it knows what is installed
now, commands of plugins included. Nothing of that is imported but the command that is being typed.
"""

from argparse import REMAINDER, Action, ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Iterable, Iterator, Sequence

from detcore.errors import DetcoreError

__all__ = ["add_arguments", "candidates", "run"]

SCRIPTS = {
    "bash": """\
_detcore() {
  local IFS=$'\\n'
  COMPREPLY=($(detcore complete --words "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _detcore detcore
""",
    "zsh": """\
#compdef detcore
_detcore() {
  local -a found
  found=(${(f)"$(detcore complete --words "${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( $#found )); then compadd -a found; else _files; fi
}
compdef _detcore detcore
""",
    "fish": """\
function __detcore_words
  set -l typed (commandline -opc)
  detcore complete --words $typed[2..-1] (commandline -ct) 2>/dev/null
end
complete -c detcore -a '(__detcore_words)'
""",
}
"""What each shell loads; where no word fits, it completes names of files as always."""

LOADING = 'bash, in ~/.bashrc: eval "$(detcore complete bash)"; zsh likewise; fish: detcore complete fish | source'


def add_arguments(parser: ArgumentParser) -> None:
    """SHELL, and what its script asks."""
    parser.epilog = LOADING
    parser.add_argument("shell", metavar="SHELL", nargs="?", choices=[*SCRIPTS], help="bash, zsh or fish")
    parser.add_argument(
        "--words", nargs=REMAINDER, help="what was typed after 'detcore', to be told what the last word may become"
    )


def run(arguments: Namespace) -> int:
    """Print the script, or a candidate a line.

    Raises:
        DetcoreError: neither is asked for.
    """
    if arguments.words is not None:
        print("\n".join(candidates(arguments.words or [""])))
    elif arguments.shell is not None:
        print(SCRIPTS[arguments.shell], end="")
    else:
        raise DetcoreError(f"say for which shell: {', '.join(SCRIPTS)}. {LOADING}")
    return 0


def candidates(words: Sequence[str]) -> list[str]:
    """What the last of the words typed after ``detcore`` may become; none where a file or free text belongs."""
    from detcore.cli.main import parser_for

    *before, begun = words
    parser, place, awaited = _walked(parser_for(before), before)
    if awaited is not None:
        found = _values(awaited)
    elif begun.startswith("-"):
        found = [name for action in parser._actions for name in action.option_strings]  # noqa: SLF001  # as _walked
    else:
        found = _values(place) if place is not None else []
    return sorted({word for word in found if word.startswith(begun)})


def _walked(parser: ArgumentParser, words: Iterable[str]) -> tuple[ArgumentParser, Action | None, Action | None]:
    """The parser that answers after these words, the argument that comes next, the option that waits for its value.

    argparse tells nobody what it expects, but by its lists of actions.
    """
    awaited: Action | None = None
    places = _places(parser)
    for word in words:
        if awaited is not None:
            awaited = None
        elif word.startswith("-"):
            option = parser._option_string_actions.get(word)  # noqa: SLF001
            awaited = option if option is not None and option.nargs != 0 else None
        elif places and isinstance(places[0], _SubParsersAction) and word in places[0].choices:
            parser = places[0].choices[word]
            places = _places(parser)
        elif places and places[0].nargs not in {"*", "+", REMAINDER}:
            places = places[1:]
    return parser, places[0] if places else None, awaited


def _places(parser: ArgumentParser) -> list[Action]:
    return [action for action in parser._actions if not action.option_strings]  # noqa: SLF001


def _values(action: Action) -> Iterable[str]:
    if action.choices is not None:
        return map(str, action.choices)
    return {"ID": _ids, "KIND": _kinds}.get(str(action.metavar), tuple)()


def _ids() -> Iterator[str]:
    from detcore.plugins import installed_registry

    for row in installed_registry().rows:
        yield row.component.name
        yield row.component.id


def _kinds() -> list[str]:
    from detcore.plugins import CORE_GROUPS, installed_registry, kind_of

    return [*map(kind_of, CORE_GROUPS), *(row.component.kind for row in installed_registry().rows)]
