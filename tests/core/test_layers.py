"""The house stays as the design draws it: imports point down, and plugins come in by the front door."""

import pytest
from house_rules import (
    declared_distributions,
    import_cycles,
    kit_imports,
    private_imports,
    relative_imports,
    undeclared_imports,
    unlisted_layers,
    upward_imports,
)
from import_graph import Moment, SourceTree
from repository import CORE, PLUGINS, import_package, source_tree

LAYERS = [
    "lazy",
    "errors",
    "files",
    "specs",
    "plugins",
    "config",
    "scaffolding",
    "structures",
    "interfaces",
    "data",
    "drawing",
    "evaluation",
    "training",
    "rehearsal",
    "jobs",
    "cli",
]
"""Lowest first. A layer may import those before it, never those after."""

BESIDE = ["testing"]
"""Imports any layer, and no layer imports it."""


@pytest.fixture(scope="module")
def house():
    return source_tree()


def test_every_part_of_core_has_its_layer():
    assert unlisted_layers(CORE / "src/detcore", LAYERS, BESIDE) == []


def test_imports_point_down(house):
    assert upward_imports(house, "detcore", LAYERS, BESIDE) == []


def test_imports_are_absolute(house):
    assert relative_imports(house) == []


def test_no_packages_need_each_other(house):
    assert import_cycles(house) == []


def test_nothing_imports_a_conformance_kit(house):
    assert kit_imports(house) == []


@pytest.mark.parametrize("distribution", [CORE, *PLUGINS], ids=lambda path: path.name)
def test_distribution_declares_what_it_imports(distribution):
    tree = SourceTree.read(distribution / "src")

    assert undeclared_imports(tree, declared_distributions(distribution / "pyproject.toml")) == []


def test_plugins_use_front_doors_only(house):
    plugins = {import_package(plugin).name for plugin in PLUGINS}

    assert private_imports(house, "det_plugin_", {"detcore", *plugins}) == []


# Each rule finds what it is there to find.


DOOR = """
from detcore.lazy import front_door
__getattr__, __dir__ = front_door(__name__, {table})
"""


def test_a_layer_that_is_not_listed_is_found(write_modules, tmp_path):
    write_modules({"house/__init__.py": "", "house/low.py": "", "house/extra/__init__.py": ""})

    problems = unlisted_layers(tmp_path / "house", ["low", "high"])

    assert problems == ["house.extra is in no layer", "house.high does not exist"]


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("from house.high import roof", id="name of a module"),
        pytest.param("from house.high.tower import Bell", id="name of an inner module"),
        pytest.param("import house.high.tower", id="inner module"),
        pytest.param("from house import high", id="the layer itself"),
        pytest.param("def build():\n    from house.high import roof", id="inside a function"),
        pytest.param("from importlib import import_module\nimport_module('house.high.tower')", id="by its name"),
    ],
)
def test_an_upward_import_is_found(write_modules, statement):
    tree = write_modules({"house/__init__.py": "", "house/low.py": statement, "house/high/__init__.py": "roof = 1"})

    assert len(upward_imports(tree, "house", ["low", "high"])) == 1


def test_an_upward_import_through_a_front_door_is_found(write_modules):
    tree = write_modules(
        {
            "house/__init__.py": DOOR.format(table={"Bell": "house.high"}),
            "house/high.py": "class Bell: ...",
            "house/low.py": "from house import Bell",
        }
    )

    problems = upward_imports(tree, "house", ["low", "high"])

    assert problems == ["house.low:1 imports house.Bell, which is above it"]


def test_what_stands_beside_the_layers_is_imported_by_none(write_modules):
    tree = write_modules(
        {"house/__init__.py": "", "house/high.py": "import house.kit", "house/kit.py": "import house.high"}
    )

    assert upward_imports(tree, "house", ["high"], ["kit"]) == ["house.high:1 imports house.kit, which is above it"]


@pytest.mark.parametrize(
    ("importer", "is_found"),
    [
        pytest.param("plug.part", True, id="a part of the plugin"),
        pytest.param("plug", False, id="its front door, for types"),
        pytest.param("plug.testing.head", False, id="another kit"),
    ],
)
def test_an_import_of_a_kit_is_found(write_modules, importer, is_found):
    types = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    " if importer == "plug" else ""
    files = {"plug/__init__.py": "", "plug/testing/__init__.py": "", "plug/testing/base.py": "", "plug/part.py": ""}
    importing = {f"{importer.replace('.', '/')}{'/__init__' if importer == 'plug' else ''}.py"}
    tree = write_modules(files | dict.fromkeys(importing, f"{types}import plug.testing.base"))

    assert kit_imports(tree) == ([f"{importer}:1 imports plug.testing.base, which is for tests"] if is_found else [])


