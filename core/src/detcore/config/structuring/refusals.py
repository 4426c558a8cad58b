"""What validators say, as sentences about the value they refuse."""

import re
from collections.abc import Collection, Iterator
from typing import Any

import attrs

from detcore.config.structuring.types import listed
from detcore.config.text.nodes import Path
from detcore.plugins import did_you_mean

__all__ = ["refusals", "sentence", "subject_of"]

_COMPARED = re.compile(r"must be ([<>]=?|==) (\S+): (.+)")
_COUNTED = re.compile(r"Length of '\w+' must be ([<>]=) (\d+): (\d+)")
_SUBJECT = re.compile(r"'?(\w+)'?( \([^()]*\))? ")


def refusals(field: "attrs.Attribute[Any]", value: object) -> Iterator[tuple[Path, str]]:
    """Path below the field, and sentence, of everything that its validator has against a value.

    Entries of a list that are wrong by themselves are named one by one.
    """
    whole = _refusal(field, value)
    if whole is None:
        return
    entries = value if isinstance(value, tuple) else ()
    wrong = {index: text for index, entry in enumerate(entries) if (text := _refusal(field, (entry,))) is not None}
    if 0 < len(wrong) < len(entries):
        yield from (((index,), text) for index, text in wrong.items())
    else:
        yield (), whole


def sentence(error: Exception, name: str) -> str:
    """What a validator raised about the field ``name``, without the name."""
    text = str(error.args[0]) if error.args else str(error)
    match error.args:
        case [_, _, options, value] if " must be in " in text:
            return f"must be {_options(options)}, not {_shown(value)}{_near(options, value)}"
        case [_, _, kind, value] if isinstance(kind, type):
            return f"must be {kind.__name__}, not {_shown(value)}"
        case [_, _, re.Pattern(pattern=pattern), value]:
            return f"must match the pattern {pattern!r}, not be {_shown(value)}"
    if counted := _COUNTED.fullmatch(text):
        limit = "at least" if counted[1] == ">=" else "at most"
        return f"must have {limit} {counted[2]} {'entry' if counted[2] == '1' else 'entries'}, not {counted[3]}"
    text = text.removeprefix(f"'{name}' ")
    if compared := _COMPARED.fullmatch(text):
        return f"must be {compared[1]} {compared[2]}, not {compared[3]}"
    return text


def subject_of(text: str, names: Collection[str]) -> tuple[str, str] | None:
    """The field that a sentence begins with, and what it says of it; ``None`` where it begins with none of ``names``.

    >>> subject_of("'low' (3) must not exceed 'high' (2)", {"low", "high"})
    ('low', "3 must not exceed 'high' (2)")
    """
    match = _SUBJECT.match(text)
    if match is None or match[1] not in names:
        return None
    rest = text[match.end() :]
    if rest.startswith(("and ", "or ")):
        return match[1], text
    return match[1], f"{match[2].strip(' ()')} {rest}" if match[2] else rest


def _refusal(field: "attrs.Attribute[Any]", value: object) -> str | None:
    try:
        # Called here as well as by the constructor, because only here is it known which field it is about.
        field.validator(None, field, value)  # type: ignore[misc]  # the caller knows there is one
    except (ValueError, TypeError) as error:
        return sentence(error, field.name)
    except Exception:  # noqa: BLE001  # it looks at other fields, which the constructor gives it
        return None
    return None


def _options(options: Any) -> str:
    if isinstance(options, range) and options.step == 1:
        return f"from {options.start} to {options.stop - 1}"
    return listed(sorted(options) if isinstance(options, set | frozenset) else options)


def _near(options: Any, value: object) -> str:
    return did_you_mean(value, [word for word in options if isinstance(word, str)]) if isinstance(value, str) else ""


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)
