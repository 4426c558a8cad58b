"""What holds the processes that try plugins out: with forks and without, and when one of them is lost."""

import importlib.util
import logging
import os
import random
import signal
import sys
import threading
import warnings
from pathlib import Path

import pytest
import torch
from installed_distributions import SAMPLER_MODULE, Site

from detcore.plugins import scan, survey
from detcore.plugins.heavy_imports import HeavyImportWatch
from detcore.plugins.probing import examine, imports, probe
from detcore.plugins.probing.report import findings_of
from detcore.plugins.probing.request import ANSWERS, STACK, WORK, Ending, Request
from detcore.plugins.probing.shared_state import changed_parts, shared_state
from detcore.plugins.probing.spawning import Interpreters

KILLS_ITS_SOURCE = """\
import os, signal, time
from pathlib import Path
if b"probing.forking" in Path(f"/proc/{os.getppid()}/cmdline").read_bytes():
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(60)
"""


@pytest.fixture
def site(tmp_path, monkeypatch):
    site = Site(tmp_path / "site")
    monkeypatch.syspath_prepend(str(site.folder))
    return site


def installed(site, modules):
    """The rows of plugins that offer a sampler each, by the first lines of their modules."""
    for name, lines in modules.items():
        entries = {"detcore.samplers": {name: f"{name}:SpiralConfig"}}
        site.install(f"det-plugin-{name}", entries, modules={f"{name}.py": f"{lines}\n{SAMPLER_MODULE}"})
    return survey(scan([str(site.folder)]))


def statuses(rows):
    return {report.component.name: report.status for report in examine(rows, among=rows, time_limit_s=20)}


COMMAND = """\
class Bark:
    summary = "bark"
    def add_arguments(self, parser):
        pass
    def run(self, arguments):
        return 0
    def __repr__(self):
        raise ValueError("nothing to show")
"""


def test_a_healthy_object_need_not_be_printable(site):
    site.install("det-plugin-dog", {"detcore.commands": {"bark": "dog:Bark"}}, modules={"dog.py": COMMAND})
    rows = survey(scan([str(site.folder)]))

    assert statuses(rows) == {"bark": "ok"}


FAULTS = {
    "fine": "",
    "printing": "print('hello')",
    "dying": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    "raising": "1 / 0",
    "working": "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])",
}

FOUND = {"fine": "ok", "printing": "prints", "dying": "crashes", "raising": "failed", "working": "side-effects"}


@pytest.mark.skipif(sys.platform == "win32", reason="signals and groups of processes are POSIX's")
def test_without_forks_the_same_is_found(site, monkeypatch):
    monkeypatch.setattr(probe, "_processes", lambda workers, _preloaded: Interpreters(workers))

    assert statuses(installed(site, FAULTS)) == FOUND


@pytest.mark.skipif(sys.platform != "linux", reason="only there processes are split")
def test_with_forks_the_same_is_found(site):
    assert statuses(installed(site, FAULTS)) == FOUND


@pytest.mark.skipif(sys.platform != "linux", reason="only there processes are split")
def test_whoever_kills_the_process_that_all_come_from_harms_no_other(site):
    rows = installed(site, {"killer": KILLS_ITS_SOURCE, "first": "", "second": "", "third": ""})

    assert statuses(rows) == dict.fromkeys(("killer", "first", "second", "third"), "ok")


def test_plugins_are_tried_out_from_where_they_are_listed(site, tmp_path, monkeypatch):
    """On ``sys.path`` the working directory may be empty text; and whatever is no text is none of it for an import."""
    monkeypatch.chdir(site.folder)
    monkeypatch.setattr(sys, "path", ["", tmp_path, *(path for path in sys.path if path != str(site.folder))])

    assert statuses(installed(site, {"near": ""})) == {"near": "ok"}


def test_a_hang_ends_when_its_time_is_up(site):
    rows = installed(site, {"waiting": "import time\ntime.sleep(600)"})

    (report,) = imports(rows, among=rows, time_limit_s=1.0).values()
    (told,) = [finding.text for finding in report.findings]
    assert told.startswith("det-plugin-waiting 1.0 failed while being imported: it was not done after 1 s (")
    assert f"({site.folder}/waiting.py:2)" in told


def test_what_cannot_be_used_is_not_imported(site):
    rows = installed(site, {"fine": ""})
    rows = [row._replace(status="blocked", reason="left out by deny 'x' of the test") for row in rows]

    (report,) = examine(rows, among=rows, time_limit_s=20)
    assert (report.status, report.reason, report.import_ms) == ("blocked", "left out by deny 'x' of the test", None)


