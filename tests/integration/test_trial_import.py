"""A plugin is imported in a copy of the process first, and nobody but the one that it would end notices."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from installed_distributions import SAMPLER_MODULE, Site
from plugin_faults import FAULTS

QUICKSTART = Path(__file__).parents[2] / "configs/quickstart.toml"

COUNTING = """\
import os, sys
with open(os.path.join(os.path.dirname(__file__), "imports.txt"), "a") as file:
    file.write(f"{os.getpid()}\\n")
print("once")
os.write(1, b"below\\n")
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only there a copy is safe")


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path / "site")


def started(site, fault, *, before: str = "") -> "subprocess.Popen[str]":
    """``detcore check`` of a config that names the culprit, in a process that first does something."""
    # Whatever runs in the background inherits that interrupts are ignored, and so these tests may, too.
    script = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"{before}\nfrom detcore.cli.main import main; sys.exit(main())"
    )
    return subprocess.Popen(
        [sys.executable, "-c", script, "check", str(QUICKSTART), fault.naming],
        env=os.environ | {"PYTHONPATH": str(site.folder)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def done(site, fault, *, before: str = "") -> tuple[int, str]:
    process = started(site, fault, before=before)
    return process.wait(120), process.communicate()[1]


@pytest.fixture
def counting(site):
    """A healthy plugin that counts its imports, and prints."""
    fault = FAULTS["healthy"]._replace(name="counting", lines=COUNTING)
    fault.install(site)
    return fault


def imports(site) -> int:
    return len((site.folder / "counting/imports.txt").read_text().splitlines())


REMEDIES = {
    "segfault": "Name another component in its place, mend or uninstall it, or leave it out with deny = "
    '["det-plugin-segfault"] under [plugins].',
    "hook-segfault": "Take 'hook-segfault' off hooks under [plugins], or mend or uninstall it.",
}


@pytest.mark.parametrize("name", REMEDIES)
def test_what_would_have_ended_the_process_is_a_failure_like_any_other(site, name):
    fault = FAULTS[name]
    fault.install(site)

    status, told = done(site, fault)

    assert status == 3
    assert told == (
        f"detcore: {fault.distribution} 1.0 failed while being imported: it ended the process by SIGSEGV "
        f"({site.folder}/{fault.package}/spiral_config.py:2). Its entry point is {name} = {fault.target!r} in "
        f"detcore.{fault.kind}. {REMEDIES[name]}\n"
    )


def test_what_is_imported_twice_is_printed_once(site, counting):
    assert done(site, counting) == (0, "once\nbelow\n")
    assert imports(site) == 2


THREAD = "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()"
NO_PROCESS = "import os\ndef fork(): raise BlockingIOError\nos.fork = fork"
IMPORTED = "import counting.spiral_config"
TRUSTED = "from detcore.plugins.guard import without_trial; block = without_trial(); block.__enter__()"


@pytest.mark.parametrize("before", [THREAD, NO_PROCESS, TRUSTED], ids=["thread", "no process", "trusted"])
def test_where_there_can_be_no_copy_it_is_imported_as_ever(site, counting, before):
    assert done(site, counting, before=before) == (0, "once\nbelow\n")
    assert imports(site) == 1


def test_what_is_imported_already_is_not_tried_again(site, counting):
    assert done(site, counting, before=IMPORTED)[0] == 0
    assert imports(site) == 1


LOADED = 'open(__file__ + ".loads", "a").write("once more\\n")'


@pytest.fixture
def torch_loads(site):
    """How often what stands for torch was loaded."""
    site.install("torch", {}, modules={"torch/__init__.py": LOADED})
    return lambda: (site.folder / "torch/__init__.py.loads").read_text().count("once more")


@pytest.mark.parametrize(("before", "loads"), [("", 1), ("import os; os.environ['OMP_NUM_THREADS'] = '3'; ", 2)])
def test_torch_is_loaded_once_unless_the_plugin_says_how(site, torch_loads, before, loads):
    fault = FAULTS["healthy"]._replace(lines=f"{before}import torch")
    fault.install(site)

    assert done(site, fault) == (0, "")
    assert torch_loads() == loads


def test_what_ends_the_process_behind_an_import_of_torch_is_told(site, torch_loads):
    fault = FAULTS["segfault"]._replace(lines=f"import torch\n{FAULTS['segfault'].lines}")
    fault.install(site)
    status, told = done(site, fault)

    assert (status, torch_loads()) == (3, 1)
    assert "it ended the process by SIGSEGV (" in told
    assert "segfault/spiral_config.py:3)" in told


def test_torch_that_is_broken_is_no_fault_of_ours(site):
    site.install("torch", {}, modules={"torch/__init__.py": "raise RuntimeError('no')"})
    fault = FAULTS["healthy"]._replace(lines="try: import torch\nexcept RuntimeError: pass")
    fault.install(site)

    assert done(site, fault) == (0, "")


def test_without_a_copy_the_last_words_name_the_plugin(site):
    FAULTS["segfault"].install(site)
    status, told = done(site, FAULTS["segfault"], before=THREAD)

    assert status == -signal.SIGSEGV
    assert "in import of samplers:det-plugin-segfault/segfault 1.0" in told
    assert "segfault/spiral_config.py" in told


WAITING = """\
import os, signal, time
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals() - {signal.SIGINT})
with open(os.path.join(os.path.dirname(__file__), "begun.txt"), "w") as file:
    file.write(str(os.getpid()))
time.sleep(3600)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda each: each.name)
def test_whatever_ends_the_command_ends_the_copy(site, number):
    fault = FAULTS["hang"]._replace(lines=WAITING)
    fault.install(site)
    begun = site.folder / "hang/begun.txt"
    process = started(site, fault)
    while not (begun.exists() and begun.read_text()) and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(number)
    _, told = process.communicate(timeout=60)

    is_told = number == signal.SIGINT
    whose = "det-plugin-hang 1.0 (hang.spiral_config:SpiralConfig)"
    assert process.returncode == (130 if is_told else -number)
    assert told == (f"detcore: interrupted; {whose} was being imported\n" if is_told else "")
    assert ended(int(begun.read_text()))


def ended(process: int) -> bool:
    """Whether it is gone before long, or waits only for whoever has inherited it."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.02)
    return False


def test_a_class_that_is_called_as_its_base_is_told_apart(site):
    lines = SAMPLER_MODULE.replace("SpiralConfig(ShuffleSamplerConfig)", "SamplerConfig")
    fault = FAULTS["healthy"]
    modules = {"healthy.py": lines}
    site.install(fault.distribution, {"detcore.samplers": {"healthy": "healthy:SamplerConfig"}}, modules=modules)

    status, told = done(site, fault)

    assert status == 3
    assert "must be a subclass of detcore.specs.data.SamplerConfig, found <class 'healthy.SamplerConfig'>" in told
