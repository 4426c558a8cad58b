"""Whether ``detcore check`` said what it had to say about a broken config."""

import re

from attrs import frozen

from broken_configs.case import Case

__all__ = ["Verdict", "judged"]

_COUNT = re.compile(r"\d+ problems")
"""The line over several."""


@frozen(kw_only=True)
class Verdict:
    """What is wrong with an answer; empty lists of words where nothing is."""

    failures: tuple[str, ...]
    is_word_missing: bool
    besides: tuple[str, ...]
    """Lines about anything but the mistake."""


def judged(case: Case, status: int, said: str) -> Verdict:
    """The verdict on what the command printed to its error stream, and its exit status."""
    failures = []
    if status != 1:
        failures.append(f"exit status {status}")
    if "Traceback" in said:
        failures.append("a traceback")
    lines = [line.removeprefix("detcore: ").strip() for line in said.splitlines()]
    here = [line for line in lines if _is_at(case.place, line)]
    if not here:
        failures.append(f"no line about {case.place}")
    there = [line for line in here if line.removeprefix(f"{case.place}: ").startswith(f"{case.path}: ")]
    if here and case.path and not there:
        failures.append(f"{case.path} is not named at {case.place}")
    if case.says and there and not any(case.says in line for line in there):
        failures.append(f"does not say {case.says}")
    told = any(f"did you mean {case.word!r}?" in line for line in there or here)
    return Verdict(
        failures=tuple(failures),
        is_word_missing=bool(case.word) and not told,
        besides=tuple(line for line in lines if line not in (there or here) and not _COUNT.fullmatch(line)),
    )


def _is_at(place: str, line: str) -> bool:
    """Whether a line begins with a place; where there is no line number, with the file."""
    return line.startswith(f"{place}: " if place.rpartition(":")[2].isdigit() else place)
