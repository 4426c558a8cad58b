import json

import pytest
import torch

from detcore.errors import WeightsError
from detcore.training import (
    Checkpoint,
    newest_checkpoint,
    pointed_checkpoint,
    read_checkpoint,
    read_checkpoint_state,
    write_checkpoint,
)
from detcore.training.checkpoint import prune_checkpoints, write_pointer


def checkpoint(step, value=1.0):
    return Checkpoint(model={"weight": torch.tensor([value])}, trainer={}, state={"step": step})


def test_a_checkpoint_reads_back_as_it_was_written(tmp_path):
    shared = torch.arange(4.0)
    written = Checkpoint(
        model={"a": shared, "b": shared[1:3]},  # views of one memory, as tied weights are
        trainer={"random/torch": torch.get_rng_state()},
        state={"step": 12, "stream": {"position": 3, "waiting": [1]}},
    )

    path = write_checkpoint(tmp_path, written)
    read = read_checkpoint(path)

    assert path.name == "step-000012"
    assert read.model["b"].tolist() == [1.0, 2.0]
    assert torch.equal(read.trainer["random/torch"], written.trainer["random/torch"])
    assert read.state["stream"] == {"position": 3, "waiting": [1]}


def test_no_file_of_a_checkpoint_is_a_pickle(tmp_path):
    path = write_checkpoint(tmp_path, checkpoint(1))

    assert sorted(file.name for file in path.iterdir()) == ["model.safetensors", "state.json", "trainer.safetensors"]


def test_a_checkpoint_that_cannot_be_written_leaves_nothing(tmp_path):
    broken = Checkpoint(model={}, trainer={}, state={"step": 1, "not JSON": object()})

    with pytest.raises(TypeError):
        write_checkpoint(tmp_path, broken)

    assert list(tmp_path.iterdir()) == []


def test_the_newest_checkpoint_is_that_of_the_latest_step(tmp_path):
    for step in (900, 1_000_000, 20):
        write_checkpoint(tmp_path, checkpoint(step))
    (tmp_path / ".step-2000000.1.tmp").mkdir()  # what a kill may leave

    newest = newest_checkpoint(tmp_path)

    assert newest == tmp_path / "step-1000000"


def test_without_checkpoints_there_is_no_newest(tmp_path):
    assert newest_checkpoint(tmp_path / "missing") is None


def test_old_checkpoints_are_deleted_but_never_the_best(tmp_path):
    for step in (1, 2, 3, 4):
        write_checkpoint(tmp_path, checkpoint(step))
    write_pointer(tmp_path, "best", tmp_path / "step-000001", step=1)

    prune_checkpoints(tmp_path, keep=2)

    assert sorted(path.name for path in tmp_path.glob("step-*")) == ["step-000001", "step-000003", "step-000004"]
    assert pointed_checkpoint(tmp_path, "best") == tmp_path / "step-000001"


def test_a_damaged_checkpoint_is_named(tmp_path):
    path = write_checkpoint(tmp_path, checkpoint(1))
    (path / "model.safetensors").write_bytes(b"short")

    with pytest.raises(WeightsError, match=r"step-000001/model.safetensors: cannot be read: .+$"):
        read_checkpoint(path)


def test_a_checkpoint_of_another_format_is_refused(tmp_path):
    path = write_checkpoint(tmp_path, checkpoint(1))
    (path / "state.json").write_text(json.dumps({"format": 99}))

    with pytest.raises(
        WeightsError, match=r"checkpoint format 99 is not the one this version of det-core reads \(1\)$"
    ):
        read_checkpoint_state(path)
