"""Whether the distributions that a config requires are there, in a version that fits.

PEP 508: https://peps.python.org/pep-0508/
Differs from it: no condition behind ``;`` and no place to install from, because neither could be kept here.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from detcore.plugins.component import LOCAL, Component, Row, Status
from detcore.plugins.distribution import normalised
from detcore.plugins.metadata import distribution_at
from detcore.plugins.versions import requirement_on, satisfies

__all__ = ["Requirement", "parsed_requirement", "unmet_requirements"]

_UNUSABLE: tuple[Status, ...] = ("blocked", "incompatible")

_EXTRA = re.compile(r"""^\s*extra\s*==\s*["']([^"']+)["']\s*$""")


class Requirement(NamedTuple):
    """``"det-plugin-trackers[wandb]>=0.1,<1"``, taken apart."""

    name: str
    extras: tuple[str, ...]
    clauses: str
    """``">=0.1,<1"``; empty: any version will do."""


def parsed_requirement(text: str) -> Requirement:
    """Name, extras and versions.

    Raises:
        ValueError: it is no requirement, or one that cannot be compared with what is installed; says what is wrong.
    """
    from packaging.requirements import InvalidRequirement  # most configs require nothing
    from packaging.requirements import Requirement as Parsed

    try:
        parsed = Parsed(text)
    except InvalidRequirement as error:
        raise ValueError(
            "is not a distribution with versions, such as 'det-plugin-maskrcnn>=0.1' or 'det-plugin-trackers[wandb]'"
        ) from error
    if parsed.marker is not None:
        raise ValueError("has a condition behind ';', which is not read here; leave it out")
    if parsed.url is not None:
        raise ValueError(f"says where to install {parsed.name} from, which is not compared; write versions instead")
    if normalised(parsed.name) == LOCAL:
        raise ValueError("names what users' own files are called, and no distribution; give the file with --local FILE")
    return Requirement(normalised(parsed.name), tuple(sorted(parsed.extras)), str(parsed.specifier))


def unmet_requirements(requirements: Iterable[str], rows: Sequence[Row]) -> list[tuple[int, str]]:
    """Position of, and a sentence with what to install about, each ``"det-plugin-x>=0.1"`` that is not satisfied."""
    told = ((index, _unmet(requirement, rows)) for index, requirement in enumerate(requirements))
    return [(index, text) for index, text in told if text]


def _unmet(text: str, rows: Sequence[Row]) -> str:
    try:
        requirement = parsed_requirement(text)
    except ValueError as error:
        return f"{text!r} {error}"
    name = requirement.name
    own = [row for row in rows if row.component.distribution == name and row.status not in ("duplicate", "stale")]
    version = own[0].component.version if own else _version_of(name)
    if not version:
        return f"{name} is not installed: pip install {text!r}"
    try:
        fits = satisfies(version, requirement.clauses)
    except ValueError as error:
        return f"{text!r}: {error}"
    if not fits:
        return f"needs {text}, but {version} is installed: pip install {text!r}"
    return _refusal(own) or _lacking_extra(text, requirement, own)


def _version_of(name: str) -> str:
    """Of a distribution that offers no component; empty where it is not there."""
    from importlib.metadata import PackageNotFoundError, version  # slow to import, and seldom needed

    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _refusal(rows: Sequence[Row]) -> str:
    if not rows or any(row.status not in _UNUSABLE for row in rows):
        return ""
    component: Component = rows[0].component
    return f"{component.distribution} {component.version} is installed, but cannot be used: {rows[0].reason}"


def _lacking_extra(text: str, requirement: Requirement, rows: Sequence[Row]) -> str:
    """What a distribution says that an extra needs, and that is not there."""
    for line in distribution_at(rows[0].component.location).requirements if rows else ():
        needed, _, condition = line.partition(";")
        extra, parsed = _EXTRA.match(condition), requirement_on(needed)
        if extra and parsed and normalised(extra[1]) in map(normalised, requirement.extras):
            name = normalised(parsed[0])
            if not _version_of(name):
                return f"needs {text}, but {name}, which the extra brings, is not installed: pip install {text!r}"
    return ""
