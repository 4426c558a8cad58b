"""Processes split off others that have loaded what is slow to load: one without torch, and one with it."""

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import BinaryIO, cast

from detcore.plugins.probing.heavy_imports import HEAVY
from detcore.plugins.probing.request import Ending, Request, Stage
from detcore.plugins.probing.spawning import spawned

__all__ = ["SplitProcesses"]

_HEAVY: Mapping[Stage, tuple[str, ...]] = {"config": (), "build": HEAVY}


class SplitProcesses:
    """As many at a time as are started; whoever starts them counts."""

    def __init__(self, preloaded: Mapping[Stage, Sequence[str]]) -> None:
        """``preloaded`` are modules that many plugins import, by the stage in which they do; heavy ones are known."""
        self._preloaded = preloaded
        self._sources: dict[Stage, _Source] = {}

    def expect(self, stage: Stage) -> None:
        """Begin to load what requests of a stage will need, while others are still tried out."""
        if stage not in self._sources:
            self._sources[stage] = _Source([*_HEAVY[stage], *self._preloaded.get(stage, ())])

    def start(self, request: Request) -> None:
        """Try it out in a process of its own."""
        self.expect(request.stage)
        self._sources[request.stage].ask(request)

    def finished(self) -> Iterable[Ending]:
        """Wait for one at least."""
        busy = {source.answers: source for source in self._sources.values() if source.asked}
        found: list[Ending] = []
        while not found:
            for pipe in select.select(list(busy), [], [])[0]:
                found += busy[pipe].endings()
        self._sources = {stage: source for stage, source in self._sources.items() if source.is_alive}
        return found

    def close(self) -> None:
        """End all of them."""
        for source in self._sources.values():
            source.close()


class _Source:
    """The process that others are split off from, and the two pipes to it."""

    def __init__(self, preloaded: Iterable[str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "detcore.plugins.probing.forking", *preloaded],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, start_new_session=True,
            # One thread each: a process with several cannot be split, and there are as many processes as processors.
            env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )  # fmt: skip
        self._requests = cast("BinaryIO", self._process.stdin)
        self.answers = cast("BinaryIO", self._process.stdout)
        self.asked: dict[int, Request] = {}
        self.is_alive = True
        self._told = b""

    def ask(self, request: Request) -> None:
        self.asked[request.number] = request
        try:
            self._requests.write(f"{request.as_json()}\n".encode())
        except BrokenPipeError:
            return  # the end of its answers will tell

    def endings(self) -> list[Ending]:
        """Those that have been told; if a plugin has ended this process, all others once more, each by itself."""
        text = self.answers.read(1 << 16)
        if not text:
            self.is_alive = False
            self.close()
            return [spawned(request) for request in self.asked.values()]
        *lines, self._told = (self._told + text).split(b"\n")
        endings = [Ending(*json.loads(line)) for line in lines]
        for ending in endings:
            del self.asked[ending.number]
        return endings

    def close(self) -> None:
        """It ends by itself, with all that were split off, when nobody can ask it any more."""
        self._requests.close()
        self.answers.close()
        self._process.wait()
