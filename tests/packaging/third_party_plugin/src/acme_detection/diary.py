"""The hooks ``acme-diary``: what happened, a line each, in the run's folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from detcore.plugins import hookimpl

_pages: list[Path] = []


@hookimpl
def detcore_run_start(directory: Path) -> None:
    """Open the diary."""
    _pages[:] = [directory / "diary.txt"]
    _write("started")


@hookimpl
def detcore_after_evaluation(results: Mapping[str, Any], step: int) -> None:
    """Note what was measured."""
    _write(f"measured {', '.join(results)} after {step} steps")


@hookimpl
def detcore_run_end(error: BaseException | None) -> None:
    """Close it."""
    _write("ended well" if error is None else f"ended by {type(error).__name__}")


def _write(line: str) -> None:
    with _pages[0].open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
