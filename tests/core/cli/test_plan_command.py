"""What ``detcore plan`` prints, of plans written by hand."""

import json
from pathlib import Path

import attrs
import pytest

from detcore.cli.main import main
from detcore.cli.plan_text import plan_text
from detcore.jobs import Plan
from detcore.jobs.plan_facts import (
    BatchShape,
    InferenceMemory,
    ParameterGroupSize,
    PartSize,
    PlannedFiles,
    RatePoint,
    RunLength,
    TrainingMemory,
)

MIB = 2**20

PLAN = Plan(
    length=RunLength(
        pictures=1000,
        epoch_pictures=1000,
        test_pictures=50,
        batch_size=16,
        processes=2,
        micro_batches=4,
        pictures_per_pass=2,
        steps_per_epoch=62.5,
        steps=1500,
        epochs=24.0,
    ),
    rates=(
        RatePoint(step=0, epoch=0.0, rate=2e-5, what="start"),
        RatePoint(step=1499, epoch=23.984, rate=0.02, what="last step"),
    ),
    groups=(ParameterGroupSize(rate=0.02, weight_decay=None, parameters=1200),),
    parts=(
        PartSize(name="", parameters=1234567, trainable=1200, multiply_adds=2_000_000),
        PartSize(name="backbone", parameters=34, trainable=0, multiply_adds=5000),
        PartSize(name="backbone.trunk", parameters=30, trainable=0),
    ),
    training_shape=BatchShape(first=(2, 3, 64, 96), largest=(2, 3, 96, 96)),
    test_shape=BatchShape(first=(1, 3, 64, 64), largest=(1, 3, 64, 64)),
    training_memory=TrainingMemory(
        parameters=4 * MIB,
        gradients=3 * MIB,
        optimizer=6 * MIB,
        buffers=MIB // 2,
        weight_copies=0,
        activations=1500 * MIB,
    ),
    inference_memory=InferenceMemory(parameters=4 * MIB, buffers=MIB // 2, activations=100 * MIB),
    precision="float32",
    device="cpu",
    files=PlannedFiles(
        directory=Path("runs/it"),
        is_taken=False,
        checkpoints_written=10,
        checkpoints_kept=2,
        checkpoint_bytes=10 * MIB,
        evaluations=1,
        names=("config.toml", "checkpoints/"),
    ),
)

PAGE = """\
it.toml

length      1,500 steps, 24 epochs, 62.5 steps an epoch
pictures    1,000 for training, 50 for testing
batch       16 pictures a step = 2 processes × 4 micro-batches × 2 pictures a pass
input       2×3×64×96, up to 2×3×96×96
test input  1×3×64×64
device      cpu, float32

learning rate
   step  epoch   rate
      0   0.00  2e-05  start
  1,499  23.98   0.02  last step

parameters
                    all  trainable  multiply-adds
  model       1,234,567      1,200      2,000,000
    backbone         34          0          5,000
      trunk          30          0              ?
  Multiply-adds are those of inference on one picture, an input of 1×3×64×64.

optimizer
  rate  decay  parameters
  0.02   none       1,200

memory
                         training  inference
  parameters              4.0 MiB    4.0 MiB
  gradients               3.0 MiB
  optimizer state         6.0 MiB
  buffers                 0.5 MiB    0.5 MiB
  activations, about  1,500.0 MiB  100.0 MiB
  peak, about         1,513.5 MiB  104.5 MiB
  All but activations is exact; those are for an input of 2×3×96×96 in training and 1×3×64×64 in inference.

files in runs/it
  config.toml, checkpoints/
  10 checkpoints of 10.0 MiB, of which the latest 2 and the best stay
  1 evaluation"""


def test_a_plan_is_one_page():
    assert plan_text(PLAN, title="it.toml") == PAGE


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        pytest.param({"device": "cuda"}, "  Activations are counted as on a CPU.", id="a GPU"),
        pytest.param(
            {"training_memory": attrs.evolve(PLAN.training_memory, weight_copies=7 * MIB)},
            "  copies of weights       7.0 MiB",
            id="a running average",
        ),
        pytest.param(
            {"files": attrs.evolve(PLAN.files, is_taken=True)},
            "  There is something there already: continue it with --resume, or give another run.name.",
            id="a folder in the way",
        ),
        pytest.param(
            {"inference_memory": attrs.evolve(PLAN.inference_memory, activations=None)},
            "  peak, about         1,513.5 MiB          ?",
            id="a peak that is not known",
        ),
        pytest.param(
            {"length": attrs.evolve(PLAN.length, steps=None, epochs=None, steps_per_epoch=None)},
            "length      ? steps, ? epochs",
            id="a length that is not known",
        ),
        pytest.param(
            {"test_shape": None},
            "  All but activations is exact; those are for an input of 2×3×96×96.",
            id="nothing to test on",
        ),
        pytest.param({"unknown": {"test pictures": "gone"}}, "  test pictures: gone", id="the reason"),
        pytest.param({"unknown": {"test pictures": "gone"}}, "test input  1×3×64×64 (a guess)", id="a guess"),
        pytest.param(
            {"unknown": {"training pictures": "gone"}},
            "  All but activations is exact; those are for an input of 2×3×96×96 in training and "
            "1×3×64×64 in inference, which is a guess while the pictures are unknown.",
            id="memory for a guess",
        ),
    ],
)
def test_what_is_particular_to_a_run_has_its_line(changes, line):
    page = plan_text(attrs.evolve(PLAN, **changes), title="it.toml")

    assert line in page.splitlines()


@pytest.fixture
def config(tmp_path, monkeypatch):
    """A config whose plan is the one above."""
    (tmp_path / "it.toml").touch()
    loaded = attrs.make_class("Loaded", ["experiment", "notices"])("it", ["it.toml:1: model.old: deprecated"])
    monkeypatch.setattr("detcore.cli.plan.load", lambda *_, **__: loaded)
    monkeypatch.setattr("detcore.jobs.planning.plan", {"it": PLAN}.get)
    return str(tmp_path / "it.toml")


def test_the_command_prints_the_page(config, capsys):
    assert main(["plan", config]) == 0

    assert capsys.readouterr().out == plan_text(PLAN, title=config) + "\n"


def test_what_is_deprecated_is_told_beside_the_page(config, capsys):
    assert main(["plan", config]) == 0

    assert capsys.readouterr().err == "it.toml:1: model.old: deprecated\n"


def test_a_program_reads_json(config, capsys):
    assert main(["plan", config, "--json"]) == 0

    read = json.loads(capsys.readouterr().out)
    assert read["length"]["steps"] == 1500
    assert read["rates"][1] == {"step": 1499, "epoch": 23.984, "rate": 0.02, "what": "last step"}
    assert read["files"]["directory"] == "runs/it"
    assert read["training_memory"]["peak"] - read["training_memory"]["exact"] == 1500 * MIB
    assert read["inference_memory"]["peak"] - read["inference_memory"]["exact"] == 100 * MIB


def test_a_mistake_in_the_config_shows_at_once(tmp_path, capsys):
    (tmp_path / "it.toml").write_text("[modle]\n")

    assert main(["plan", str(tmp_path / "it.toml")]) == 1
    assert "modle: no such setting" in capsys.readouterr().err
