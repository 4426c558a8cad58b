"""``plugins new``: what it makes of every kind is complete, clean, and passes its own tests."""

import os
import re
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path

import pytest
import yaml
from fenced_blocks import fenced_blocks
from made_plugins import environment_with, installed_without_installer
from repository import CORE, PLUGINS, ROOT, project

from detcore import __version__
from detcore.cli.main import main
from detcore.plugins.groups import CORE_GROUPS, INTERFACES_GROUP
from detcore.plugins.versions import requirement_on
from detcore.scaffolding import find_kind, kinds_to_make, new_distribution
from detcore.scaffolding.distribution import core_range
from detcore.scaffolding.naming import LONGEST

PLACEHOLDER = re.compile(
    r"\$(?!\{[{a-z])|\$\{(?!\{|data\.)|TODO|FIXME|XXX|\bYOUR|<[a-z_ ]+>|\bexample\.(?:com|org)|lorem"
)

CHECK_ALL = """
from pathlib import Path
from detcore.config import load
from detcore.errors import ConfigError

for path in sorted(Path().glob("*.toml")):
    try:
        load(path)
        print(f"{path.stem}: nothing")
    except ConfigError as error:
        print(f"{path.stem}: {' '.join(str(error).splitlines())}")
"""

LACKS = {
    "datasets": "not known before the dataset is read",
    "dense_assigners": "model.backbone: is missing",
    "exporters": "does not export yet",
    "keypoint_heads": "17 keypoints, but the data has 5",
    "semantic_heads": "model.backbone: is missing",
    "weight_formats": "model.first.json: there is no such file",
}
"""What is wrong with the quickstart when a README's block is laid over it."""

KINDS = {kind.word: kind for kind in kinds_to_make()}

OURS = {distribution["name"] for distribution in map(project, (CORE, *PLUGINS))}


def named(kind, word):
    return f"detcore-{word}-{kind.word.replace('_', '-')}"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A distribution of every kind, by the kind's word."""
    folder = tmp_path_factory.mktemp("made")
    return {word: new_distribution(named(kind, "first"), kind, folder) for word, kind in KINDS.items()}


def texts(folder):
    return {path: path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_every_kind_of_the_house_can_be_made():
    opened = {f"{group}" for distribution in PLUGINS for group in opened_groups(distribution)}

    assert {kind.group for kind in KINDS.values()} == CORE_GROUPS | opened


def opened_groups(distribution):
    package = project(distribution)["name"].replace("-", "_")
    names = project(distribution).get("entry-points", {}).get(INTERFACES_GROUP, {})
    return [f"{package}.{name.replace('-', '_')}s" for name in names]


@pytest.mark.parametrize("word", ["first", "x" * 9], ids=["a name", "the longest name"])
def test_what_is_made_is_clean_and_formatted(tmp_path, word):
    for kind in KINDS.values():
        name = named(kind, word)
        longest = name[:8] + "w" * (LONGEST - len(name)) + name[8:] if word != "first" else name
        new_distribution(longest, kind, tmp_path)

    for arguments in (["check"], ["format", "--check"]):
        command = [sys.executable, "-m", "ruff", *arguments, "--quiet", "--no-cache", "."]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_left_to_fill_in(made, kind):
    found = [f"{path}: {match[0]}" for path, text in texts(made[kind]).items() for match in PLACEHOLDER.finditer(text)]

    assert found == []


@pytest.mark.parametrize("kind", KINDS)
def test_metadata_is_complete(made, kind):
    declared = tomllib.loads((made[kind] / "pyproject.toml").read_text())["project"]

    assert declared["name"] == made[kind].name
    assert list(declared["entry-points"][KINDS[kind].group]) == ["first"]
    assert f"det-core{core_range(__version__)}" in declared["dependencies"]
    for key in ("version", "description", "readme", "license", "authors", "requires-python", "classifiers"):
        assert declared[key]


def test_requirements_are_those_of_the_house(made):
    """What detcore itself needs, a plugin needs no newer; a plugin of ours comes with the same range as core."""
    known = dict(filter(None, map(requirement_on, project(CORE)["dependencies"])))
    for folder in made.values():
        declared = tomllib.loads((folder / "pyproject.toml").read_text())["project"]["dependencies"]
        found = dict(filter(None, map(requirement_on, declared)))
        for name, clauses in found.items():
            assert clauses == (core_range(__version__) if name in OURS else known[name]), name


@pytest.mark.parametrize("kind", KINDS)
def test_workflows_and_examples_can_be_read(made, kind):
    tests, publishing = (
        yaml.safe_load((made[kind] / ".github/workflows" / name).read_text()) for name in ("tests.yml", "publish.yml")
    )
    blocks = fenced_blocks(made[kind] / "README.md")

    assert publishing["jobs"]["publish"]["permissions"] == {"id-token": "write"}
    assert "secrets" not in str(publishing)
    assert "highest" in tests["jobs"]["tests"]["strategy"]["matrix"]["resolution"]
    assert [tomllib.loads(block.text) for block in blocks if block.language == "toml"] != [] or kind in {
        "commands",
        "config_translators",
    }


def test_an_sdist_holds_nothing_that_a_run_leaves(tmp_path):
    folder = new_distribution("detcore-wide-net", KINDS["backbones"], tmp_path)
    before = {path.relative_to(folder).as_posix() for path in texts(folder)}
    for left in ("runs/wide/checkpoint.safetensors", "elsewhere/wide/checkpoint.safetensors", "wide.toml"):
        (folder / left).parent.mkdir(parents=True, exist_ok=True)
        (folder / left).touch()

    command = [sys.executable, "-m", "hatchling", "build", "--target", "sdist"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    with tarfile.open(folder / "dist/detcore_wide_net-0.1.0.tar.gz") as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}

    assert held == {name for name in before if not name.startswith(".github")} | {"PKG-INFO"}
    assert "runs/" in (folder / ".gitignore").read_text().splitlines()


@pytest.fixture(scope="module")
def environment(made, tmp_path_factory):
    """The variables of a process that finds all of them."""
    site = tmp_path_factory.mktemp("site")
    installed_without_installer(list(made.values()), site)
    return environment_with(list(made.values()), site)


@pytest.mark.slow
def test_what_is_made_passes_its_own_tests(made, environment, tmp_path):
    tests = [str(folder / "tests") for folder in made.values()]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--import-mode=importlib", *tests]

    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-6000:]


