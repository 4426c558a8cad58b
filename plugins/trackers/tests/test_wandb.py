"""W&B's own package, offline: what it would send lies in the run's folder, and is read back from there."""

import json
import struct

import pytest
from attrs import evolve

from detcore.errors import TrainingError
from detcore.jobs import evaluate, run, train

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
