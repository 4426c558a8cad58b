"""What can be wrong with a plugin, and what each command says of it: a row for each fault.

Every fault installs a distribution of its own, ``det-plugin-NAME``, which offers the sampler ``NAME`` unless it says
otherwise. A new fault is a row; the tests take every row through every command.
"""

from collections.abc import Callable
from typing import NamedTuple

from installed_distributions import SAMPLER_MODULE, Site

__all__ = ["FAULTS", "Fault"]


class Fault(NamedTuple):
    """One way for a plugin to be broken."""

    name: str
    """Its distribution's, package's and component's too."""

    lines: str = ""
    """First lines of its module; the rest of that is in order."""

    listed: str = "ok"
    """Status in the list."""

    reason: str = ""
    """Part of the reason in the list; empty where only an import can tell."""

    checked: str = ""
    """Worst status that ``plugins check`` finds, where it is not that of the list."""

    told: str = ""
    """Part of what all those commands say that import it."""

    found: str = ""
    """Part of what ``plugins check`` alone finds."""

    line: int = 0
    """Of the module, which they name then; 0: it names another file, or none."""

    exit_status: int = 0
    """Of ``check`` and ``run`` of a config that names it: 0 it works all the same, 1 metadata tell, 3 it fails."""

    component: str = ""
    """What a config writes to get it, where that is not the fault's name."""

    kind: str = "samplers"
    install_as: "Callable[[Site, Fault], object] | None" = None
    is_heavy: bool = False
    """It imports torch, which takes longer than all else."""

    @property
    def distribution(self) -> str:
        return f"det-plugin-{self.name}"

    @property
    def package(self) -> str:
        return self.name.replace("-", "_")

    @property
    def target(self) -> str:
        """The config class; of a hook plugin, the module."""
        module = f"{self.package}.spiral_config"
        return module if self.kind == "hooks" else f"{module}:SpiralConfig"

    @property
    def is_hanging(self) -> bool:
        return self.checked == "hangs"

    @property
    def naming(self) -> str:
        """The override that makes a config name it."""
        name = self.component or self.name
        return f'plugins.hooks=["{name}"]' if self.kind == "hooks" else f'data.train.sampler={{type="{name}"}}'

    def install(self, site: Site) -> None:
        """Put the culprit there."""
        (self.install_as or _plugin)(site, self)


def _plugin(
    site: Site, fault: Fault, *, group: str = "", name: str = "", target: str = "", requires: str = "det-core"
) -> None:
    modules = {f"{fault.package}/__init__.py": "", f"{fault.package}/spiral_config.py": _module(fault)}
    entries = {group or f"detcore.{fault.kind}": {name or fault.name: target or fault.target}}
    site.install(fault.distribution, entries, modules=modules, requires=requires)


def _module(fault: Fault) -> str:
    return f"{fault.lines}\n{SAMPLER_MODULE}"


def _twin(site: Site, fault: Fault) -> None:
    site.install("det-plugin-twin", {"detcore.samplers": {fault.name: "twin:SpiralConfig"}},
                 modules={"twin.py": SAMPLER_MODULE})  # fmt: skip
    _plugin(site, fault)


def _without_modules(site: Site, fault: Fault) -> None:
    site.install(fault.distribution, {"detcore.samplers": {fault.name: fault.target}}, modules={})


def _bad_target(site: Site, fault: Fault) -> None:
    site.install(fault.distribution, {"detcore.samplers": {fault.name: "bad/spiral_config.py"}}, modules={})


def _edited(site: Site, fault: Fault) -> None:
    _plugin(site, fault)
    with (site.folder / f"{fault.package}/spiral_config.py").open("a", encoding="utf-8") as file:
        file.write("# edited in place\n")


def _with_nothing_else(site: Site, fault: Fault) -> None:
    modules = {f"{fault.package}/__init__.py": "", f"{fault.package}/spiral_config.py": fault.lines}
    site.install(fault.distribution, {"detcore.samplers": {fault.name: fault.target}}, modules=modules)


_STATE = """\
import logging, os, random, warnings
random.seed(0)
os.environ["CULPRIT"] = "was here"
logging.basicConfig()
warnings.simplefilter("ignore")
"""

_CHILD = """\
import subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
"""

_IGNORING_ALL = """\
import faulthandler, signal
faulthandler.cancel_dump_traceback_later()
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
while True: pass
"""

_BAD_HOOK = """\
from detcore.plugins import hookimpl

@hookimpl
def detcore_components(surprise): return {}
"""

