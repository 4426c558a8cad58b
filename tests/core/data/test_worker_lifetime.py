"""What becomes of the workers of a process that is killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

READER = """
import sys, time
import torch
from detcore.data.loading import load_all

def load(ticket):
    return [{"image": torch.zeros(3, 8, 8), "name": "x" * 1_000_000}]

if __name__ == "__main__":
    torch.multiprocessing.set_start_method(sys.argv[1])
    batches = load_all(range(10_000), load, workers=2)
    next(batches)
    print("reading", flush=True)
    time.sleep(600)
"""

PATIENCE = 10.0
"""Seconds."""


def descendants(pid: int) -> list[int]:
    """The processes that a process has started, and those that these have started."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    children = [int(word) for word in text.split()]
    return [*children, *(inner for child in children for inner in descendants(child))]


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def left_after(pids: list[int], patience: float) -> list[int]:
    """Those that are still alive after so many seconds."""
    end = time.monotonic() + patience
    while (left := [pid for pid in pids if is_alive(pid)]) and time.monotonic() < end:
        time.sleep(0.1)
    return left


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
@pytest.mark.parametrize("method", ["fork", "forkserver"])
def test_workers_end_with_a_process_that_is_killed(tmp_path, method):
    script = tmp_path / "reader.py"
    script.write_text(READER)
    with subprocess.Popen([sys.executable, str(script), method], stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout.readline() == "reading\n"
        workers = descendants(reader.pid)

        reader.kill()

    left = left_after(workers, PATIENCE)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert len(workers) >= 2
    assert left == []