@pytest.fixture
def request_(tmp_path, site):
    (tmp_path / WORK).mkdir()
    (row,) = installed(site, {"fine": ""})
    return Request(0, row.component, None, "config", str(tmp_path), 20.0, [])


def test_a_request_survives_its_way(request_):
    assert Request.from_json(request_.as_json()) == request_
    interface = request_._replace(interface=request_.component)
    assert Request.from_json(interface.as_json()) == interface


def test_an_answer_that_was_cut_short_does_not_count(request_):
    Path(request_.folder, ANSWERS).write_text('{"doing": "being imported"}\n{"done": tr')

    assert request_.answers() == [{"doing": "being imported"}]


def test_a_crash_below_python_names_the_line_of_the_plugin_that_led_there(request_):
    stack = (
        "Fatal Python error: Segmentation fault\n\nCurrent thread 0x1 (most recent call first):\n"
        f'  File "{os.__file__}", line 7 in string_at\n'
        '  File "/site/culprit/kernels.py", line 12 in load\n'
        '  File "/site/culprit/config.py", line 3 in <module>\n'
    )
    Path(request_.folder, STACK).write_text(stack)

    (found,) = findings_of(request_, Ending(0, -signal.SIGSEGV, False, "", 0, False))
    assert found.kind == "crashes"
    assert "it ended the process by SIGSEGV (/site/culprit/kernels.py:12)." in found.text


def test_only_an_import_is_an_import():
    told = []
    watch = HeavyImportWatch(lambda module, place: told.append((module, place)))
    sys.meta_path.insert(0, watch)
    try:
        importlib.util.find_spec("pycocotools_of_nobody")
        sys.modules.pop("rich", None)
        importlib.util.find_spec("rich")
        assert told == []
        import rich.nothing_of_the_sort  # noqa: F401
    except ImportError:
        pass
    finally:
        sys.meta_path.remove(watch)

    assert told[0][0] == "rich"
    assert told[0][1].partition(":")[0] == __file__


def change_threads():
    threading.Thread(target=threading.Event().wait, args=(5,), name="one of a test", daemon=True).start()


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("Python's random numbers", random.random),
        ("the environment variables", lambda: os.environ.update({"DETCORE_OF_A_TEST": "1"})),
        ("the working directory", lambda: os.chdir("/")),
        ("sys.path", lambda: sys.path.append("/nowhere")),
        ("sys.excepthook", lambda: setattr(sys, "excepthook", lambda *_: None)),
        ("the filters of warnings", lambda: warnings.simplefilter("ignore")),
        ("the handlers of the root logger", lambda: logging.root.addHandler(logging.NullHandler())),
        ("the level of the root logger", lambda: logging.root.setLevel(7)),
        ("the signal handlers", lambda: signal.signal(signal.SIGTERM, lambda *_: None)),
        ("the running threads", change_threads),
        ("torch's random numbers", lambda: torch.rand(1)),
        ("torch's default dtype", lambda: torch.set_default_dtype(torch.float64)),
        ("torch's recording of gradients", lambda: torch.set_grad_enabled(False)),
        ("torch's choice of cuDNN algorithms", lambda: setattr(torch.backends.cudnn, "benchmark", True)),
    ],
)
def test_what_all_share_is_watched(restored, part, change):
    before = shared_state()
    assert changed_parts(before) == []

    change()
    assert changed_parts(before) == [part]


def test_a_thread_that_ends_is_no_change():
    over = threading.Event()
    thread = threading.Thread(target=over.wait, args=(60,))
    thread.start()
    before = shared_state()
    over.set()
    thread.join()

    assert changed_parts(before) == []


@pytest.fixture
def restored(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(torch.backends.cudnn, "benchmark", torch.backends.cudnn.benchmark)
    monkeypatch.setenv("DETCORE_OF_A_TEST", "0")
    handlers, level, on_term = list(logging.root.handlers), logging.root.level, signal.getsignal(signal.SIGTERM)
    random_state, torch_state = random.getstate(), torch.get_rng_state()
    with warnings.catch_warnings():
        yield
    logging.root.handlers[:], logging.root.level = handlers, level
    signal.signal(signal.SIGTERM, on_term)
    random.setstate(random_state)
    torch.set_rng_state(torch_state)
    torch.set_default_dtype(torch.float32)
    torch.set_grad_enabled(True)