_ROWS = [
    Fault("healthy"),  # to compare with
    # What metadata tell, so that nothing is imported.
    Fault("twice", listed="ambiguous", reason="also offered as det-plugin-twin/twice; write type = 'det-plugin-twice/",
          told="'twice' is offered by det-plugin-twice/twice and det-plugin-twin/twice; write one of these in full",
          exit_status=1, install_as=_twin),
    Fault("shadowed", listed="shadowed", reason="the name belongs to det-core; write type = 'det-plugin-shadowed/",
          component="det-plugin-shadowed/shuffle",
          install_as=lambda site, fault: _plugin(site, fault, name="shuffle")),
    Fault("stale", listed="stale", reason="there is no module stale.spiral_config; install det-plugin-stale again",
          told="det-plugin-stale/stale cannot be used: there is no module stale.spiral_config; install det-",
          exit_status=1, install_as=_without_modules),
    Fault("wrong-requires-dist", listed="incompatible", reason="needs det-core<0.0.1, but this is ",
          told="wrong-requires-dist/wrong-requires-dist cannot be used: needs det-core<0.0.1, but this is ",
          exit_status=1, install_as=lambda site, fault: _plugin(site, fault, requires="det-core<0.0.1")),
    Fault("wrong-group", listed="unknown-group",
          reason="nothing installed opens the group detcore.sampler; did you mean 'detcore.samplers'?",
          told="sampler:det-plugin-wrong-group/wrong-group cannot be used: nothing installed opens the group",
          exit_status=1, install_as=lambda site, fault: _plugin(site, fault, group="detcore.sampler")),
    Fault("bad-name", listed="bad-name", reason="a name is lower-case words and digits joined by '-'",
          told="det-plugin-bad-name/Spiral_T cannot be used: a name is lower-case words and digits joined by '-'",
          exit_status=1, component="Spiral_T", install_as=lambda site, fault: _plugin(site, fault, name="Spiral_T")),
    Fault("bad-target", listed="bad-target", reason="must be 'module:Class', not 'bad/spiral_config.py'",
          told="det-plugin-bad-target/bad-target cannot be used: must be 'module:Class', not 'bad/spiral_config.py'",
          exit_status=1, install_as=_bad_target),
    # What an import raises.
    Fault("import-error", "import import_error.nothing", checked="failed", line=1,
          told="failed while being imported: ModuleNotFoundError: No module named 'import_error.nothing'",
          exit_status=3),
    Fault("system-exit", "raise SystemExit(0)", checked="exits", line=1,
          told="failed while being imported: SystemExit: 0", exit_status=3),
    Fault("os-exit", "import os\nos._exit(0)", checked="exits", line=2,
          told="failed while being imported: SystemExit: os._exit(0)", exit_status=3),
    Fault("base-exception", "class Stop(BaseException):\n    pass\nraise Stop('enough')", checked="failed", line=3,
          told="failed while being imported: Stop: enough", exit_status=3),
    Fault("keyboard-interrupt", "raise KeyboardInterrupt('no')", checked="failed", line=1,
          told="KeyboardInterrupt: no", exit_status=3),
    Fault("missing-extra", "import det_kernels", checked="needs-extra",
          told="It needs the extra 'kernels': pip install 'det-plugin-missing-extra[kernels]'.", exit_status=3,
          install_as=lambda site, fault: _plugin(site, fault, target=f"{fault.target} [kernels]")),
    Fault("wrong-base", "class SpiralConfig:\n    pass\n", checked="failed", line=1, exit_status=3,
          told="TypeError: wrong_base.spiral_config:SpiralConfig must be a subclass of SamplerConfig, found <class",
          install_as=_with_nothing_else),
    Fault("bad-hook", _BAD_HOOK, checked="failed", kind="hooks", line=3, exit_status=3,
          told="asks for 'surprise', which this hook is not given"),
    # What an import does to its process.
    Fault("segfault", "import ctypes\nctypes.string_at(0)", checked="crashes", line=2,
          told="failed while being imported: it ended the process by SIGSEGV", exit_status=3),
    Fault("hook-segfault", "import ctypes\nctypes.string_at(0)", checked="crashes", kind="hooks", line=2,
          told="failed while being imported: it ended the process by SIGSEGV", exit_status=3),
    Fault("killed", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", checked="crashes",
          told="failed while being imported: it ended the process by SIGKILL", exit_status=3),
    Fault("c-exit", "import ctypes\nctypes.CDLL(None)._exit(0)", checked="exits",
          told="failed while being imported: it ended the process with exit status 0", exit_status=3),
    Fault("hang", "import time\ntime.sleep(3600)", checked="hangs", line=2, told="it was not done after"),
    Fault("deaf", _IGNORING_ALL, checked="hangs", told="it was not done after"),
    Fault("endless-flood", "import os\nwhile True: os.write(1, b'x' * 10000)", checked="hangs", line=2,
          told="it was not done after"),
    # What works all the same.
    Fault("prints", "import os\nprint('[1, 2')\nos.write(1, b'below Python')", checked="prints",
          told="[1, 2", found="prints '[1, 2' and more"),
    Fault("flood", "import os\nfor _ in range(500): os.write(1, b'x' * 10000)", checked="prints",
          told="xxxx", found="5000000 bytes"),
    Fault("edited", checked="edited", found="is not as it was installed: edited/spiral_config.py", install_as=_edited),
    Fault("thread", "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()",
          checked="side-effects", found="changes the running threads"),
    Fault("child", _CHILD, checked="side-effects", found="leaves a process running"),
    Fault("state", _STATE, checked="side-effects",
          found="changes Python's random numbers, the environment variables, the filters of warnings and the "
          "handlers of the root logger"),
    Fault("file", "open('left.txt', 'w').close()", checked="side-effects",
          found="leaves left.txt in the working directory"),
    Fault("heavy", "import sys\nfrom torch import nn", checked="heavy", is_heavy=True,
          found="imports torch where its config class is defined"),
    Fault("heavy-settings", "import torch\ntorch.set_default_dtype(torch.float64)\ntorch.manual_seed(1)",
          checked="heavy", is_heavy=True, found="changes torch's random numbers and torch's default dtype"),
]  # fmt: skip

FAULTS = {fault.name: fault for fault in _ROWS}
