"""What ``nox -s build`` checks of built distributions, and the workflow that publishes them."""

import re
import shutil
import subprocess
import sys
from zipfile import ZipFile

import pytest
import yaml
from repository import CORE, PLUGINS, ROOT, project

sys.path.insert(0, str(ROOT / "core/tools"))  # a script, not a package
from check_distributions import problems

VERSION = project(CORE)["version"]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Every wheel and sdist, as the session makes them."""
    folder = tmp_path_factory.mktemp("dist")
    for distribution in (CORE, *PLUGINS):
        command = [sys.executable, "-m", "hatchling", "build", "--directory", str(folder)]
        subprocess.run(command, cwd=distribution, check=True, capture_output=True)
    return folder


@pytest.fixture
def damaged(built, tmp_path):
    """A copy, for a test to damage."""
    return shutil.copytree(built, tmp_path / "dist")


def rewrite(wheel, change):
    """Pack a wheel again with names and contents changed; ``None`` leaves a file out."""
    with ZipFile(wheel) as packed:
        contents = {name: packed.read(name) for name in packed.namelist()}
    with ZipFile(wheel, "w") as packed:
        for name, content in change(contents).items():
            packed.writestr(name, content)


def replaced(ending, before, after):
    def change(contents):
        return {
            name: content.replace(before, after) if name.endswith(ending) else content
            for name, content in contents.items()
        }

    return change


def parts(folder):
    return folder / f"det_plugin_parts-{VERSION}-py3-none-any.whl"


def test_what_is_built_can_be_published(built):
    assert problems(built) == []
    assert len(list(built.iterdir())) == 2 * (1 + len(PLUGINS))


def test_another_version_than_the_tags_is_found(built):
    found = problems(built, "9.9.9")

    assert "det_core-9.9.9-py3-none-any.whl is missing" in found
    assert f"det_core-{VERSION}.tar.gz belongs to nothing in the workspace at version 9.9.9" in found


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        pytest.param(
            replaced("METADATA", b"\nVersion: ", b"\nVersion: 7."), "it calls itself det-plugin-parts 7.", id="version"
        ),
        pytest.param(
            replaced("METADATA", f"det-core=={VERSION}".encode(), b"det-core>=0.0"),
            "it needs another version of ours: det-core>=0.0",
            id="requirement",
        ),
        pytest.param(
            replaced("METADATA", b"text/markdown", b"text/plain"), "its README is not in its metadata", id="README"
        ),
        pytest.param(replaced("METADATA", b"Apache-2.0", b"MIT"), "its licence is MIT, not Apache-2.0", id="licence"),
        pytest.param(
            replaced("entry_points.txt", b"grid =", b"gird ="),
            "its entry points are not those of pyproject.toml",
            id="entry point",
        ),
        pytest.param(
            lambda contents: {name: text for name, text in contents.items() if not name.endswith("/LICENSE")},
            "it has no licence",
            id="no licence",
        ),
        pytest.param(
            lambda contents: contents | {"det_plugin_parts/tests/test_nms.py": b""},
            "it holds what is no part of det_plugin_parts: det_plugin_parts/tests/test_nms.py",
            id="tests",
        ),
        pytest.param(
            lambda contents: contents | {"another/module.py": b""},
            "it holds what is no part of det_plugin_parts: another/module.py",
            id="another package",
        ),
        pytest.param(
            lambda contents: {name: text for name, text in contents.items() if not name.endswith("py.typed")},
            "it does not say that it is typed",
            id="untyped",
        ),
    ],
)
def test_damage_to_a_wheel_is_found(damaged, change, sentence):
    rewrite(parts(damaged), change)

    (found,) = problems(damaged)
    assert found.startswith(f"{parts(damaged).name}: {sentence}")


def test_a_wheel_that_is_missing_is_found(damaged):
    parts(damaged).unlink()

    assert problems(damaged) == [f"{parts(damaged).name} is missing"]


def test_the_workflow_publishes_what_was_checked_without_a_token():
    text = (ROOT / ".github/workflows/release.yml").read_text()
    workflow = yaml.safe_load(text)
    jobs = workflow["jobs"]

    assert workflow["permissions"] == {"contents": "read"}
    assert jobs["publish"]["permissions"] == {"id-token": "write"}
    assert jobs["publish"]["needs"] == "build"
    assert jobs["build"]["needs"] == "tests"
    assert any(str(step.get("run")).startswith("nox -s build") for step in jobs["build"]["steps"])
    assert not re.search(r"secrets\.|password|token:(?! write)", text)


def test_every_change_is_tested_on_every_python():
    workflow = yaml.safe_load((ROOT / ".github/workflows/tests.yml").read_text())
    promised = {
        line.rpartition(" ")[2] for line in project(CORE)["classifiers"] if re.search(r"Python :: 3\.\d+$", line)
    }
    run = [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]

    assert set(workflow["jobs"]["tests"]["strategy"]["matrix"]["python"]) == promised
    assert {"nox -s lint types docs", "nox -s minimums -- -n auto"} <= set(run)
