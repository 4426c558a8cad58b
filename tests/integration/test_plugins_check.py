"""What ``detcore plugins check`` finds besides the faults that every command meets: builds, words and files."""

import json
import sys

import pytest
from installed_distributions import SAMPLER_MODULE, Site, run_detcore
from plugin_faults import FAULTS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the faults are those of POSIX, their times of forks")


def detcore(*words, site):
    return run_detcore(*words, sites=[site], cwd=site.folder.parent)


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path / "site")


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
    FAULTS["import-error"].install(site)
    done = detcore("plugins", "check", "import-error", "det-core/shuffle", site=site)

    lines = done.stdout.splitlines()
    assert [line.split()[:4] for line in lines[:3]] == [
        ["KIND", "ID", "VERSION", "STATUS"],
        ["samplers", "det-core/shuffle", "0.1.0", "ok"],
        ["samplers", "det-plugin-import-error/import-error", "1.0", "failed"],
    ]
    assert lines[4].startswith("samplers:det-plugin-import-error/import-error: failed: det-plugin-import-error 1.0 ")
    assert lines[-1].startswith("2 components from 2 distributions tried out in ")
    assert lines[-1].endswith(": 1 failed")


def test_one_is_one(site):
    FAULTS["healthy"].install(site)
    done = detcore("plugins", "check", "det-plugin-healthy", site=site)

    assert done.stdout.splitlines()[-1].startswith("1 component from 1 distribution tried out in ")


def test_all_is_well_with_what_is_ours(site):
    done = detcore("plugins", "check", "det-core", "samplers:det-core/shuffle", "--json", site=site)

    assert (done.returncode, done.stderr) == (0, "")
    assert {report["status"] for report in json.loads(done.stdout)} == {"ok"}


@pytest.mark.parametrize(
    ("words", "exit_status", "told"),
    [
        (["det-plugin-healty"], 1, "no installed plugin offers 'det-plugin-healty'; did you mean"),
        (["--timeout", "0"], 2, "must be a number of seconds above 0, not '0'"),
        (["--timeout", "soon"], 2, "must be a number of seconds above 0, not 'soon'"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_told(site, words, exit_status, told):
    FAULTS["healthy"].install(site)
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
