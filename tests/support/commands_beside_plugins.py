"""Many commands, each with plugins installed: ``python -m commands_beside_plugins JOBS [MODULE …]``.

``JOBS`` is a JSON file with a :class:`Job` in each line. What all of them import anyway, and the modules, is imported
once; every command is a process of its own that is split off, as it would be started by a shell. Prints a
:class:`Done` in each line.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import IO, NamedTuple, NoReturn

import detcore.config
import detcore.jobs.checking  # noqa: F401
from detcore.cli import imported_elsewhere
from detcore.cli.main import main
from detcore.plugins import trial_import

__all__ = ["Done", "Job", "done_beside_plugins"]

NOTICE = b"still importing"

_leave = os._exit


class Job(NamedTuple):
    """One command."""

    site: str
    words: list[str]
    folder: str
    """Where it runs."""

    is_hanging: bool = False
    """It is interrupted once it has told that it lasts, which is soon; what tries plugins out waits a second only."""


class Done(NamedTuple):
    """How it ended."""

    status: int
    stdout: str
    stderr: str


def done_beside_plugins(jobs: Iterable[Job], *modules: str, folder: Path) -> list[Done]:
    """What came of every job, with what is imported before."""
    path = folder / "jobs.jsonl"
    path.write_text("".join(f"{json.dumps(job)}\n" for job in jobs), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "commands_beside_plugins", str(path), *modules],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent)}, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return [Done(*json.loads(line)) for line in done.stdout.splitlines()]


def _done(job: Job) -> Done:
    with tempfile.TemporaryFile("w+b") as out, tempfile.TemporaryFile("w+b") as told:
        process = os.fork()
        if not process:
            _be_the_command(job, out, told)
        try:
            status = _waited_for(process, told if job.is_hanging else None)
        finally:
            os.killpg(
                process, signal.SIGKILL
            )  # with what a plugin leaves behind; the group lasts until it is waited for
            os.waitpid(process, 0)
        return Done(status, _text(out), _text(told))


def _waited_for(process: int, told: IO[bytes] | None) -> int:
    """Its exit status; where there is something to be told, it is interrupted then."""
    while not (found := os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT)):
        time.sleep(0.005)
        if told and NOTICE in os.pread(told.fileno(), 4096, 0):
            os.kill(process, signal.SIGINT)
            told = None
    return found.si_status if found.si_code == os.CLD_EXITED else -found.si_status


def _be_the_command(job: Job, out: IO[bytes], told: IO[bytes]) -> NoReturn:
    status = 70
    try:
        os.setsid()
        for ours, its_own in ((os.open(os.devnull, os.O_RDONLY), 0), (out.fileno(), 1), (told.fileno(), 2)):
            os.dup2(ours, its_own)
        os.chdir(job.folder)
        sys.path.insert(0, job.site)
        os.environ["PYTHONPATH"] = job.site  # of the processes that it starts
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if job.is_hanging:
            trial_import.NOTICE_AFTER_S, imported_elsewhere.TIME_LIMIT_S = 0.1, 1.0
        status = main(job.words)
    except BaseException:  # noqa: BLE001  # as Python itself would end
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        _leave(status)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


if __name__ == "__main__":
    for module in sys.argv[2:]:
        import_module(module)
    jobs = [Job(*json.loads(line)) for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()]
    for job in jobs:
        print(json.dumps(_done(job)), flush=True)
