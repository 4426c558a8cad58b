# pathlib takes longer to import than the whole scan does.
# ruff: noqa: PTH110, PTH118, PTH120
"""Where a distribution was installed from.

PEP 610: https://peps.python.org/pep-0610/
"""

import os
from typing import Any, NamedTuple

from detcore.plugins.component import REGISTERED, Component
from detcore.plugins.metadata import text_in

__all__ = ["Provenance", "path_of", "provenance_of", "requirement_for"]

_SHORT = 7
"""Letters of a commit that tell it from others."""


class Provenance(NamedTuple):
    """What an installer wrote down, and what follows where it wrote nothing."""

    kind: str
    """``"index"``, ``"wheel"``, ``"archive"``, ``"folder"``, ``"editable"``, ``"registered"``, ``"git"``, …"""

    url: str = ""
    commit: str = ""

    def __str__(self) -> str:
        """In a word, for a table: ``"git@1a2b3c4"``."""
        return f"{self.kind}@{self.commit[:_SHORT]}" if self.commit else self.kind


def provenance_of(component: Component) -> Provenance:
    """Where a component's distribution comes from; whatever cannot be read counts as installed from an index."""
    location = component.location
    if location == REGISTERED:
        return Provenance("registered")
    if text := text_in(location, "direct_url.json"):
        try:
            return _stated(text)
        except (ValueError, TypeError, AttributeError, KeyError):
            return Provenance("index")
    is_in_development = location.lower().endswith(".egg-info") and _has_source(os.path.dirname(location))
    return Provenance("editable" if is_in_development else "index")


def requirement_for(component: Component, provenance: Provenance) -> str:
    """The line that installs the same again, as pip takes it."""
    name, version = component.distribution, component.version
    match provenance:
        case Provenance(kind="editable", url=url) if url:
            return f"-e {path_of(url)}"
        case Provenance(kind="wheel" | "archive" | "folder", url=url):
            return f"{name} @ {url}"
        case Provenance(kind=system, url=url, commit=commit) if commit:
            return f"{name} @ {system}+{url}@{commit}"
    return f"{name}=={version}" if version else name


def _stated(text: str) -> Provenance:
    import json  # most distributions come from an index, and have no such file

    facts: dict[str, Any] = json.loads(text)
    url = str(facts["url"])
    if "vcs_info" in facts:
        return Provenance(str(facts["vcs_info"]["vcs"]), url, str(facts["vcs_info"]["commit_id"]))
    if "dir_info" in facts:
        return Provenance("editable" if facts["dir_info"].get("editable") else "folder", url)
    return Provenance("wheel" if url.endswith(".whl") else "archive", url)


def _has_source(folder: str) -> bool:
    """Whether setuptools develops here: the information then lies beside ``setup.py``, or below it."""
    around = (folder, os.path.dirname(folder))
    return any(os.path.exists(os.path.join(place, name)) for place in around for name in ("setup.py", "pyproject.toml"))


def path_of(url: str) -> str:
    """What a file URL means here; on Windows ``file:///C:/one`` is a path that begins with the drive."""
    from urllib.parse import urlsplit
    from urllib.request import url2pathname  # imports what speaks HTTP

    return url2pathname(urlsplit(url).path)
