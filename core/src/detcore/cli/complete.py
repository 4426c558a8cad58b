"""``detcore complete``: lets a shell complete commands, options, settings, kinds and ids of components.

The script that a shell loads asks this command for the words that may come next, so that it knows what is installed
now, commands of plugins included. Nothing of that is imported but the command that is being typed.
"""

from argparse import REMAINDER, Action, ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from detcore.cli.completed_values import switch_values, values_of
from detcore.cli.switches import BEFORE_WORD, SWITCHES
from detcore.errors import DetcoreError

__all__ = ["add_arguments", "candidates", "run"]

SCRIPTS = {
    "bash": """\
_detcore() {
  local IFS=$'\\n' word cut end=-1 joins= words=()
  # Bash parts words at = and :, which are parts of ours.
  for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if ((end >= 0)) && [[ $joins || $word =~ ^[=:]+$ ]]; then words[end]+=$word; else words[++end]=$word; fi
    [[ $word =~ ^[=:]+$ ]] && joins=1 || joins=
  done
  [[ $joins ]] && word=
  cut=$((${#words[end]} - ${#word}))
  COMPREPLY=()
  for word in $(detcore complete --words "${words[@]}" 2>/dev/null); do
    COMPREPLY+=("${word:cut}")
    [[ $word == *[=.:] ]] && compopt -o nospace 2>/dev/null
  done
}
complete -o default -F _detcore detcore
""",
    "zsh": """\
#compdef detcore
_detcore() {
  local -a found
  found=(${(f)"$(detcore complete --words "${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( $#found )); then
    local -a open=(${(M)found:#*[=.:]}) whole=(${found:#*[=.:]})
    compadd -S '' -a open
    compadd -a whole
  else
    _files
  fi
}
compdef _detcore detcore
""",
    "fish": """\
function __detcore_words
  set -l typed (commandline -opc)
  set -l found (detcore complete --words $typed[2..-1] (commandline -ct) 2>/dev/null)
  if count $found >/dev/null
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c detcore -f -a '(__detcore_words)'
""",
}
"""What each shell loads; where no word fits, it completes names of files as always. No space follows what leads on."""

LOADING = 'bash, in ~/.bashrc: eval "$(detcore complete bash)"; zsh likewise; fish: detcore complete fish | source'


def add_arguments(parser: ArgumentParser) -> None:
    """SHELL, and what its script asks."""
    parser.epilog = LOADING
    parser.add_argument("shell", metavar="SHELL", nargs="?", choices=[*SCRIPTS], help="bash, zsh or fish")
    parser.add_argument(
        "--words", metavar="...", help="what was typed after 'detcore', to be told what the last word may become"
    )


def run(arguments: Namespace) -> int:
    """Print the script, or a candidate a line.

    Raises:
        DetcoreError: neither is asked for.
    """
    if arguments.words is not None:
        print("".join(f"{word}\n" for word in candidates(arguments.words.split(BEFORE_WORD)[1:] or [""])), end="")
    elif arguments.shell is not None:
        print(SCRIPTS[arguments.shell], end="")
    else:
        raise DetcoreError(f"say for which shell: {', '.join(SCRIPTS)}. {LOADING}")
    return 0


def candidates(words: Sequence[str]) -> list[str]:
    """What the last of the words typed after ``detcore`` may become; none where a file or free text belongs."""
    from detcore.cli.main import parser_for

    *before, begun = words
    typed = _walked(parser_for(before), before)
    option, equals, _ = begun.partition("=")
    if typed.switch or (option in SWITCHES and equals):
        glued = "" if typed.switch else f"{option}="
        values = switch_values(typed.switch or option, begun.removeprefix(glued))
        return _begun_so(begun, (f"{glued}{word}" for word in values))
    if typed.awaited is not None:
        return _begun_so(begun, _values(typed.awaited, begun, typed))
    if begun.startswith("-"):
        names = [name for action in typed.parser._actions for name in action.option_strings]  # noqa: SLF001  # as _walked
        return _begun_so(begun, [*names, *SWITCHES])
    return _begun_so(begun, _values(typed.place, begun, typed) if typed.place is not None else [])


def _begun_so(begun: str, words: Iterable[str]) -> list[str]:
    return sorted({word for word in words if word.startswith(begun)})


class _Typed(NamedTuple):
    """Where a command line has come to."""

    parser: ArgumentParser
    place: Action | None
    """The argument that comes next."""

    awaited: Action | None
    """The option that waits for its value."""

    switch: str
    """The switch about plugins that does."""

    arguments: dict[str, list[str]]
    """What has been typed, by the arguments that it is for."""


def _walked(parser: ArgumentParser, words: Iterable[str]) -> _Typed:
    """The parser that answers after these words, and what it expects.

    argparse tells nobody what it expects, but by its lists of actions.
    """
    awaited: Action | None = None
    switch, places, arguments = "", _places(parser), dict[str, list[str]]()
    for word in words:
        if switch or awaited is not None:
            switch, awaited = "", None
        elif word in SWITCHES:
            switch = word
        elif word.startswith("-"):
            option = parser._option_string_actions.get(word)  # noqa: SLF001
            awaited = option if option is not None and option.nargs != 0 else None
        elif places and isinstance(places[0], _SubParsersAction) and word in places[0].choices:
            parser = places[0].choices[word]
            places = _places(parser)
        elif places:
            arguments.setdefault(places[0].dest, []).append(word)
            places = places if places[0].nargs in {"*", "+", REMAINDER} else places[1:]
    return _Typed(parser, places[0] if places else None, awaited, switch, arguments)


def _places(parser: ArgumentParser) -> list[Action]:
    return [action for action in parser._actions if not action.option_strings]  # noqa: SLF001


def _values(action: Action, begun: str, typed: _Typed) -> Iterable[str]:
    if action.choices is not None:
        return map(str, action.choices)
    return values_of(str(action.metavar), begun, typed.arguments)
