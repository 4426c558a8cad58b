"""Runs of one experiment, each with other plugins installed: ``python -m runs_beside_plugins JOBS``.

``JOBS`` is a JSON file: for each run a folder of plugins and the words behind ``detcore run``. torch is imported once,
and every run is a process of its own that is split off. Prints a JSON list of exit status and stderr.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

import torch  # noqa: F401  # once, for all runs

from detcore.cli.main import main


def run(site: str, words: list[str]) -> tuple[int, str]:
    """Exit status and stderr of one run."""
    with tempfile.TemporaryFile("w+") as told:
        child = os.fork()
        if not child:
            os.dup2(told.fileno(), 2)
            sys.path.insert(0, site)
            status = 70  # whatever the run raises
            try:
                status = main(["run", *words])
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status)
        _, status = os.waitpid(child, 0)
        told.seek(0)
        return os.waitstatus_to_exitcode(status), told.read()


if __name__ == "__main__":
    jobs = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    output = os.dup(1)
    os.dup2(2, 1)  # what the runs print is not the list
    results = [run(job["site"], job["words"]) for job in jobs]
    os.write(output, json.dumps(results).encode())
