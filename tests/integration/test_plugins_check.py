"""``detcore plugins check`` tells whatever a plugin does to a process, and comes to no harm by it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from installed_distributions import SAMPLER_MODULE, Site, run_detcore
from plugin_faults import CULPRIT, FAULTS
from process_faults import PROCESS_FAULTS, install_all

QUICKSTART = Path(__file__).parents[2] / "configs/quickstart.toml"

CHECKED = {
    "ImportError": "failed",
    "SystemExit": "failed",
    "BaseException": "failed",
    "missing optional dependency": "needs-extra",
    "wrong base class": "failed",
    "print on stdout": "prints",
    "write to file 1": "prints",
    "edited file": "edited",
}
"""What is found where metadata tell nothing, or not all."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the faults are those of POSIX, their times of forks")


def detcore(*words, site):
    return run_detcore(*words, sites=[site], cwd=site.folder.parent)


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path / "site")


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_is_a_row(site, name):
    fault = FAULTS[name]
    fault.install(site)
    done = detcore("plugins", "check", CULPRIT, "--json", site=site)

    reports = json.loads(done.stdout)
    found = [finding for report in reports for finding in report["findings"]]
    assert done.stderr == ""
    assert done.returncode == (3 if CHECKED.get(name) == "failed" else 1)
    assert {report["distribution"] for report in reports} == {CULPRIT}
    assert CHECKED.get(name, fault.status) in {report["status"] for report in reports}
    assert all(finding["text"].startswith(f"{CULPRIT} 1.0 ") for finding in found)
    assert fault.listed in reports[0]["reason"]
    assert bool(found) == (name in CHECKED)


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """A site with every culprit, the fault of each, and what came of checking them all at once."""
    site = Site(tmp_path_factory.mktemp("crowd") / "site")
    culprits = install_all(site)
    site.install("det-plugin-healthy", {"detcore.samplers": {"healthy": "healthy:SpiralConfig"}},
                 modules={"healthy.py": SAMPLER_MODULE})  # fmt: skip
    done = detcore("plugins", "check", *culprits, "det-plugin-healthy", "--json", "--timeout", "5", site=site)
    return site, culprits, done


def test_nothing_that_plugins_do_is_in_the_way_of_the_others(crowd):
    _, culprits, done = crowd

    reports = {report["distribution"]: report for report in json.loads(done.stdout)}
    assert (done.returncode, done.stderr) == (3, "")
    assert reports.keys() == {*culprits, "det-plugin-healthy"}
    assert reports["det-plugin-healthy"]["status"] == "ok"
    assert reports["det-plugin-healthy"]["import_ms"] > 0


@pytest.mark.parametrize("name", PROCESS_FAULTS)
def test_each_is_contained_and_told(crowd, name):
    _, culprits, done = crowd
    fault = PROCESS_FAULTS[name]
    (report,) = [each for each in json.loads(done.stdout) if culprits.get(each["distribution"]) == name]

    told = [finding["text"] for finding in report["findings"]]
    assert report["status"] == fault.status
    assert all(text.startswith((f"{report['distribution']} 1.0 ", f"{report['distribution']} 1.0: ")) for text in told)
    for part in fault.told:
        assert any(part in text for text in told), told
    module = report["target"].partition(":")[0].replace(".", "/")
    assert not fault.line or f"{module}.py:{fault.line})" in told[0]


def test_nothing_is_left_running(crowd):
    site = crowd[0]
    deadline = time.monotonic() + 5
    while (left := processes_of(site)) and time.monotonic() < deadline:
        time.sleep(0.1)

    assert left == []


