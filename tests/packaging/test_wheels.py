"""Wheels hold what they should, and nothing else."""

import re
from email import message_from_string
from zipfile import ZipFile

import pytest
from repository import CORE, PLUGINS, entry_points, import_package, project

DISTRIBUTIONS = [CORE, *PLUGINS]

pytestmark = pytest.mark.xdist_group("wheels")  # built once, by one worker


@pytest.fixture(params=DISTRIBUTIONS, ids=lambda path: path.name)
def distribution(request):
    return request.param


@pytest.fixture
def declared(distribution):
    return project(distribution)


@pytest.fixture
def wheel(wheels, declared):
    (path,) = wheels.glob(f"{declared['name'].replace('-', '_')}-*.whl")
    return ZipFile(path)


@pytest.fixture
def metadata(wheel):
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    return message_from_string(wheel.read(name).decode())


def test_wheel_is_pure_python(wheel, declared):
    assert wheel.filename.endswith(f"-{declared['version']}-py3-none-any.whl")
    (tags,) = (wheel.read(name).decode() for name in wheel.namelist() if name.endswith(".dist-info/WHEEL"))
    assert "Root-Is-Purelib: true" in tags


def test_wheel_holds_the_package_and_nothing_else(wheel, distribution):
    src = distribution / "src"
    files = [path for path in src.rglob("*") if path.is_file() and "__pycache__" not in path.parts]

    packed = {name for name in wheel.namelist() if ".dist-info/" not in name}

    assert packed == {str(path.relative_to(src)) for path in files}
    assert f"{import_package(distribution).name}/py.typed" in packed
    assert {name.rpartition(".")[2] for name in packed} <= {"py", "typed", "json", "txt"}  # tables of data, templates


def test_metadata_is_complete(metadata, declared):
    assert metadata["Name"] == declared["name"]
    assert metadata["Version"] == declared["version"]
    assert metadata["Summary"] == declared["description"]
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["License-File"] == "LICENSE"
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert metadata.get_payload().startswith(f"# {declared['name']}\n")
    assert "Typing :: Typed" in metadata.get_all("Classifier")


def test_wheel_holds_the_licence(wheel):
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/licenses/LICENSE"))

    assert b"Apache License" in wheel.read(name)


def test_entry_points_name_config_classes_of_the_same_distribution(distribution):
    form = rf"{import_package(distribution).name}\.[\w.]+:\w+"

    assert [value for _, _, value in entry_points(distribution) if not re.fullmatch(form, value)] == []


def test_all_distributions_share_one_version():
    projects = [project(path) for path in DISTRIBUTIONS]
    (version,) = {table["version"] for table in projects}
    requirements = [word for table in projects for word in table["dependencies"] if word.startswith("det-")]

    assert [word for word in requirements if not word.endswith(f"=={version}")] == []
    assert f'__version__ = "{version}"' in (CORE / "src/detcore/__init__.py").read_text()
