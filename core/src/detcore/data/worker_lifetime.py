"""The life of a worker, which ends with that of the process it reads for.

A worker of a process that was killed would wait for ever to hand over its batch.
"""

import os
import time
from multiprocessing import parent_process
from threading import Thread
from typing import Final

__all__ = ["end_with_parent"]

_SECONDS_BETWEEN_LOOKS: Final = 1.0


def end_with_parent() -> None:
    """Have this worker end within a second or two of the process that asked for it; elsewhere this does nothing.

    Linux can send a signal instead, but at the end of the thread that started the worker, and not past a fork server.
    """
    if parent_process() is not None:
        Thread(target=_watch, args=(os.getppid(),), name="parent-watch", daemon=True).start()


def _watch(starter: int) -> None:
    """Look for the process that started this one, and for the one that asked for it, which differ by a fork server.

    A worker that was forked later keeps the sign of life of the second open, but never that of the first.
    """
    asked = parent_process()
    while os.getppid() == starter and asked is not None and asked.is_alive():
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    os._exit(1)
