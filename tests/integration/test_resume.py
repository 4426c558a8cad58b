"""A run that is killed, whenever that happens, and resumed is the run that was never killed."""

import multiprocessing
import os
import random
import signal
import time

import pytest
from safetensors.torch import load_file
from train_tiny import train_tiny

STEPS = 120
"""Far more than are done when the run is killed, so that it cannot have ended by itself before that."""

pytestmark = pytest.mark.skipif(
    "forkserver" not in multiprocessing.get_all_start_methods(), reason="this system cannot fork processes"
)


@pytest.fixture(scope="module")
def start():
    """Starts a training process, forked from one that has imported torch already: that is most of the time."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["detcore.jobs.training", "detcore.data.shapes.dataset", "torch._dynamo"])

    def start(directory, workers):
        process = context.Process(target=train_tiny, args=(directory, workers, STEPS))
        process.start()
        return process

    return start


@pytest.fixture(scope="module")
def uninterrupted(start, tmp_path_factory):
    directory = tmp_path_factory.mktemp("uninterrupted")
    assert finished(start(directory, workers=0)) == 0
    return directory / "tiny"


@pytest.mark.slow
@pytest.mark.parametrize("workers", [0, 2])
def test_a_killed_run_continues_bit_for_bit(start, tmp_path, uninterrupted, workers):
    moments = random.Random(workers)
    run = tmp_path / "tiny"

    for lines in (1, 3, 6):
        process = start(tmp_path, workers)
        wait_for_lines(process, run, lines)
        time.sleep(moments.uniform(0, 0.1))
        os.kill(process.pid, signal.SIGKILL)
        assert finished(process) == -signal.SIGKILL
    status = finished(start(tmp_path, workers))

    assert status == 0
    assert metrics(run) == metrics(uninterrupted)
    assert contents(run, "model") == contents(uninterrupted, "model")
    assert contents(run, "trainer") == contents(uninterrupted, "trainer")
    assert names(run / "checkpoints") == names(uninterrupted / "checkpoints")


@pytest.mark.slow
def test_ctrl_c_writes_a_checkpoint_from_which_the_run_continues_bit_for_bit(start, tmp_path, uninterrupted):
    process = start(tmp_path, workers=2)
    run = tmp_path / "tiny"
    wait_for_lines(process, run, 3)

    os.kill(process.pid, signal.SIGINT)
    interrupted = finished(process)
    said = (run / "log.txt").read_text()
    status = finished(start(tmp_path, workers=2))

    assert (interrupted, status) == (130, 0)
    assert "interrupted after step" in said
    assert metrics(run) == metrics(uninterrupted)
    assert contents(run, "model") == contents(uninterrupted, "model")


def finished(process):
    """The exit status, once there is one."""
    process.join()
    return process.exitcode


def wait_for_lines(process, run, lines):
    """Until the process has written so many lines of metrics."""
    while not (run / "metrics.jsonl").exists() or len(metrics(run).splitlines()) < lines:
        assert process.is_alive(), f"ended with status {process.exitcode} after {metrics(run).splitlines()}"
        time.sleep(0.002)


def metrics(run):
    return (run / "metrics.jsonl").read_text()


def contents(run, name):
    """Every tensor of the last checkpoint, as bytes."""
    tensors = load_file(run / "checkpoints" / f"step-{STEPS:06d}" / f"{name}.safetensors")
    return {key: tensor.numpy().tobytes() for key, tensor in tensors.items()}


def names(folder):
    return sorted(path.name for path in folder.iterdir())
