"""A new interpreter for every request: slower than splitting one, and possible everywhere.

``python -P -m detcore.plugins.probing.spawning REQUEST`` is what the new one does.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from detcore.plugins.probing.forking import GRACE_S, KEPT_OUTPUT
from detcore.plugins.probing.request import Ending, Request, Stage
from detcore.plugins.split_process import end_group

__all__ = ["Interpreters", "spawned"]

_READ_AT_ONCE = 1 << 16


class Interpreters:
    """At most ``workers`` of them at a time."""

    def __init__(self, workers: int) -> None:
        self._pool = ThreadPoolExecutor(workers)
        self._running: set[Future[Ending]] = set()

    def expect(self, stage: Stage) -> None:
        """Nothing can be done beforehand."""

    def start(self, request: Request) -> None:
        """Try it out in a process of its own."""
        self._running.add(self._pool.submit(spawned, request))

    def finished(self) -> Iterable[Ending]:
        """Wait for one at least."""
        done, self._running = wait(self._running, return_when=FIRST_COMPLETED)
        return [future.result() for future in done]

    def close(self) -> None:
        """Start no other."""
        self._pool.shutdown(cancel_futures=True)


def spawned(request: Request) -> Ending:
    """How a new interpreter ended that was given the request."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "detcore.plugins.probing.spawning", request.as_json()],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0, start_new_session=True,
    )  # fmt: skip
    output = _Output(process)
    reader = threading.Thread(target=output.read, daemon=True)  # a daemon: what the plugin started may keep it open
    reader.start()
    is_late = False
    try:
        process.wait(request.time_limit_s + GRACE_S)
    except subprocess.TimeoutExpired:
        is_late = True
        process.kill()
        process.wait()
    left_processes = hasattr(os, "killpg") and end_group(process.pid)
    reader.join(GRACE_S)
    text = output.text.decode("utf-8", "replace")
    return Ending(request.number, process.returncode, is_late, text, output.size, left_processes)


class _Output:
    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdout is not None, "was asked for"
        self._pipe = process.stdout
        self.text = b""
        self.size = 0

    def read(self) -> None:
        """All of it, of which only the beginning is kept."""
        with self._pipe:
            while text := self._pipe.read(_READ_AT_ONCE):
                self.text += text[: KEPT_OUTPUT - len(self.text)]
                self.size += len(text)


if __name__ == "__main__":
    from detcore.plugins.probing.trial import try_out

    try_out(Request.from_json(sys.argv[1]))