def processes_of(site) -> list[str]:
    """Command lines of running processes in which the site is installed."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment, command = ((process / name).read_bytes() for name in ("environ", "cmdline"))
        except OSError:  # it has ended meanwhile, or is somebody else's
            continue
        if str(site.folder).encode() in environment and command:
            found.append(command.decode())
    return found


def test_the_other_commands_do_not_even_notice(crowd):
    site, culprits, _ = crowd
    listed, checked = detcore("plugins", "list", "--json", site=site), detcore("check", str(QUICKSTART), site=site)

    assert (listed.returncode, listed.stderr) == (0, "")
    rows = [row for row in json.loads(listed.stdout) if row["distribution"] in culprits]
    assert [row["status"] for row in rows] == ["ok"] * len(culprits)
    assert (checked.returncode, checked.stderr) == (0, "")


DEADLY = ("segfault", pytest.param("hang", marks=pytest.mark.slow), "killed", "os._exit", "exit of the C library")


@pytest.mark.parametrize("name", DEADLY)
def test_to_be_shown_is_not_deadly(site, name):
    PROCESS_FAULTS[name].install(site)
    done = detcore("plugins", "show", CULPRIT, site=site)

    assert done.returncode == 3
    assert done.stdout.startswith(f"samplers:{CULPRIT}/spiral\n")
    assert "its settings cannot be told: the plugin failed" in done.stdout
    assert done.stderr.startswith(f"detcore: {CULPRIT} 1.0 failed while being imported: ")


@pytest.mark.parametrize("word", ["check", "run"])
@pytest.mark.parametrize(
    ("name", "exit_status", "told"),
    [
        ("segfault", -signal.SIGSEGV, f"in import of samplers:{CULPRIT}/spiral 1.0"),
        ("os._exit", 3, f"{CULPRIT} 1.0 failed while being imported: SystemExit: os._exit(0) ("),
    ],
)
def test_a_config_that_names_it_dies_with_its_name(site, tmp_path, word, name, exit_status, told):
    """A segmentation fault ends the process; its last words are those of ``faulthandler``."""
    PROCESS_FAULTS[name].install(site)
    named = ('data.train.sampler={type="spiral"}', f"run.directory={tmp_path / 'runs'}")
    done = detcore(word, str(QUICKSTART), *named, site=site)

    assert done.returncode == exit_status
    assert told in done.stderr
    assert "culprit/spiral_config.py" in done.stderr
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("word", ["check", "run"])
def test_whoever_interrupts_a_plugin_that_hangs_is_told_its_name(site, tmp_path, word):
    (site.folder / "begun").mkdir()
    PROCESS_FAULTS["hang"]._replace(
        lines="import os, time\nos.rmdir(os.path.dirname(__file__) + '/../begun')\ntime.sleep(3600)"
    ).install(site)
    # Whatever runs in the background inherits that interrupts are ignored, and so these tests may, too.
    script = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from detcore.cli.main import main; sys.exit(main())"
    )
    named = (str(QUICKSTART), 'data.train.sampler={type="spiral"}', f"run.directory={tmp_path / 'runs'}")
    process = subprocess.Popen(
        [sys.executable, "-c", script, word, *named],
        env=os.environ | {"PYTHONPATH": str(site.folder)}, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while (site.folder / "begun").exists() and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)

    assert process.returncode == 130
    assert told == f"detcore: interrupted; {CULPRIT} 1.0 (culprit.spiral_config:SpiralConfig) was being imported\n"


def test_a_hook_plugin_that_is_none_is_named_by_the_config_that_lists_it(site):
    PROCESS_FAULTS["bad hook signature"].install(site)
    done = detcore("check", str(QUICKSTART), 'plugins.hooks=["spiral"]', site=site)

    assert done.returncode == 3
    assert f"{CULPRIT} 1.0: detcore_components (" in done.stderr
    assert "asks for 'surprise', which this hook is not given" in done.stderr


SCHEDULES = '''\
import os
import signal

from attrs import frozen

from detcore.specs import ScheduleConfig


@frozen(kw_only=True)
class Flat(ScheduleConfig):
    """Builds something."""

    def build(self):
        import torch

        return lambda progress, step: torch.ones(())


@frozen(kw_only=True)
class Crashing(ScheduleConfig):
    """Dies when it is built."""

    def build(self):
        os.kill(os.getpid(), signal.SIGSEGV)


@frozen(kw_only=True)
class Raising(ScheduleConfig):
    """Raises when it is built."""

    def build(self):
        raise RuntimeError("not today")


@frozen(kw_only=True)
class Greedy(ScheduleConfig):
    """Wants more than there is."""

    def build(self, *, length):
        return None


@frozen(kw_only=True)
class Unfinished(ScheduleConfig):
    """Has no build."""
'''


def test_defaults_are_built_each_by_itself(site):
    names = ("Flat", "Crashing", "Raising", "Greedy", "Unfinished")
    entries = {"detcore.schedules": {name.lower(): f"schedules:{name}" for name in names}}
    site.install("det-plugin-schedules", entries, modules={"schedules.py": SCHEDULES})
    done = detcore("plugins", "check", "det-plugin-schedules", "--json", site=site)

    reports = {report["name"]: report for report in json.loads(done.stdout)}
    told = {name: " ".join(each["text"] for each in report["findings"]) for name, report in reports.items()}
    assert (done.returncode, done.stderr) == (3, "")
    assert reports["flat"]["status"] == "ok"
    assert reports["flat"]["build_ms"] > 0
    assert "failed while being built from its defaults: it ended the process by SIGSEGV" in told["crashing"]
    assert "failed while being built from its defaults: RuntimeError: not today" in told["raising"]
    assert "its build() asks for length, which nobody gives" in told["greedy"]
    assert "Unfinished lacks build, which ScheduleConfig asks for" in told["unfinished"]


def test_the_table_says_it_all_in_words(site):
    FAULTS["ImportError"].install(site)
    done = detcore("plugins", "check", f"{CULPRIT}/spiral", "det-core/shuffle", site=site)

    lines = done.stdout.splitlines()
    assert [line.split()[:4] for line in lines[:3]] == [
        ["KIND", "ID", "VERSION", "STATUS"],
        ["samplers", "det-core/shuffle", "0.1.0", "ok"],
        ["samplers", f"{CULPRIT}/spiral", "1.0", "failed"],
    ]
    assert lines[4].startswith(f"samplers:{CULPRIT}/spiral: failed: {CULPRIT} 1.0 failed while being imported: ")
    assert lines[-1].startswith("2 components from 2 distributions tried out in ")
    assert lines[-1].endswith(": 1 failed")


def test_all_is_well_with_what_is_ours(site):
    done = detcore("plugins", "check", "det-core", "samplers:det-core/shuffle", "--json", site=site)

    assert (done.returncode, done.stderr) == (0, "")
    assert {report["status"] for report in json.loads(done.stdout)} == {"ok"}


@pytest.mark.parametrize(
    ("words", "exit_status", "told"),
    [
        (["det-plugin-culprid"], 1, "no installed plugin offers 'det-plugin-culprid'; did you mean"),
        (["--timeout", "0"], 2, "must be a number of seconds above 0, not '0'"),
        (["--timeout", "soon"], 2, "must be a number of seconds above 0, not 'soon'"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_told(site, words, exit_status, told):
    FAULTS["edited file"].install(site)
    done = detcore("plugins", "check", *words, site=site)

    assert (done.returncode, done.stdout) == (exit_status, "")
    assert told in done.stderr


SPIRAL = '[project.entry-points."detcore.samplers"]\nspiral = "spiral_config:SpiralConfig"\n'
NEWER = "what is installed of it is older than its pyproject.toml: "


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(
            f'[project]\n{SPIRAL}helix = "spiral_config:HelixConfig"\n',
            f"{NEWER}helix of detcore.samplers is new; hook of detcore.hooks is gone; old of detcore.samplers is gone",
            id="other entry points",
        ),
        pytest.param(
            '[project]\nname = "det-plugin-edited"\n',
            f"{NEWER}hook of detcore.hooks is gone; old of detcore.samplers is gone; "
            "spiral of detcore.samplers is gone",
            id="none any more",
        ),
        pytest.param(
            f'[project]\n{SPIRAL.replace("Spiral", "Helix")}old = "spiral_config:Old [extra]"\n'
            '[project.entry-points."detcore.hooks"]\nhook = "spiral_config"\n',
            f"{NEWER}spiral of detcore.samplers is spiral_config:HelixConfig now",
            id="another target",
        ),
        pytest.param(
            "[project\n",
            "its pyproject.toml, which counts when it is installed next, cannot be read: Expected ']' at the end of a "
            "table declaration (at line 1, column 9); mend it",
            id="no TOML",
        ),
    ],
)
def test_an_editable_install_that_differs_from_its_source_is_told(site, tmp_path, text, told):
    source = tmp_path / "source"
    source.mkdir()
    (source / "pyproject.toml").write_text(text)
    report = checked_in_place(site, source)

    assert report["status"] == "outdated"
    assert report["findings"][0]["text"] == (
        f"det-plugin-edited 1.0 is developed in {source}, and {told}; install it again: pip install -e {source}"
    )


@pytest.mark.parametrize(
    "text",
    [
        '[project]\ndynamic = ["entry-points"]\n',
        '[tool.poetry]\nname = "det-plugin-edited"\n',
        (
            f'[project]\n{SPIRAL}old = "spiral_config:Old"\n'
            '[project.entry-points."detcore.hooks"]\nhook = "spiral_config"\n'
        ),
    ],
    ids=["told elsewhere", "another tool", "the same"],
)
def test_an_editable_install_of_which_nothing_has_to_be_said(site, tmp_path, text):
    source = tmp_path / "source"
    source.mkdir()
    (source / "pyproject.toml").write_text(text)

    assert checked_in_place(site, source) is None


def checked_in_place(site, source):
    """What is found of a distribution that is developed in a folder."""
    site.install(
        "det-plugin-edited",
        {
            "detcore.samplers": {"spiral": "spiral_config:SpiralConfig", "old": "spiral_config:Old"},
            "detcore.hooks": {"hook": "spiral_config"},
            "console_scripts": {"spiral": "spiral_config:main"},
        },
        modules={"spiral_config.py": SAMPLER_MODULE + "\n\nOld = SpiralConfig\n"},
        origin={"url": source.as_uri(), "dir_info": {"editable": True}},
    )
    done = detcore("plugins", "check", "det-plugin-edited", "--json", site=site)
    found = [report for report in json.loads(done.stdout) if not report["name"]]
    assert done.returncode == (1 if found else 0), done.stderr
    return found[0] if found else None
