"""What a package offers is what its type checker sees, what it lists, and what can be imported."""

import ast
from importlib import import_module
from pathlib import Path

import pytest
from house_rules import shadowed_names
from import_graph import Import, Moment, SourceTree
from repository import is_installed, source_tree

HOUSE = source_tree()
PACKAGES = [name for name in HOUSE.paths if HOUSE.is_package(name)]
DOORS = [name for name in PACKAGES if "front_door(" in HOUSE.paths[name].read_text() and is_installed(name)]


@pytest.mark.parametrize("door", DOORS)
def test_type_checkers_see_what_is_offered(door):
    typed = {statement.name: statement.written for statement in type_imports(HOUSE, door)}

    assert typed == HOUSE.exports(door)


@pytest.mark.parametrize("door", DOORS)
def test_everything_offered_can_be_imported(door):
    package = import_module(door)

    assert [name for name in dir(package) if not hasattr(package, name)] == []
    assert sorted(dir(package)) == sorted(HOUSE.exports(door))


@pytest.mark.parametrize("door", DOORS)
def test_a_star_imports_everything_offered(door):
    imported: dict[str, object] = {}
    exec(f"from {door} import *", imported)

    assert sorted(imported.keys() - {"__builtins__"}) == sorted(HOUSE.exports(door))


@pytest.mark.parametrize("door", DOORS)
def test_everything_offered_is_defined_where_the_door_says(door):
    homes = [(name, home) for name, home in HOUSE.exports(door).items() if home != door]

    assert [f"{home} lists no {name}" for name, home in homes if name not in listed(HOUSE.paths[home])] == []


@pytest.mark.parametrize("door", DOORS)
def test_nothing_offered_is_private(door):
    assert [name for name in HOUSE.exports(door) if name.startswith("_")] == []


def test_every_package_of_core_and_every_plugin_has_a_front_door():
    offering = [name for name in PACKAGES if name != "detcore" and is_installed(name) and HOUSE.exports(name)]

    assert [name for name in offering if name not in DOORS] == []


def test_no_name_is_offered_beside_a_submodule_of_that_name():
    assert shadowed_names(HOUSE) == []


def test_a_name_beside_a_submodule_of_that_name_is_found(write_modules):
    types = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from house.train import train as train"
    tree = write_modules({"house/__init__.py": types, "house/train.py": "def train(): ..."})

    problems = shadowed_names(tree)

    assert problems == ["house offers train of house.train, but has a submodule of that name"]


def test_a_public_submodule_is_allowed(write_modules):
    types = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from house import rle as rle"

    assert shadowed_names(write_modules({"house/__init__.py": types, "house/rle.py": ""})) == []


def type_imports(tree: SourceTree, module: str) -> list[Import]:
    """The imports of a module that only a type checker reads."""
    return [statement for statement in tree.imports(module) if statement.moment is Moment.TYPES]


def listed(path: Path) -> list[str]:
    """A module's ``__all__``."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return list(ast.literal_eval(node.value))
    return []
