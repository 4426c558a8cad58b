"""A process that loads what is slow to load once, and splits itself for every request.

It knows nothing of plugins: each is tried out by a process of its own, whose output goes into a pipe and whose time is
limited. Requests come as lines, and endings leave as lines. It has no threads, so that a split process is whole.
"""

import gc
import json
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from typing import NoReturn

from detcore.plugins.probing.request import Ending, Request
from detcore.plugins.split_process import end_group, split_off

__all__ = ["GRACE_S", "KEPT_OUTPUT", "main"]

KEPT_OUTPUT = 4096
"""Bytes of what a plugin prints that are kept; all others are only counted."""

GRACE_S = 2.0
"""So long after its time is up, a process that has not ended itself is killed."""

_READ_AT_ONCE = 1 << 16
_PATIENCE_S = 0.005
"""Between two looks at which processes have ended."""


def main(preloaded: Sequence[str], try_out: Callable[[Request], NoReturn]) -> None:
    """Serve requests until nobody can send one any more."""
    for module in preloaded:
        try:
            import_module(module)
        except Exception:  # noqa: BLE001, S112  # whoever needs it will be told so, with its own name
            continue
    gc.collect()
    gc.freeze()
    _Nursery(try_out).serve()


class _Child:
    def __init__(self, request: Request, process: int, pipe: int) -> None:
        self.request = request
        self.process = process
        self.pipe = pipe
        self.deadline = time.monotonic() + request.time_limit_s + GRACE_S
        self.is_open = True
        self.is_late = False
        self.output = b""
        self.output_size = 0

    def read(self) -> None:
        """Take what is in the pipe: a process that writes too much must not wait for us."""
        while self.is_open:
            try:
                text = os.read(self.pipe, _READ_AT_ONCE)
            except BlockingIOError:
                return
            self.is_open = bool(text)
            self.output += text[: KEPT_OUTPUT - len(self.output)]
            self.output_size += len(text)
            if time.monotonic() > self.deadline:
                return

    def ending(self) -> Ending | None:
        """How it ended; ``None``: it has not."""
        if not self.is_late and time.monotonic() > self.deadline:
            self.is_late = True
            os.kill(self.process, signal.SIGKILL)
        found, status = os.waitpid(self.process, 0 if self.is_late else os.WNOHANG)
        if not found:
            return None
        left_processes = end_group(self.process)  # they could go on writing into the pipe
        self.read()
        os.close(self.pipe)
        output = self.output.decode("utf-8", "replace")
        exit_status = os.waitstatus_to_exitcode(status)
        return Ending(self.request.number, exit_status, self.is_late, output, self.output_size, left_processes)


class _Nursery:
    def __init__(self, try_out: Callable[[Request], NoReturn]) -> None:
        self._try_out = try_out
        self._children: list[_Child] = []
        self._asked = b""
        self._is_asked = True

    def serve(self) -> None:
        while self._is_asked:
            pipes = [child.pipe for child in self._children if child.is_open]
            ready = select.select([0, *pipes], [], [], _PATIENCE_S if self._children else None)[0]
            if 0 in ready:
                self._take_requests()
            for child in self._children:
                child.read()
            for child in list(self._children):
                if ending := child.ending():
                    self._children.remove(child)
                    os.write(1, f"{json.dumps(ending)}\n".encode())
        for child in self._children:  # nobody waits for them any more
            os.kill(child.process, signal.SIGKILL)
            end_group(child.process)

    def _take_requests(self) -> None:
        text = os.read(0, _READ_AT_ONCE)
        self._is_asked = bool(text)
        *lines, self._asked = (self._asked + text).split(b"\n")
        for line in lines:
            self._children.append(self._split_off(Request.from_json(line.decode())))

    def _split_off(self, request: Request) -> _Child:
        reading, writing = os.pipe()
        process = split_off(partial(self._be_a_child, request), output=writing)
        os.close(writing)
        os.set_blocking(reading, False)
        return _Child(request, process, reading)

    def _be_a_child(self, request: Request) -> NoReturn:
        for child in self._children:
            os.close(child.pipe)
        self._try_out(request)


if __name__ == "__main__":
    from detcore.plugins.probing.trial import try_out

    main(sys.argv[1:], try_out)
    os._exit(0)  # without the cleaning up of what was loaded: it takes a while, and complains about frozen garbage
