"""Say what is wrong with built distributions before they are published: ``check_distributions.py FOLDER [VERSION]``.

One wheel and one sdist of each distribution in the workspace, all of one version, whose metadata say what the workspace
does.
"""

import sys
import tarfile
import tomllib
from collections.abc import Iterator
from configparser import ConfigParser
from email import message_from_string
from email.message import Message
from pathlib import Path
from typing import Any
from zipfile import ZipFile

__all__ = ["problems"]

ROOT = Path(__file__).parents[2]


def problems(folder: Path, version: str | None = None, root: Path = ROOT) -> list[str]:
    """A sentence for each; ``version`` is the one that is to be published, by default core's own."""
    projects = [_project(path) for path in [root / "core", *sorted(root.glob("plugins/*/"))] if _is_project(path)]
    wanted = version or projects[0]["version"]
    expected = {name for project in projects for name in _file_names(project, wanted)}
    there = {path.name for path in folder.iterdir()}
    found = [f"{name} is missing" for name in sorted(expected - there)]
    found += [f"{name} belongs to nothing in the workspace at version {wanted}" for name in sorted(there - expected)]
    for project in projects:
        wheel, sdist = (folder / name for name in _file_names(project, wanted))
        found += [f"{wheel.name}: {text}" for text in _wheel_problems(wheel, project, wanted)] if wheel.exists() else []
        found += [f"{sdist.name}: {text}" for text in _sdist_problems(sdist)] if sdist.exists() else []
    return found


def _is_project(folder: Path) -> bool:
    return (folder / "pyproject.toml").is_file()


def _project(folder: Path) -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return table


def _file_names(project: dict[str, Any], version: str) -> tuple[str, str]:
    stem = f"{project['name'].replace('-', '_')}-{version}"
    return f"{stem}-py3-none-any.whl", f"{stem}.tar.gz"


def _wheel_problems(path: Path, project: dict[str, Any], version: str) -> Iterator[str]:
    with ZipFile(path) as wheel:
        names = wheel.namelist()
        texts = {name.partition(".dist-info/")[2]: name for name in names if ".dist-info/" in name}
        metadata = message_from_string(wheel.read(texts["METADATA"]).decode())
        declared = wheel.read(texts["entry_points.txt"]).decode() if "entry_points.txt" in texts else ""
    yield from _metadata_problems(metadata, project, version)
    if _entry_points(declared) != _wanted_entry_points(project):
        yield "its entry points are not those of pyproject.toml"
    if "licenses/LICENSE" not in texts:
        yield "it has no licence"
    stem = project["name"].replace("-", "_")
    package = "detcore" if stem == "det_core" else stem
    strays = [name for name in names if not name.startswith((f"{package}/", f"{stem}-{version}.dist-info/"))]
    strays += [name for name in names if "/tests/" in name or name.rpartition("/")[2].startswith("test_")]
    if strays:
        yield f"it holds what is no part of {package}: {', '.join(sorted(strays))}"
    if f"{package}/py.typed" not in names:
        yield "it does not say that it is typed"


def _metadata_problems(metadata: Message, project: dict[str, Any], version: str) -> Iterator[str]:
    if (metadata["Name"], metadata["Version"]) != (project["name"], version):
        yield f"it calls itself {metadata['Name']} {metadata['Version']}, not {project['name']} {version}"
    if metadata["Description-Content-Type"] != "text/markdown" or not metadata.get_payload().strip():
        yield "its README is not in its metadata, as Markdown"
    if metadata["License-Expression"] != project["license"]:
        yield f"its licence is {metadata['License-Expression']}, not {project['license']}"
    ours = [line for line in metadata.get_all("Requires-Dist", []) if line.startswith("det-")]
    if others := [line for line in ours if line.partition(";")[0].strip().partition("==")[2] != version]:
        yield f"it needs another version of ours: {', '.join(others)}"


def _sdist_problems(path: Path) -> Iterator[str]:
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    if missing := sorted({"LICENSE", "README.md", "pyproject.toml"} - names):
        yield f"it lacks {', '.join(missing)}"
    if not any(name.startswith("src/") for name in names):
        yield "it lacks the source"


def _entry_points(text: str) -> dict[str, dict[str, str]]:
    parser = ConfigParser(delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their case
    parser.read_string(text)
    return {group: dict(parser[group]) for group in parser.sections()}


def _wanted_entry_points(project: dict[str, Any]) -> dict[str, dict[str, str]]:
    scripts = {"console_scripts": project["scripts"]} if "scripts" in project else {}
    return scripts | project.get("entry-points", {})


if __name__ == "__main__":
    found = problems(Path(sys.argv[1]), *sys.argv[2:3])
    summary = f"{len(list(Path(sys.argv[1]).iterdir()))} files are ready to be published"
    print("\n".join(found) or summary)  # noqa: T201  # a command prints
    sys.exit(1 if found else 0)
