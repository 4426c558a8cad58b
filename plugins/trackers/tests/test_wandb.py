"""W&B's own package, offline: what it would send lies in the run's folder, and is read back from there."""

import json
import struct

import pytest
import torch
from attrs import evolve

from detcore.errors import ConfigError, TrainingError
from detcore.jobs import evaluate, run, train
from detcore.training import read_checkpoint_model

wandb = pytest.importorskip("wandb", reason="wandb is not installed; `nox -s trackers` has it")

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # wandb's own sockets and streams
]


@pytest.fixture(autouse=True)
def _offline(monkeypatch, tmp_path):
    monkeypatch.setenv("WANDB_MODE", "offline")
    monkeypatch.setenv("WANDB_SILENT", "true")
    for place in ("WANDB_CONFIG_DIR", "WANDB_CACHE_DIR", "WANDB_DATA_DIR"):
        monkeypatch.setenv(place, str(tmp_path / "wandb-own"))


def records(folder):
    """Everything that W&B has stored of a run: one list for each time that it was begun."""
    from wandb.proto.wandb_internal_pb2 import Record

    wandb.teardown()  # ends the process that writes the files, which is behind until then
    stored = sorted(folder.glob("wandb/offline-run-*/run-*.wandb"), key=lambda path: path.stat().st_mtime_ns)
    return [[Record.FromString(data) for data in messages(path.read_bytes())] for path in stored]


def messages(log):
    """The messages in a log of LevelDB's format, which W&B puts a header of its own before.

    https://github.com/google/leveldb/blob/main/doc/log_format.md
    """
    block, header = 32768, 7
    place, message = header, b""
    while place + header <= len(log):
        if block - place % block < header:  # too little is left of the block for another piece
            place += block - place % block
            continue
        size, kind = struct.unpack_from("<HB", log, place + 4)
        message += log[place + header : place + header + size]
        place += header + size
        if kind in (1, 4):  # a whole message, or the last piece of one
            yield message
            message = b""


def history(found):
    lines = [record.history.item for record in found if record.WhichOneof("record_type") == "history"]
    return [{item.key or "/".join(item.nested_key): json.loads(item.value_json) for item in line} for line in lines]


def exit_codes(found):
    return [record.exit.exit_code for record in found if record.WhichOneof("record_type") == "exit"]


def the_run(found):
    return next(record.run for record in found if record.WhichOneof("record_type") == "run")


def summary(found):
    """The last value of each entry."""
    updates = [record.summary.update for record in found if record.WhichOneof("record_type") == "summary"]
    items = [item for update in updates for item in update]
    return {item.key or "/".join(item.nested_key): json.loads(item.value_json) for item in items}


def uploads(found):
    """What is sent as artifacts: the name of each, its step, its aliases and its files."""
    artifacts = [record.artifact for record in found if record.WhichOneof("record_type") == "artifact"]
    return [
        (each.name, json.loads(each.metadata)["step"], set(each.aliases), {e.path for e in each.manifest.contents})
        for each in artifacts
    ]


def distributions(found):
    """Counts of each histogram, by its name, by step."""
    end = "/values"
    drawn = {}
    for line in history(found):
        for name, counts in line.items():
            if name.endswith(end):
                drawn.setdefault(line["step"], {})[name.removesuffix(end)] = sum(counts)
    return drawn


def test_a_run_sends_its_settings_its_numbers_and_its_end(tracked):
    folder = run(tracked(plugins__hooks=["wandb"]))

    (found,) = records(folder)
    begun = the_run(found)
    assert (begun.project, begun.display_name) == ("detcore", "tiny")
    config = {update.key: json.loads(update.value_json) for update in begun.config.update}
    assert config["training"]["batch_size"] == 4
    lines = history(found)
    assert [line["step"] for line in lines] == [1, 2, 2]
    assert all("loss" in line for line in lines[:2])
    assert "evaluation/count.score" in lines[2]
    assert exit_codes(found) == [0]


def test_what_belongs_to_one_run_is_one_run_there_too(tracked, monkeypatch):
    monkeypatch.setenv("WANDB_PROJECT", "pets")
    experiment = tracked(plugins__hooks=["wandb"])
    folder = train(experiment)
    train(evolve(experiment, training=evolve(experiment.training, steps=3)), resume=True)
    evaluate(folder)

    runs = [the_run(found) for found in records(folder)]
    assert {(each.run_id, each.project) for each in runs} == {
        (json.loads((folder / "wandb.json").read_text())["id"], "pets")
    }
    assert [[line["step"] for line in history(found)] for found in records(folder)] == [[1, 2], [3], [3]]


