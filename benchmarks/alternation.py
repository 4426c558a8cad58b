"""Times calls by turns, so that whatever else the machine does meets all of them alike."""

import statistics
import time
from collections.abc import Callable, Mapping

__all__ = ["alternating", "ratio_text", "speedup"]


def alternating(calls: Mapping[str, Callable[[], object]], *, rounds: int) -> dict[str, list[float]]:
    """Seconds that each call took in each round, after a round that does not count."""
    for call in calls.values():
        call()
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            seconds[name].append(_timed(call))
    return seconds


def speedup(ours: list[float], theirs: list[float]) -> float:
    """How many times as fast as the other this is, by the medians."""
    return statistics.median(theirs) / statistics.median(ours)


def ratio_text(ours: list[float], theirs: list[float]) -> str:
    """The same, and by the best of each."""
    return f"{speedup(ours, theirs):.2f} times as fast (best of each: {min(theirs) / min(ours):.2f})"


def _timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
