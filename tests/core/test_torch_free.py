"""Configs, discovery and the command line work without importing anything heavy."""

import subprocess
import sys

import pytest
from house_rules import heavy_imports
from import_graph import SourceTree
from repository import CORE, PLUGINS, entry_points, is_installed, source_tree

HEAVY = ("torch", "torchvision", "cv2", "pycocotools", "numpy", "safetensors", "rich")

LIGHT_LAYERS = ("lazy", "errors", "files", "specs", "plugins", "config", "scaffolding", "cli")

LIGHT_JOBS = ("checking", "condensing", "config_translation", "translated_text")

IMPORT_ALL_WITHOUT = """
import importlib, sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {heavy}:
            raise ImportError(f"{{name}} is imported")

sys.meta_path.insert(0, Refuse())
for module in {modules}:
    try:
        importlib.import_module(module)
    except ImportError as error:
        print(f"{{module}}: {{error}}")
"""


def light_modules(tree: SourceTree) -> set[str]:
    """Modules that must load without torch: the light layers, and whatever defines a config class."""
    layers = {f"detcore.{layer}" for layer in LIGHT_LAYERS}
    by_layer = {name for name in tree.paths if ".".join(name.split(".")[:2]) in layers}
    by_name = {name for name in tree.paths if name.endswith(("_config", ".config")) or _is_plugin_interface(name)}
    declared = {value.partition(":")[0] for part in (CORE, *PLUGINS) for _, _, value in entry_points(part)}
    return by_layer | by_name | declared | {"detcore", "detcore.jobs"} | {f"detcore.jobs.{job}" for job in LIGHT_JOBS}


def _is_plugin_interface(name: str) -> bool:
    return name.startswith("det_plugin_") and name.endswith(".interfaces")


@pytest.fixture(scope="module")
def house():
    return source_tree()


def test_light_modules_exist(house):
    assert light_modules(house) <= set(house.paths)


def test_light_modules_import_nothing_heavy(house):
    assert heavy_imports(house, light_modules(house), HEAVY) == []


def test_light_modules_load_where_heavy_ones_are_refused(house):
    script = IMPORT_ALL_WITHOUT.format(heavy=set(HEAVY), modules=sorted(filter(is_installed, light_modules(house))))

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert (done.stdout, done.stderr) == ("", "")


# The rule finds what it is there to find.


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("import torch", id="directly"),
        pytest.param("from torch.nn import Module", id="a part of it"),
        pytest.param("from house.heavy import Net", id="through a neighbour"),
        pytest.param("from house import Net", id="through the front door"),
        pytest.param("from house.heavy_package.light import x", id="through the package around a module"),
    ],
)
def test_a_heavy_import_is_found(write_modules, statement):
    tree = write_modules(
        {
            "house/__init__.py": "__getattr__, __dir__ = front_door(__name__, {'Net': 'house.heavy'})",
            "house/heavy.py": "import torch\nclass Net: ...",
            "house/heavy_package/__init__.py": "import torch",
            "house/heavy_package/light.py": "x = 1",
            "house/config.py": statement,
        }
    )

    (way,) = {way.partition(":")[0] for way in heavy_imports(tree, ["house.config"], ["torch"])}

    assert way == "house.config"


def test_a_heavy_import_inside_a_function_or_for_types_is_allowed(write_modules):
    types = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import torch\ndef build():\n    import torch"
    tree = write_modules({"house/__init__.py": "", "house/config.py": types})

    assert heavy_imports(tree, ["house.config"], ["torch"]) == []


def test_the_refusal_refuses():
    script = IMPORT_ALL_WITHOUT.format(heavy={"json"}, modules=["json.tool", "ast"])

    done = subprocess.run([sys.executable, "-S", "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout == "json.tool: json is imported\n"
