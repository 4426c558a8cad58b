"""What needs no tensor works in a process that may not import torch, or anything else that is heavy."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from heavy_imports import without_heavy_imports

ROOT = Path(__file__).parents[2]
QUICKSTART = ROOT / "configs/quickstart.toml"

TEN_MISTAKES = """\
[data.train]
datasets = [{ type = "shapes", num_images = 0 }]
augmentations = [{ type = "random-flipp" }]
[data.test]
datasets = [{ type = "shapes", split = "testing" }]
[model]
type = "generalized-rcnn"
proposal_generator = { type = "rpn", in_features = ["p2", "p3", "p4", "p5", "p9"] }
roi_heads = { type = "standard", num_classes = "${data.num_clases}" }
[model.backbone]
type = "fpn"
bottom_up = { type = "resnet", depth = "50" }
out_chanels = 64
[optimizer]
type = "sgd"
lr = true
[schedule]
milestones = [0.5]
[training]
stepps = 10
"""


@pytest.fixture
def detcore(tmp_path):
    """Run the command in a process without the heavy packages."""
    environment = without_heavy_imports(tmp_path)

    def run(*arguments: str):
        script = "import sys; from detcore.cli.main import main; sys.exit(main())"
        return subprocess.run(
            [sys.executable, "-c", script, *arguments],
            capture_output=True, text=True, check=False, env=environment, cwd=ROOT,
        )  # fmt: skip

    return run


def test_the_blocker_blocks(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", "import torch"],
        capture_output=True, text=True, check=False, env=without_heavy_imports(tmp_path),
    )  # fmt: skip

    assert done.stderr.endswith("ImportError: torch may not be imported here\n")


def test_help(detcore):
    done = detcore("--help")

    assert (done.returncode, done.stderr) == (0, "")


def test_plugins_list_finds_every_plugin_usable(detcore):
    done = detcore("plugins", "list")

    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"components from \d+ distributions; none was imported$", done.stdout.strip())


def components():
    from detcore.plugins import installed_registry

    return [row.component.full_id for row in installed_registry().rows]


@pytest.mark.slow
def test_plugins_show_explains_every_component(detcore):
    failed = [done.stderr for name in components() if (done := detcore("plugins", "show", name)).returncode]

    assert failed == []


def test_check_of_the_quickstart(detcore):
    done = detcore("check", str(QUICKSTART))

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{QUICKSTART}: ok\n")


def test_ten_mistakes_are_all_told_with_their_lines(detcore, tmp_path):
    path = tmp_path / "ten.toml"
    path.write_text(TEN_MISTAKES)

    done = detcore("check", str(path), "training.epochs.x=1")

    assert done.returncode == 1
    assert done.stdout == ""
    assert re.findall(r"^  \S+ten\.toml:(\d+): (\S+): ", done.stderr, re.MULTILINE) == [
        ("2", "data.train.datasets.0.num_images"),
        ("3", "data.train.augmentations.0.type"),
        ("5", "data.test.datasets.0.split"),
        ("8", "model.proposal_generator.in_features.4"),
        ("9", "model.roi_heads.num_classes"),
        ("12", "model.backbone.bottom_up.depth"),
        ("13", "model.backbone.out_chanels"),
        ("16", "optimizer.lr"),
        ("17", "schedule"),
        ("20", "training.stepps"),
    ]
    assert done.stderr.splitlines()[0] == "detcore: 11 problems"
    assert done.stderr.splitlines()[-1] == (
        "  override 'training.epochs.x=1': training.epochs: must be float, not a table (x)"
    )
