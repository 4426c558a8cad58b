"""What a new distribution may be called, and what its package, component and classes are called then."""

import keyword
import re
import sys
from typing import NamedTuple

from detcore.errors import DetcoreError
from detcore.plugins import is_one_slip
from detcore.plugins.distribution import normalised
from detcore.plugins.first_party import FIRST_PARTY
from detcore.plugins.versions import requirement_on
from detcore.scaffolding.kinds import Kind

__all__ = ["Names", "names_for"]

OUR_PREFIX = "det-plugin-"

RESERVED = frozenset({"det-core", "det-runtime", "detcore", *FIRST_PARTY.values()})
"""Of the distributions that are released together with core."""

LONGEST = 40
"""So that every line of what is made fits its width."""


class Names(NamedTuple):
    """One thing's names in the worlds it lives in."""

    distribution: str
    """``"detcore-wide-net"``: for pip."""

    package: str
    """``"detcore_wide_net"``: for Python."""

    component: str
    """``"wide-net"``: what a config gives as ``type``."""

    module: str
    """``"wide_net"``."""

    title: str
    """``"WideNet"``: how its classes begin."""


def names_for(name: str, kind: Kind) -> Names:
    """Every name of a new distribution.

    Raises:
        DetcoreError: it is no distribution's name, or another's, or so near to another's that people would mix them up.
    """
    component = _component_of(normalised(name), kind)
    refusal = _not_a_name(name) or _not_free(normalised(name)) or _not_a_component(component, kind)
    if refusal:
        raise DetcoreError(f"a distribution cannot be called {name!r}: {refusal}")
    package, module = normalised(name).replace("-", "_"), component.replace("-", "_")
    return Names(normalised(name), package, component, module, _title_of(component))


def _component_of(name: str, kind: Kind) -> str:
    """The part of the name that says which one it is: without our name and the kind's."""
    bare = name.removeprefix("detcore-").removesuffix("-detcore").removesuffix("-for")
    singular = kind.word.replace("_", "-")
    for ending in (singular, singular.removesuffix("s")):
        bare = bare.removesuffix(f"-{ending}")
    return bare


def _title_of(component: str) -> str:
    return "".join(word.capitalize() for word in component.split("-"))


def _not_a_name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", name):
        return "use letters, digits and '-', beginning and ending with a letter or digit"
    if len(name) > LONGEST:
        return f"it has {len(name)} letters, and {LONGEST} are the most"
    return ""


def _not_free(name: str) -> str:
    package = name.replace("-", "_")
    if name in RESERVED:
        return "that is one of detcore's own distributions"
    if _plain(name).startswith(_plain(OUR_PREFIX)):
        return f"names that begin with {OUR_PREFIX!r} are of distributions that are released together with det-core"
    if package in sys.stdlib_module_names or keyword.iskeyword(package):
        return f"Python itself has a word {package!r}"
    if near := _taken_and_near(name):
        return f"people would take it for {near!r}"
    if _is_installed(name):
        return "a distribution of this name is installed; uninstall it if it was an earlier try of yours"
    return ""


def _taken_and_near(name: str) -> str | None:
    """A name that everybody who has detcore has installed, one slip away at most, however its words are joined."""
    from importlib.metadata import requires

    needed = {found[0] for line in requires("det-core") or () if (found := requirement_on(line)) is not None}
    taken = sorted(RESERVED | {normalised(each) for each in needed})
    return next((each for each in taken if is_one_slip(_plain(name), _plain(each))), None)


def _is_installed(name: str) -> bool:
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def _not_a_component(component: str, kind: Kind) -> str:
    if not component[:1].isalpha():
        return f"configs would say {component!r}, and that must begin with a letter"
    module, title = component.replace("-", "_"), _title_of(component)
    if words := [word for word in (module, title) if keyword.iskeyword(word)]:
        return f"its code would have to be called {words[0]!r}, which is a word of Python's own; add one of yours"
    if f"{module}s" == kind.word:
        return f"it says what kind it is, and not which one; add a word, as in 'detcore-wide-{component}'"
    if owner := FIRST_PARTY.get((kind.group, component)):
        return f"configs would say {component!r}, which is {owner}'s word; choose another one"
    return ""


def _plain(name: str) -> str:
    return name.replace("-", "")
