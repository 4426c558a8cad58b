"""What a plugin can do to the process that imports it; as :mod:`plugin_faults`, for what no guard can catch.

Each installs a culprit that offers the sampler ``spiral``. ``plugins check`` tells it all; the other commands do not
import the culprit, or tell as much as a process can that is being ended.
"""

from typing import NamedTuple

from installed_distributions import SAMPLER_MODULE, Site
from plugin_faults import CULPRIT

__all__ = ["PROCESS_FAULTS", "ProcessFault", "install_all"]

THREAD = """\
import threading, time
threading.Thread(target=time.sleep, args=(60,), name="culprit-thread").start()
"""

CHILD = """\
import subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time\\nwhile True: print('still here', flush=True); time.sleep(0.1)"])
"""

STATE = """\
import logging, os, random, warnings
random.seed(0)
os.environ["CULPRIT"] = "was here"
logging.basicConfig()
warnings.simplefilter("ignore")
"""


class ProcessFault(NamedTuple):
    """One of them, and what ``plugins check`` finds."""

    lines: str
    """First lines of the culprit's module."""

    status: str
    told: tuple[str, ...]
    """Parts of the sentence."""

    exit_status: int
    line: int = 0
    """Of the culprit's module, which the sentence names; 0: it names another one, or none."""

    is_hook: bool = False

    def install(self, site: Site, suffix: str = "") -> str:
        """Put the culprit there; its distribution's name, which ends with the suffix, as that of its package does."""
        package, distribution = f"culprit{suffix}", f"{CULPRIT}{suffix}"
        module = f"{package}.spiral_config"
        entries = (
            {"detcore.hooks": {f"spiral{suffix}": module}}
            if self.is_hook
            else {"detcore.samplers": {f"spiral{suffix}": f"{module}:SpiralConfig"}}
        )
        modules = {f"{package}/__init__.py": "", f"{package}/spiral_config.py": f"{self.lines}\n{SAMPLER_MODULE}"}
        site.install(distribution, entries, modules=modules)
        return distribution


def install_all(site: Site) -> dict[str, str]:
    """Every culprit at once; the fault of each, by its distribution."""
    return {fault.install(site, str(number)): name for number, (name, fault) in enumerate(PROCESS_FAULTS.items())}


PROCESS_FAULTS = {
    "segfault": ProcessFault(
        "import ctypes\nctypes.string_at(0)", "crashes", ("it ended the process by SIGSEGV",), exit_status=3, line=2
    ),
    "hang": ProcessFault(
        "import time\ntime.sleep(3600)", "hangs", ("it was not done after",), exit_status=3, line=2
    ),
    "hang that ignores everything": ProcessFault(
        "import faulthandler, signal\nfaulthandler.cancel_dump_traceback_later()\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())\nwhile True: pass",
        "hangs", ("it was not done after",), exit_status=3,
    ),
    "killed": ProcessFault(
        "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
        "crashes", ("it ended the process by SIGKILL",), exit_status=3,
    ),
    "os._exit": ProcessFault(
        "import os\nos._exit(0)", "failed", ("SystemExit: os._exit(0)",), exit_status=3, line=2
    ),
    "exit of the C library": ProcessFault(
        "import ctypes\nctypes.CDLL(None)._exit(0)", "exits", ("it ended the process with os._exit(0)",), exit_status=3
    ),
    "KeyboardInterrupt": ProcessFault(
        "raise KeyboardInterrupt('no')", "failed", ("KeyboardInterrupt: no",), exit_status=3, line=1
    ),
    "print on stdout": ProcessFault(
        "import os\nprint('[1, 2')\nos.write(1, b'below Python')", "prints", ("prints '[1, 2' and more",), exit_status=1
    ),
    "flood of output": ProcessFault(
        "import os\nfor _ in range(5000): os.write(1, b'x' * 10000)", "prints", ("50000000 bytes",), exit_status=1
    ),
    "flood without end": ProcessFault(
        "import os\nwhile True: os.write(1, b'x' * 10000)",
        "hangs", ("it was not done after",), exit_status=3, line=2,
    ),
    "thread": ProcessFault(THREAD, "side-effects", ("changes the running threads",), exit_status=1),
    "process left behind": ProcessFault(CHILD, "side-effects", ("leaves a process running",), exit_status=1),
    "changed state": ProcessFault(
        STATE,
        "side-effects",
        (
            "Python's random numbers", "the environment variables", "the handlers of the root logger",
            "the filters of warnings",
        ),
        exit_status=1,
    ),
    "file in the working directory": ProcessFault(
        "open('left.txt', 'w').close()", "side-effects", ("leaves left.txt in the working directory",), exit_status=1
    ),
    "torch in the config": ProcessFault(
        "import sys\nfrom torch import nn", "heavy", ("imports torch where its config class is defined",),
        exit_status=1, line=2,
    ),
    "torch set up for everybody": ProcessFault(
        "import torch\ntorch.set_default_dtype(torch.float64)\ntorch.manual_seed(1)",
        "heavy", ("changes torch's random numbers and torch's default dtype",), exit_status=1,
    ),
    "bad hook signature": ProcessFault(
        "from detcore.plugins import hookimpl\n\n@hookimpl\ndef detcore_components(surprise): return {}",
        "failed", ("detcore_components (", "asks for 'surprise'"), exit_status=3, is_hook=True,
    ),
}  # fmt: skip
