"""Versions and requirements.

PEP 440: https://peps.python.org/pep-0440/, PEP 508: https://peps.python.org/pep-0508/
Differs from them: a pre-release satisfies ``>=`` like any other version, because what is installed is what there is.

Plain versions such as 0.1.2 are compared here. Everything else is left to ``packaging``, which takes longer to import
than a bare interpreter takes to start.
"""

import operator
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from detcore.plugins.distribution import normalised

if TYPE_CHECKING:
    from packaging.version import Version

__all__ = ["name_in", "precedence", "requirement_on", "satisfies"]

_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)*")
_PLAIN_CLAUSE = re.compile(r"\s*(==|!=|<=|>=|<|>)\s*([0-9]+(?:\.[0-9]+)*)\s*")
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, "!=": operator.ne, "<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt
}  # fmt: skip

_LINE = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(.*)", re.DOTALL)
_END_OF_URL = re.compile(r"\s;")
_OF_ONE_EXTRA = re.compile(r"""\s*extra\s*==\s*(?:"[^"]*"|'[^']*')\s*""")


def satisfies(version: str, clauses: str) -> bool:
    """Whether ``version`` meets every one of ``">=0.1, <0.3"``.

    Raises:
        ValueError: a clause or a version is not one.
    """
    met = [_meets(version, clause) for clause in clauses.split(",") if clause.strip()]  # every one has to be readable
    return all(met)


def precedence(version: str) -> "tuple[bool, Version]":
    """What a newer version has more of; whatever is no version comes before them all.

    >>> sorted(["1.10", "unknown", "1.9", "1.10rc1"], key=precedence)
    ['unknown', '1.9', '1.10rc1', '1.10']
    """
    from packaging.version import InvalidVersion, Version

    try:
        return True, Version(version)
    except InvalidVersion:
        return False, Version("0")


def requirement_on(line: str) -> tuple[str, str] | None:
    """Name and clauses of a ``Requires-Dist`` line, or ``None`` where its condition does not hold here.

    That of an extra never does; one that cannot be read counts as if it did. A place to install from is no clause.
    """
    match = _LINE.fullmatch(line)
    if match is None:
        return None
    name, rest = match.groups()
    if rest.startswith("@"):
        _, *condition = _END_OF_URL.split(rest, maxsplit=1)
        return (name, "") if not condition or _holds(condition[0]) else None
    clauses, semicolon, written = rest.partition(";")
    return (name, _bare(clauses.strip())) if not semicolon or _holds(written) else None


def name_in(line: str) -> str:
    """The distribution of a ``Requires-Dist`` line, whether its condition holds or not; empty where it has none."""
    match = _LINE.match(line)
    return normalised(match[1]) if match else ""


def _bare(clauses: str) -> str:
    return clauses[1:-1].strip() if clauses.startswith("(") and clauses.endswith(")") else clauses


def _holds(condition: str) -> bool:
    if _OF_ONE_EXTRA.fullmatch(condition):
        return False  # as it nearly always is
    from packaging.markers import Marker

    try:
        return Marker(condition.strip()).evaluate({"extra": ""})
    except ValueError:
        return True


def _meets(version: str, clause: str) -> bool:
    match = _PLAIN_CLAUSE.fullmatch(clause)
    if match and _PLAIN.fullmatch(version):
        return _COMPARISONS[match[1]](_release(version), _release(match[2]))
    return _meets_specifier(version, clause.strip())


def _release(version: str) -> tuple[int, ...]:
    numbers = [int(number) for number in version.split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _meets_specifier(version: str, clause: str) -> bool:
    from packaging.specifiers import InvalidSpecifier, Specifier
    from packaging.version import InvalidVersion, Version

    try:
        wanted = Specifier(clause)
        if wanted.operator == "===":  # the same text; older packaging compares it with what it makes of the version
            return version.lower() == wanted.version.lower()
        Version(version)
    except InvalidSpecifier:
        raise ValueError(f"not a version requirement: {clause!r}") from None
    except InvalidVersion:
        raise ValueError(f"not a version: {version!r}") from None
    return wanted.contains(version, prereleases=True)
