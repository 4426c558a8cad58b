"""The process that watches imports tells what they did, whatever they leave behind."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from detcore.testing.import_observer import Observation

OBSERVER = """import os, sys
from detcore.testing import import_observer
import_observer.TIME_LIMIT_S = {time_limit_s}
import_observer.main([], sys.stdin, os.fdopen(os.dup(1), "w"))
"""

SLEEP = "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"

DAEMON = """import os, time
if not os.fork():
    os.setsid()
    with open({pid!r}, "w") as file:
        file.write(str(os.getpid()))
    time.sleep(60)
    os._exit(0)
while not (os.path.exists({pid!r}) and os.path.getsize({pid!r})):
    time.sleep(0.01)
"""

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="each import happens in a fork")


def observed(folder: Path, texts: dict[str, str], *, time_limit_s: float = 60) -> dict[str, Observation]:
    """What the imports of modules did, as one process tells that has been given all of them."""
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text)
    requests = "".join(f"{json.dumps([name, [str(folder), *sys.path]])}\n" for name in texts)
    done = subprocess.run(
        [sys.executable, "-c", OBSERVER.format(time_limit_s=time_limit_s)],
        input=requests, capture_output=True, text=True, check=True, timeout=30,
    )  # fmt: skip
    return dict(zip(texts, map(json.loads, done.stdout.splitlines()), strict=True))


def test_a_process_left_behind_is_told_and_not_waited_for(tmp_path):
    found = observed(tmp_path, {"leaves_a_process": SLEEP, "is_next": ""})

    assert found["leaves_a_process"]["changed"] == ["the running processes"]
    assert found["is_next"] == {"error": "", "loaded": [], "changed": [], "printed": "", "files": []}


def test_a_daemon_with_a_group_of_its_own_is_not_waited_for(tmp_path):
    pid = tmp_path / "pid"
    text = DAEMON.format(pid=str(pid))

    found = observed(tmp_path, {"starts_a_daemon": text, "is_next": ""})

    os.kill(int(pid.read_text()), 9)
    assert [each["error"] for each in found.values()] == ["", ""]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("import sys\nsys.excepthook = print\n", "sys.excepthook"),
        ("import threading\nthreading.Thread(target=threading.Event().wait).start()\n", "the running threads"),
    ],
)
def test_what_the_probe_watches_is_watched_here(tmp_path, text, part):
    assert observed(tmp_path, {"changes": text})["changes"]["changed"] == [part]


def test_what_is_printed_below_python_is_told(tmp_path):
    text = "import os\nprint('above')\nos.write(2, b'below\\xff')\n"

    printed = observed(tmp_path, {"prints": text})["prints"]["printed"]

    assert "above" in printed
    assert "below" in printed


def test_an_import_that_ends_the_process_is_told(tmp_path):
    assert observed(tmp_path, {"ends": "import os\nos._exit(3)\n"})["ends"]["error"] == "ends the process (3)"


def test_an_import_that_hangs_is_told(tmp_path):
    found = observed(tmp_path, {"hangs": "import time\ntime.sleep(90)\n", "is_next": ""}, time_limit_s=0.5)

    assert [each["error"] for each in found.values()] == ["takes longer than 0.5 s", ""]
