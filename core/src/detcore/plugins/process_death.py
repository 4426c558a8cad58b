"""How a plugin ended the process that it was imported by, told from the exit status and from what was being done."""

import signal
import sysconfig
from pathlib import Path

import detcore
from detcore.plugins.guard import IMPORT_FRAME

__all__ = ["cause_of_death", "place_in"]


def cause_of_death(exit_status: int, stack: str) -> str:
    """The cause as a message has it, with the place as far as ``faulthandler`` could tell it."""
    how = f"by {_signal_name(-exit_status)}" if exit_status < 0 else f"with exit status {exit_status}"
    return f"it ended the process {how}{place_in(stack)}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def place_in(stack: str) -> str:
    """``" (file:line)"`` of the plugin's own code where the process was last, or else of the innermost code."""
    within = stack.partition(f" in {IMPORT_FRAME}")[0]  # what is outside is who asked for it
    found = [_frame(line) for line in within.splitlines() if line.startswith('  File "')]
    aside = (f"{sysconfig.get_path('stdlib')}/", str(Path(detcore.__file__).parent / "plugins"), "<frozen")
    packages = ("site-packages", "dist-packages")
    own = [
        (file, line)
        for file, line in found
        if not file.startswith(aside) or (file.startswith(aside[0]) and any(name in file for name in packages))
    ]
    any_code = [(file, line) for file, line in found if not file.startswith(aside[1:])]
    return "".join(f" ({file}:{line})" for file, line in (own or any_code)[:1])


def _frame(line: str) -> tuple[str, str]:
    file, _, rest = line.removeprefix('  File "').rpartition('", line ')
    return file, rest.partition(" ")[0]
