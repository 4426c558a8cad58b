"""Ctrl-C that does not tear an optimizer step apart."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["Interrupts"]


class Interrupts:
    """Turns the first Ctrl-C into a wish that is granted between two steps; the second one acts at once.

    Loader workers, forked from this process, inherit the handler and are left alone by it.
    """

    def __init__(self) -> None:
        self.requested = False
        self._may_raise = False
        self._process = os.getpid()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Handle Ctrl-C in this block; does nothing outside the main thread, where Python delivers no signals."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.signal(signal.SIGINT, self._handle)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """A block that Ctrl-C may leave in the middle, because nothing in it changes the run."""
        self._may_raise = True
        try:
            yield
        except KeyboardInterrupt:
            self.requested = True
        finally:
            self._may_raise = False

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if os.getpid() != self._process:
            return
        if self.requested or self._may_raise:
            raise KeyboardInterrupt
        self.requested = True
