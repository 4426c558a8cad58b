"""The rules about imports that keep the house as the design draws it; each returns what breaks it, as sentences."""

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from import_graph import Import, Moment, SourceTree

__all__ = [
    "declared_distributions",
    "heavy_imports",
    "import_cycles",
    "kit_imports",
    "private_imports",
    "relative_imports",
    "shadowed_names",
    "undeclared_imports",
    "unlisted_layers",
    "upward_imports",
]

OPEN_MODULES = ("detcore", "detcore.lazy", "detcore.errors")
"""Modules of core that are public although they are no package."""

DISTRIBUTIONS = {
    "PIL": "pillow",
    "cv2": "opencv-python-headless",
    "detcore": "det-core",
    "mlflow": "mlflow-skinny",
    "yaml": "pyyaml",
}
"""Distributions whose import name is not their own name."""


def unlisted_layers(package: Path, layers: Sequence[str], beside: Sequence[str] = ()) -> list[str]:
    """Folders and modules of ``package`` that have no place among the layers, and layers that do not exist."""
    found = {path.stem for path in package.glob("*.py")} | {path.parent.name for path in package.glob("*/__init__.py")}
    found -= {"__init__", "__main__"}
    unlisted = [f"{package.name}.{name} is in no layer" for name in sorted(found - {*layers, *beside})]
    return unlisted + [f"{package.name}.{name} does not exist" for name in layers if name not in found]


def upward_imports(tree: SourceTree, package: str, layers: Sequence[str], beside: Sequence[str] = ()) -> list[str]:
    """Imports of a layer by one below it, or of what stands beside all layers by any of them."""
    height = {name: rank for rank, name in enumerate(layers)} | {name: len(layers) + 1 for name in beside}

    def rank(module: str) -> int:
        root, _, inner = module.partition(".")
        return height.get(inner.partition(".")[0], len(layers) if inner else -1) if root == package else -1

    imports = [found for found in tree.all_imports() if found.importer.partition(".")[0] == package]
    return [
        f"{found}, which is above it"
        for found in imports
        if found.moment is not Moment.TYPES and rank(found.target) > rank(found.importer)
    ]


def relative_imports(tree: SourceTree) -> list[str]:
    """Imports that begin with a dot."""
    return [f"{found} relatively" for found in tree.all_imports() if found.is_relative]


def import_cycles(tree: SourceTree) -> list[str]:
    """Packages that need each other, whenever they do; and modules that need each other to load."""
    imports = [found for found in tree.all_imports() if found.moment is not Moment.TYPES and found.target in tree.paths]
    packages = [(_room(tree, found.importer), _room(tree, found.target)) for found in imports]
    modules = [(found.importer, found.target) for found in imports if found.moment is Moment.LOAD]
    return [" needs ".join(cycle) for edges in (packages, modules) for cycle in _cycle(edges)]


def kit_imports(tree: SourceTree) -> list[str]:
    """Imports of a package's ``testing`` by anything outside such a package."""
    return [
        f"{found}, which is for tests"
        for found in tree.all_imports()
        if found.moment is not Moment.TYPES and _is_kit(found.target) and not _is_kit(found.importer)
    ]


def undeclared_imports(tree: SourceTree, declared: set[str]) -> list[str]:
    """Imports of distributions that a distribution's ``pyproject.toml`` does not list."""
    own = {name.partition(".")[0] for name in tree.paths}
    found = [(found, found.written.partition(".")[0]) for found in tree.all_imports()]
    return [
        f"{statement}, but {distribution_of(top)!r} is not declared"
        for statement, top in found
        if top not in own | sys.stdlib_module_names and distribution_of(top) not in declared
    ]


def declared_distributions(pyproject: Path) -> set[str]:
    """Names a ``pyproject.toml`` requires, always or by an extra, and its own."""
    table = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    lists = [table.get("dependencies", []), *table.get("optional-dependencies", {}).values()]
    names = [re.split(r"[^\w.-]", requirement, maxsplit=1)[0] for requirements in lists for requirement in requirements]
    return {_normalised(name) for name in [*names, table["name"]]}


def private_imports(tree: SourceTree, importers: str, packages: Iterable[str]) -> list[str]:
    """Imports by ``importers…`` of anything in another of ``packages`` that is not offered at a front door."""
    return [
        f"{found}, which no front door offers"
        for found in tree.all_imports()
        if found.importer.startswith(importers)
        and (top := found.written.partition(".")[0]) in packages
        and top != found.importer.partition(".")[0]
        and not _is_public(tree, found)
    ]


def heavy_imports(tree: SourceTree, light: Iterable[str], heavy: Sequence[str]) -> list[str]:
    """Modules of ``light`` whose import loads one of ``heavy``, with the way that leads there."""
    return [chain for module in sorted(light) for chain in _ways_to(tree, module, heavy)]


def shadowed_names(tree: SourceTree) -> list[str]:
    """Names at a front door that are a submodule's too: once that is imported, it stands where the name did."""
    return [
        f"{package} offers {found.name} of {found.written}, but has a submodule of that name"
        for package in tree.paths
        if tree.is_package(package)
        for found in tree.imports(package)
        if f"{package}.{found.name}" in tree.paths and found.written != package
    ]


def distribution_of(top: str) -> str:
    """The distribution that brings an import name."""
    return _normalised(DISTRIBUTIONS.get(top, top))


def _is_public(tree: SourceTree, found: Import) -> bool:
    if found.name is None:
        return False
    depth = 2 if found.written.startswith("detcore") else 1
    if found.written.count(".") >= depth:
        return False
    return found.written in OPEN_MODULES or found.name in _offered(tree, found.written)


def _is_kit(module: str) -> bool:
    return module.split(".")[1:2] == ["testing"]


def _offered(tree: SourceTree, module: str) -> Mapping[str, str]:
    return tree.exports(module) if module in tree.paths and tree.is_package(module) else {}


def _room(tree: SourceTree, module: str) -> str:
    package = tree.package_of(module)
    return module if package == "detcore" else package  # core's few plain modules are layers of their own


def _cycle(edges: Iterable[tuple[str, str]]) -> Iterator[list[str]]:
    needs: dict[str, set[str]] = {}
    for importer, target in edges:
        if importer != target:
            needs.setdefault(importer, set()).add(target)
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        yield list(reversed(error.args[1]))


def _ways_to(tree: SourceTree, start: str, heavy: Sequence[str]) -> Iterator[str]:
    seen, queue = {start}, [(start, start)]
    while queue:
        module, way = queue.pop(0)
        for executed, line in tree.executed_with(module):
            step = f"{way}:{line} → {executed}"
            if executed in heavy:
                yield step
            elif executed in tree.paths and executed not in seen:
                seen.add(executed)
                queue.append((executed, step))


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