def test_a_run_that_fails_is_one_that_failed(tracked, tmp_path):
    experiment = tracked(
        plugins__hooks=["wandb"],
        model={"type": "tiny-detector", "explode_at": 1},
        training__checkpoint_every_steps=1,
    )

    with pytest.raises(TrainingError):
        train(experiment)

    assert [exit_codes(found) for found in records(tmp_path / "runs/tiny")] == [[1]]


def test_the_size_of_the_model_and_the_checkpoint_that_was_read_are_noted(tracked):
    folder = run(tracked(plugins__hooks=["wandb"], training__checkpoint_every_steps=1))
    evaluate(folder, checkpoint="step-000001")

    first, second = records(folder)
    assert (summary(first)["num_parameters"], summary(first)["checkpoint_loaded"]) == (321, "step-000002")
    assert summary(second)["checkpoint_loaded"] == "step-000001"


def test_by_default_no_checkpoint_and_no_histogram_is_sent(tracked):
    folder = run(tracked(plugins__hooks=["wandb"], training__checkpoint_every_steps=1))

    (found,) = records(folder)
    assert uploads(found) == []
    assert distributions(found) == {}


@pytest.mark.parametrize(("word", "steps"), [("checkpoint", [1, 2]), ("END", [2]), ("false", [])])
def test_checkpoints_are_sent_as_the_variable_says(tracked, monkeypatch, word, steps):
    monkeypatch.setenv("WANDB_LOG_MODEL", word)
    folder = run(tracked(plugins__hooks=["wandb"], training__checkpoint_every_steps=1, training__keep_checkpoints=1))

    (found,) = records(folder)
    name = f"checkpoint-{the_run(found).run_id}"
    files = {path.name for path in (folder / "checkpoints/step-000002").iterdir()}
    assert uploads(found) == [(name, step, {"latest", f"step-00000{step}"}, files) for step in steps]


def test_the_last_checkpoint_of_a_run_that_fails_is_not_sent(tracked, monkeypatch, tmp_path):
    monkeypatch.setenv("WANDB_LOG_MODEL", "end")
    failing = {"type": "tiny-detector", "explode_at": 1}

    with pytest.raises(TrainingError):
        train(tracked(plugins__hooks=["wandb"], model=failing, training__checkpoint_every_steps=1))

    (found,) = records(tmp_path / "runs/tiny")
    assert uploads(found) == []


@pytest.mark.parametrize(
    ("word", "kinds"),
    [("gradients", ["gradients"]), ("parameters", ["parameters"]), ("all", ["gradients", "parameters"])],
)
def test_histograms_are_sent_as_the_variable_says(tracked, monkeypatch, word, kinds):
    monkeypatch.setenv("WANDB_WATCH", word)
    folder = train(tracked(plugins__hooks=["wandb"]))

    (found,) = records(folder)
    weights = read_checkpoint_model(folder / "checkpoints/step-000002")
    learnt = {name: tensor.numel() for name, tensor in weights.items() if name.endswith(("weight", "bias"))}
    assert distributions(found) == {
        2: {f"{kind}/{name}": count for kind in kinds for name, count in learnt.items()},
    }


def test_watching_changes_nothing_that_is_computed_nor_how_a_run_continues(tracked, monkeypatch):
    plain = train(tracked(training__steps=4))
    monkeypatch.setenv("WANDB_WATCH", "all")
    watched = tracked(plugins__hooks=["wandb"], run__name="watched")
    train(watched)
    folder = train(evolve(watched, training=evolve(watched.training, steps=4)), resume=True)

    whole, continued = (read_checkpoint_model(each / "checkpoints/step-000004") for each in (plain, folder))
    stateful = [name for name in whole if not torch.equal(whole[name], continued[name])]
    assert stateful == []


@pytest.mark.parametrize(
    ("variable", "expected"),
    [
        ("WANDB_LOG_MODEL", "'false', 'end' or 'checkpoint'"),
        ("WANDB_WATCH", "'false', 'gradients', 'parameters' or 'all'"),
    ],
)
def test_a_variable_that_says_something_else_is_refused(tracked, monkeypatch, variable, expected):
    monkeypatch.setenv(variable, "yes")

    with pytest.raises(ConfigError) as caught:
        tracked(plugins__hooks=["wandb"])

    assert str(caught.value) == f"config: plugins.hooks: {variable} is 'yes', but must be {expected}"
