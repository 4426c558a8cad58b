"""Where the parts of this repository lie."""

import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from import_graph import SourceTree

__all__ = ["CORE", "PLUGINS", "ROOT", "entry_points", "import_package", "is_installed", "project", "source_tree"]

ROOT = Path(__file__).parents[2]
CORE = ROOT / "core"
PLUGINS = sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))
"""Folders of the first-party plugins; none where core stands alone."""


def project(distribution: Path) -> dict[str, Any]:
    """The ``[project]`` table of a distribution."""
    table: dict[str, Any] = tomllib.loads((distribution / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return table


def source_tree() -> SourceTree:
    """Every module of core and the plugins."""
    return SourceTree.read(*(distribution / "src" for distribution in (CORE, *PLUGINS)))


def is_installed(module: str) -> bool:
    """Whether the distribution that holds a module is there; core's tests also run where no plugin is."""
    return find_spec(module.partition(".")[0]) is not None


def import_package(distribution: Path) -> Path:
    """The one package below a distribution's ``src``."""
    (package,) = (path.parent for path in distribution.glob("src/*/__init__.py"))
    return package


def entry_points(distribution: Path) -> list[tuple[str, str, str]]:
    """Group, name and value of every entry point a distribution declares."""
    groups = project(distribution).get("entry-points", {})
    return [(group, name, value) for group, names in groups.items() for name, value in names.items()]
