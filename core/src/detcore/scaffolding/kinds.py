"""Kinds of which a distribution can be made: those that have a template.

Core has a template for each of its own groups. A package that opens a group brings the one for it in its folder
``scaffolding``, under the last word of the group: ``scaffolding/mask_heads.txt``.
"""

import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from detcore.errors import UnknownComponentError
from detcore.plugins import did_you_mean, installed_registry, kind_of
from detcore.plugins.component import USABLE
from detcore.plugins.first_party import FIRST_PARTY
from detcore.plugins.groups import INTERFACES_GROUP, kinds_meant, opened_group

__all__ = ["Kind", "find_kind", "kinds_to_make"]

OWN_TEMPLATES = Path(__file__).parent / "templates"


class Kind(NamedTuple):
    """A group of entry points, and the template of a distribution that joins it."""

    group: str
    template: Path

    @property
    def word(self) -> str:
        """As ``plugins list`` shows it: ``"mask_heads"``."""
        return kind_of(self.group)


def kinds_to_make() -> list[Kind]:
    """Those of core, then those that installed plugins open, each sorted by group."""
    own = [Kind(f"detcore.{path.stem}", path) for path in OWN_TEMPLATES.glob("*.txt")]
    opened = {
        opened_group(row.component.name, row.component.target)
        for row in installed_registry().rows
        if row.component.group == INTERFACES_GROUP and row.status in USABLE
    }
    theirs = [Kind(group, path) for group in opened if (path := _template_in_package(group)) is not None]
    return [*sorted(own), *sorted(theirs)]


def find_kind(word: str) -> Kind:
    """The kind that a user means: ``"backbone"``, ``"backbones"``, ``"mask-head"``, ``"detcore.backbones"``.

    Raises:
        UnknownComponentError: there is none, it comes without a template, or several plugins have one of this name.
    """
    known = kinds_to_make()
    named = [kind for kind in known if word == kind.group] or [kind for kind in known if kind.word in kinds_meant(word)]
    if not named:
        raise UnknownComponentError(f"nothing can be made of the kind {word!r}{_instead(word, known)}")
    if len(named) > 1:
        groups = " or ".join(kind.group for kind in named)
        raise UnknownComponentError(f"several plugins have a kind {word!r}; say which one: --kind {groups}")
    return named[0]


def _template_in_package(group: str) -> Path | None:
    """Found by asking where the package lies, which for a package without a dot imports nothing."""
    package, _, word = group.rpartition(".")
    module = sys.modules.get(package)
    spec = find_spec(package) if module is None else module.__spec__
    folders = [] if spec is None else spec.submodule_search_locations or []
    paths = [Path(folder) / "scaffolding" / f"{word}.txt" for folder in folders]
    return next((path for path in paths if path.is_file()), None)


def _instead(word: str, known: Iterable[Kind]) -> str:
    """The nearest right word; what has to be installed for it; or everything that there is."""
    owners = {kind_of(group): owner for (group, _), owner in FIRST_PARTY.items()}
    missing = owners.keys() - {kind.word for kind in known}
    if wanted := kinds_meant(word) & missing:
        return f"; install {owners[wanted.pop()]}, which opens it"
    words = sorted({kind.word for kind in known})
    return did_you_mean(word, [*words, *(each.removesuffix("s") for each in words)]) or f"; there is {', '.join(words)}"
