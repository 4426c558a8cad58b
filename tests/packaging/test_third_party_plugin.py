"""A stranger's plugin, as a wheel in an empty environment, is listed, trained and evaluated like our own."""

import json
from pathlib import Path

import pytest
from fresh_environment import Environment, build_wheel

pytestmark = [pytest.mark.packaging, pytest.mark.xdist_group("environments")]

PLUGIN = Path(__file__).parent / "third_party_plugin"

OFFERED = [
    ("backbones", "acme-patches"),
    ("evaluators", "acme-recall"),
    ("hooks", "acme-diary"),
    ("mask_heads", "acme-coarse"),
]

CONFIG = """
[plugins]
require = ["acme-detection>=1,<2"]
hooks = ["acme-diary"]

[data.train]
datasets = [{ type = "shapes", num_images = 8, size = [64, 96], max_size = [96, 96] }]
[data.test]
datasets = [{ type = "shapes", num_images = 4, split = "test", size = [64, 96], max_size = [96, 96] }]

[model]
type = "generalized-rcnn"
backbone = { type = "fpn", out_channels = 16, bottom_up = { type = "acme-patches" } }
proposal_generator = { type = "rpn" }
[model.roi_heads]
type = "standard"
num_classes = "${data.num_classes}"
box_head = { type = "conv-fc", fc_dims = [32] }
box_predictor = { score_threshold = 0.0 }
mask_head = { type = "acme-coarse" }

[optimizer]
type = "sgd"
lr = 0.001

[schedule]
type = "cosine"

[training]
steps = 2
batch_size = 2
device = "cpu"
log_every_steps = 1

[evaluation]
evaluators = [{ type = "acme-recall" }, { type = "coco" }]

[run]
name = "acme"
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory, wheels):
    folder = tmp_path_factory.mktemp("third_party")
    build_wheel(PLUGIN, folder)
    environment = Environment(folder / "venv", wheels)
    (wheel,) = folder.glob("acme_detection-*.whl")
    environment.install(str(wheel))
    return environment


def test_everything_it_offers_is_listed(environment, tmp_path):
    rows = json.loads(environment.run("detcore", "plugins", "list", "--json", cwd=tmp_path).stdout)
    theirs = [row for row in rows if row["distribution"] == "acme-detection"]

    assert sorted((row["kind"], row["name"]) for row in theirs) == OFFERED
    assert {row["version"] for row in theirs} == {"1.2.0"}
    assert {row["status"] for row in theirs} == {"ok"}


def test_its_settings_are_shown(environment, tmp_path):
    shown = environment.run("detcore", "plugins", "show", "acme-coarse", cwd=tmp_path).stdout

    assert "mask_heads:acme-detection/acme-coarse" in shown
    assert "Height and width of a mask." in shown


def test_a_config_that_names_all_of_it_trains_and_evaluates(environment, tmp_path):
    (tmp_path / "acme.toml").write_text(CONFIG)

    environment.run("detcore", "check", "acme.toml", cwd=tmp_path)
    environment.run("detcore", "run", "acme.toml", cwd=tmp_path)

    run = tmp_path / "runs/acme"
    assert (run / "diary.txt").read_text().splitlines() == [
        "started",
        "measured recall, bbox, segm after 2 steps",
        "ended well",
    ]
    logged = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    assert any("loss_mask" in str(line) for line in logged)
    assert '"acme-detection"' in (run / "plugins.lock.json").read_text()


def test_a_mistake_in_its_settings_is_told_as_our_own(environment, tmp_path):
    (tmp_path / "acme.toml").write_text(CONFIG.replace('"acme-coarse"', '"acme-coarse", sides = 3'))

    done = environment.run("detcore", "check", "acme.toml", cwd=tmp_path, status=1)

    assert "did you mean 'side'?" in done.stdout + done.stderr
