"""What a check imports and opens, which is what decides how soon it answers."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from experiments import CONFIGS, REPRESENTATIVES
from many_plugins import write_plugins

SLOW = {"asyncio", "difflib", "email", "importlib.metadata", "json", "msgspec", "pluggy", "traceback"} | {
    *("cv2", "numpy", "pycocotools", "rich", "safetensors", "torch", "torchvision", "typing_extensions", "yaml"),
}
"""What takes milliseconds to import, and is for other formats, for mistakes, or for what is built or decoded."""

CHECK = """
import sys
from detcore.cli.main import main

opened = []
sys.addaudithook(lambda event, arguments: opened.append(arguments[0]) if event == "open" else None)
main(["check", sys.argv[1]])
print(*sys.modules, sep="\\n", file=open(sys.argv[2], "w"))
print(*opened, sep="\\n", file=open(sys.argv[3], "w"))
"""


@pytest.fixture
def check(tmp_path):
    """Check a config where there is no data, in a process of its own; its modules at the end, and what it opened."""

    def check(config: Path, *, plugins: Path | None = None) -> tuple[set[str], Counter[str]]:
        modules, opened = tmp_path / "modules", tmp_path / "opened"
        environment = os.environ | ({"PYTHONPATH": str(plugins)} if plugins else {})
        subprocess.run(
            [sys.executable, "-c", CHECK, str(config), str(modules), str(opened)],
            check=True, capture_output=True, cwd=tmp_path, env=environment,
        )  # fmt: skip
        return set(modules.read_text().split("\n")), Counter(opened.read_text().split("\n"))

    return check


@pytest.fixture
def crowd(tmp_path):
    folder = tmp_path / "crowd"
    write_plugins(folder, 200)
    return folder


@pytest.mark.parametrize(
    "config", [pytest.param(path, id=path.relative_to(CONFIGS).as_posix()) for path in REPRESENTATIVES]
)
def test_a_check_imports_nothing_that_is_slow_and_not_needed(check, config):
    modules, _ = check(config)

    assert "detcore.config.structuring.structurer" in modules
    assert modules & SLOW == set()


def test_yaml_is_imported_for_yaml(check, tmp_path):
    config = tmp_path / "a.yaml"
    config.write_text("training: {epochs: 1}\n")

    modules, _ = check(config)

    assert "yaml" in modules


def test_of_a_crowd_of_plugins_none_is_imported_and_no_metadata_is_opened_twice(check, crowd):
    modules, opened = check(CONFIGS / "quickstart.toml", plugins=crowd)

    assert [name for name in modules if name.startswith("det_plugin_crowd")] == []
    assert Counter({path: times for path, times in opened.items() if path.startswith(str(crowd))}) == Counter(
        map(str, [*crowd.rglob("METADATA"), *crowd.rglob("entry_points.txt")])
    )


def test_a_crowd_of_plugins_is_usable(crowd):
    script = "from detcore.cli.main import main; main(['plugins', 'list'])"

    done = subprocess.run(
        [sys.executable, "-c", script],
        check=True, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(crowd)},
    )  # fmt: skip

    rows = [line.split() for line in done.stdout.splitlines() if "crowd" in line]
    assert [row[4] for row in rows] == 4 * 200 * ["ok"]