def test_downward_and_type_checking_imports_are_allowed(write_modules):
    types = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from house.high import roof"
    tree = write_modules(
        {"house/__init__.py": "", "house/low.py": types, "house/high.py": "import house.low\nroof = 1"}
    )

    assert upward_imports(tree, "house", ["low", "high"]) == []


def test_a_relative_import_is_found(write_modules):
    tree = write_modules({"house/__init__.py": "", "house/a.py": "from . import b", "house/b.py": ""})

    assert relative_imports(tree) == ["house.a:1 imports house.b relatively"]


def test_a_cycle_between_packages_is_found_even_when_one_side_is_inside_a_function(write_modules):
    tree = write_modules(
        {
            "a/__init__.py": "",
            "a/x.py": "import b.y",
            "b/__init__.py": "",
            "b/y.py": "def build():\n    import a.z",
            "a/z.py": "",
        }
    )

    (cycle,) = import_cycles(tree)

    assert set(cycle.split(" needs ")) == {"a", "b"}


def test_a_cycle_between_modules_of_one_package_is_found(write_modules):
    tree = write_modules({"a/__init__.py": "", "a/x.py": "import a.y", "a/y.py": "import a.x"})

    (cycle,) = import_cycles(tree)

    assert set(cycle.split(" needs ")) == {"a.x", "a.y"}


def test_an_undeclared_distribution_is_found(write_modules, tmp_path):
    tree = write_modules(
        {"plug/__init__.py": "import attrs, yaml, json\nfrom PIL import Image\nimport det_plugin_coco"}
    )
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "plug"\ndependencies = ["attrs>=24", "PyYAML"]')

    problems = undeclared_imports(tree, declared_distributions(tmp_path / "pyproject.toml"))

    assert problems == [
        "plug:2 imports PIL.Image, but 'pillow' is not declared",
        "plug:3 imports det_plugin_coco, but 'det-plugin-coco' is not declared",
    ]


@pytest.mark.parametrize(
    ("statement", "is_private"),
    [
        pytest.param("from detcore.data import Loader", False, id="offered by a layer"),
        pytest.param("from detcore.errors import DataError", False, id="a layer that is a module"),
        pytest.param("from detcore import __version__", False, id="the version"),
        pytest.param("from det_plugin_other import Part", False, id="offered by a plugin"),
        pytest.param("from detcore.data.loader import Loader", True, id="defining module"),
        pytest.param("from detcore.data import loader", True, id="module of a layer"),
        pytest.param("from detcore.data import Hidden", True, id="not offered"),
        pytest.param("import detcore.data", True, id="a whole layer"),
        pytest.param("from det_plugin_other.part import Part", True, id="defining module of a plugin"),
        pytest.param("def f():\n    from detcore.data.loader import Loader", True, id="inside a function"),
    ],
)
def test_only_front_doors_are_public(write_modules, statement, is_private):
    tree = write_modules(
        {
            "detcore/__init__.py": "__version__ = '0'",
            "detcore/errors.py": "class DataError(Exception): ...",
            "detcore/data/__init__.py": DOOR.format(table={"Loader": "detcore.data.loader"}),
            "detcore/data/loader.py": "class Loader: ...\nclass Hidden: ...",
            "det_plugin_other/__init__.py": DOOR.format(table={"Part": "det_plugin_other.part"}),
            "det_plugin_other/part.py": "class Part: ...",
            "det_plugin_mine/__init__.py": statement,
        }
    )

    problems = private_imports(tree, "det_plugin_mine", {"detcore", "det_plugin_other", "det_plugin_mine"})

    assert bool(problems) == is_private


def test_imports_are_told_by_when_they_run(write_modules):
    tree = write_modules(
        {"a.py": "import b\ndef f():\n    import c\nclass D:\n    import e\ntry:\n    import g\nfinally: ..."}
    )

    found = {statement.written: statement.moment for statement in tree.imports("a")}

    assert found == {"b": Moment.LOAD, "c": Moment.CALL, "e": Moment.LOAD, "g": Moment.LOAD}
