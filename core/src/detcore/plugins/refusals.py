"""What can be wrong with a distribution or an entry point, told from its metadata."""

from typing import NamedTuple

import detcore
from detcore.plugins.component import LOCAL, Component, Status
from detcore.plugins.distribution import Distribution
from detcore.plugins.groups import GROUPS_WITHOUT_CONFIG, INTERFACES_GROUP
from detcore.plugins.versions import name_in, requirement_on, satisfies

__all__ = ["Refusal", "refusal_of_distribution", "refusal_of_entry", "refusal_of_repetition"]


class Refusal(NamedTuple):
    """Why something cannot be used: what a row says of it."""

    status: Status
    reason: str
    why: str


def refusal_of_distribution(distribution: Distribution) -> Refusal | None:
    """Why nothing of a distribution can be used."""
    return _standing(distribution) or _reserved(distribution) or _incompatibility(distribution)


def refusal_of_entry(component: Component) -> Refusal | None:
    """Why an entry point is none, whatever it names."""
    return _misnamed(component) or _mistargeted(component)


def refusal_of_repetition(component: Component, seen: set[tuple[str, str]]) -> Refusal | None:
    """Whether a name has been seen in its distribution, in the same group; it has been from now on."""
    key = component.group, component.name
    if key in seen:
        told = f"{component.distribution} has another {component.name!r} in {component.group}, which counts"
        return Refusal("duplicate", told, component.location)
    seen.add(key)
    return None


def _standing(distribution: Distribution) -> Refusal | None:
    if distribution.standing == "ok":
        told = f"its folder holds no metadata; install {distribution.name} again"
        return None if distribution.has_header else Refusal("stale", told, distribution.location)
    return Refusal(distribution.standing, distribution.reason, distribution.location)


def _reserved(distribution: Distribution) -> Refusal | None:
    """A user's own files go by that name in configs and records, and would be mixed up with it."""
    if distribution.name != LOCAL:
        return None
    told = f"{LOCAL!r} is what users' own files are called, and no distribution can be; only its author can rename it"
    return Refusal("bad-name", told, "the name of the distribution")


def _incompatibility(distribution: Distribution) -> Refusal | None:
    for line in distribution.requirements:
        # By name first: a condition takes long to read, and those of other requirements decide nothing here.
        requirement = requirement_on(line) if name_in(line) == "det-core" else None
        if requirement and (reason := _unmet(requirement[1])):
            return Refusal("incompatible", reason, f"Requires-Dist: {line} in {distribution.location}")
    return None


def _unmet(clauses: str) -> str:
    try:
        fits = satisfies(detcore.__version__, clauses)
    except ValueError as error:
        return f"its requirement on det-core cannot be read: {error}"
    return "" if fits else f"needs det-core{clauses}, but this is {detcore.__version__}"


def _misnamed(entry: Component) -> Refusal | None:
    if _is_good_name(entry.name):
        return None
    better = "-".join("".join(letter if letter.isalnum() else " " for letter in entry.name.lower()).split())
    example = f", such as {better!r}" if better and _is_good_name(better) else ""
    return Refusal("bad-name", f"a name is lower-case words and digits joined by '-'{example}", "the form of the name")


def _is_good_name(name: str) -> bool:
    return name.isascii() and name == name.lower() and all(map(str.isalnum, name.split("-")))


def _mistargeted(entry: Component) -> Refusal | None:
    module, colon, qualname = entry.target.partition(":")
    needs_class = entry.group not in GROUPS_WITHOUT_CONFIG or entry.group == INTERFACES_GROUP
    is_whole = _is_dotted(module) and (_is_dotted(qualname) if colon else not needs_class)
    if is_whole:
        return None
    form = "'module:Class'" if needs_class else "'module' or 'module:name'"
    return Refusal("bad-target", f"must be {form}, not {entry.target!r}", "the form of the target")


def _is_dotted(text: str) -> bool:
    return all(map(str.isidentifier, text.split(".")))