def test_what_a_readme_shows_is_a_config(made, environment, tmp_path):
    """Laid over a whole one, it says at most what this very experiment lacks."""
    for kind, folder in made.items():
        for block in fenced_blocks(folder / "README.md"):
            if block.language == "toml" and kind != "interfaces":
                (tmp_path / f"{kind}.toml").write_text(f'extends = "{ROOT}/configs/quickstart.toml"\n{block.text}')

    done = subprocess.run(
        [sys.executable, "-c", CHECK_ALL], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )

    told = dict(line.split(": ", maxsplit=1) for line in done.stdout.splitlines())
    assert told.keys() == {path.stem for path in tmp_path.glob("*.toml")}
    assert {kind: LACKS.get(kind, "nothing") for kind in told if LACKS.get(kind, "nothing") not in told[kind]} == {}


# The command


def test_the_command_makes_a_folder_and_says_what_comes_next(tmp_path, capsys):
    assert main(["plugins", "new", "detcore-wide-net", "--kind", "backbone", "--directory", str(tmp_path)]) == 0

    folder = tmp_path / "detcore-wide-net"
    assert f"{folder} is a distribution that can be installed" in capsys.readouterr().out
    assert (folder / "src/detcore_wide_net/wide_net_config.py").is_file()


def test_the_steps_begin_with_a_pip_that_knows_groups(tmp_path, capsys):
    """The pip of Python 3.11's own environments has no such option."""
    assert main(["plugins", "new", "detcore-wide-net", "--kind", "backbone", "--directory", str(tmp_path)]) == 0

    readme = (tmp_path / "detcore-wide-net/README.md").read_text()
    guide = (ROOT / "docs/plugin_guide.md").read_text()
    for text in (capsys.readouterr().out, readme, guide):
        lines = [line.strip().partition("  #")[0] for line in text.splitlines()]
        install = lines.index("pip install --editable . --group dev")
        assert lines[install - 1] == "python -m pip install --upgrade pip"


def test_a_folder_that_is_there_is_left_alone(tmp_path, capsys):
    (tmp_path / "detcore-wide-net").mkdir()

    assert main(["plugins", "new", "detcore-wide-net", "--kind", "backbone", "--directory", str(tmp_path)]) == 1
    assert capsys.readouterr().err == (
        f"detcore: {tmp_path / 'detcore-wide-net'} is there already: choose another name, or another place with"
        " --directory\n"
    )
    assert list(tmp_path.rglob("*")) == [tmp_path / "detcore-wide-net"]


def test_nothing_is_left_where_writing_fails(tmp_path, monkeypatch, capsys):
    write = Path.write_text

    def full(path, *arguments, **more):
        if path.name == "README.md":
            raise OSError(28, "No space left on device")
        return write(path, *arguments, **more)

    monkeypatch.setattr(Path, "write_text", full)

    assert main(["plugins", "new", "detcore-wide-net", "--kind", "backbone", "--directory", str(tmp_path)]) == 1
    assert capsys.readouterr().err.endswith("detcore-wide-net cannot be written: No space left on device\n")
    assert list(tmp_path.iterdir()) == []


def test_a_kind_that_nothing_installed_opens_is_refused_with_what_opens_it(monkeypatch, capsys):
    core = [kind for kind in KINDS.values() if kind.group in CORE_GROUPS]
    monkeypatch.setattr("detcore.scaffolding.kinds.kinds_to_make", lambda: core)

    assert main(["plugins", "new", "detcore-wide", "--kind", "mask-head"]) == 1
    assert capsys.readouterr().err == (
        "detcore: nothing can be made of the kind 'mask-head'; install det-plugin-maskrcnn, which opens it\n"
    )


def test_a_kind_that_two_plugins_open_has_to_be_told(monkeypatch):
    twice = [*KINDS.values(), KINDS["backbones"]._replace(group="another_plugin.backbones")]
    monkeypatch.setattr("detcore.scaffolding.kinds.kinds_to_make", lambda: twice)

    with pytest.raises(Exception, match=r"--kind detcore.backbones or another_plugin.backbones"):
        find_kind("backbone")
    assert find_kind("another_plugin.backbones").group == "another_plugin.backbones"


def test_making_imports_nothing_of_what_is_installed(tmp_path):
    script = (
        "import sys; from detcore.cli.main import main; main(sys.argv[1:]);"
        "print(sorted(name for name in sys.modules if name.startswith(('torch', 'numpy', 'det_plugin_'))))"
    )
    words = ["plugins", "new", "detcore-wide", "--kind", "mask-head", "--directory", os.fspath(tmp_path)]

    done = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"


def test_the_help_lists_every_kind(capsys):
    assert main(["plugins", "new", "--help"]) == 0

    told = " ".join(capsys.readouterr().out.split())
    assert f"such as backbone or mask-head: one of {', '.join(KINDS)}" in told
