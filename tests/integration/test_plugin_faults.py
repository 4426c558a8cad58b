"""A broken plugin is a row that names it, and harms nobody who does not ask for it: every fault in every command."""

import json
import re
import sys
import time
from pathlib import Path

import pytest
from commands_beside_plugins import Done, Job, done_beside_plugins
from installed_distributions import SAMPLER_MODULE, Site, run_detcore
from plugin_faults import FAULTS
from tiny_experiment import tiny_tables

QUICKSTART = Path(__file__).parents[2] / "configs/quickstart.toml"

TRAINED = "checkpoints/step-000001/model.safetensors"

INTERRUPTED = 130

pytestmark = pytest.mark.xdist_group("plugin_faults")  # what all the tests look at is made once


@pytest.fixture(scope="module")
def around(tmp_path_factory):
    """A folder with a site of every culprit at once, one of none, and one that is empty to work in."""
    folder = tmp_path_factory.mktemp("faults")
    (folder / "work").mkdir()
    tiny = {
        "detcore.architectures": {"tiny-detector": "tiny_detector:TinyDetectorConfig"},
        "detcore.evaluators": {"count": "tiny_detector:CountEvaluatorConfig"},
    }
    for name in ("crowd", "alone"):
        Site(folder / name).install("det-plugin-tiny", tiny, modules={})
    for fault in FAULTS.values():
        fault.install(Site(folder / "crowd"))
    (folder / "tiny.json").write_text(json.dumps(tiny_tables(Path("runs"))))
    return folder


@pytest.fixture(scope="module")
def results(around):
    """What each command did; those that import a culprit, or whose culprit is named, once for each."""
    light, heavy = _jobs(around)
    modules = ("torch._dynamo", "detcore.jobs.training", "tiny_detector")
    return dict(
        [
            *zip(light, done_beside_plugins(light.values(), folder=around), strict=True),
            *zip(heavy, done_beside_plugins(heavy.values(), *modules, folder=around), strict=True),
        ]
    )


def _jobs(around):
    """By their columns and faults, those that do without torch, and those that need it."""
    light, heavy = {}, {}
    site, work = str(around / "crowd"), str(around / "work")
    distributions = [fault.distribution for fault in FAULTS.values()]
    light["plugins list", ""] = Job(site, ["plugins", "list"], work)
    light["plugins list --json", ""] = Job(site, ["plugins", "list", "--json"], work)
    for switches in ([], ["--json"]):
        words = ["plugins", "check", *switches]
        light[" ".join(words), ""] = Job(site, [*words, *distributions, "--timeout", "5"], work)
    light["check", ""] = Job(site, ["check", str(QUICKSTART)], work)
    heavy["config schema", ""] = Job(site, ["config", "schema"], work)
    heavy["run", ""] = Job(site, _run(around, "beside"), work)
    heavy["run alone", ""] = Job(str(around / "alone"), _run(around, "alone"), work)
    for name, fault in FAULTS.items():
        jobs = heavy if fault.is_heavy else light
        jobs["plugins show", name] = Job(site, ["plugins", "show", fault.distribution], work, fault.is_hanging)
        named = [str(QUICKSTART), fault.naming, f"run.directory={around / 'never'}"]
        jobs["check naming", name] = Job(site, ["check", *named], work, fault.is_hanging)
        if fault.exit_status or fault.is_hanging:
            light["run naming", name] = Job(site, ["run", *named], work, fault.is_hanging)
        else:
            heavy["run naming", name] = Job(site, [*_run(around, name), fault.naming], work)
    return light, heavy


def _run(around, name):
    brief = ["training.steps=1", "schedule.warmup_steps=0", 'run.do=["train"]']
    return ["run", str(around / "tiny.json"), *brief, f"run.directory={around / 'runs' / name}"]


def list_(fault, results, _around):
    done, (row,) = results["plugins list", ""], _of(fault, results["plugins list --json", ""])
    assert (done.status, done.stderr) == (0, "")
    assert fault.distribution in done.stdout
    assert row["reason"] in done.stdout


def list_as_json(fault, results, _around):
    done = results["plugins list --json", ""]
    (row,) = _of(fault, done)
    assert (done.status, done.stderr) == (0, "")
    assert (row["status"], bool(row["reason"])) == (fault.listed, bool(fault.reason))
    assert fault.reason in row["reason"]


def show(fault, results, _around):
    done = results["plugins show", fault.name]
    first, *facts = done.stdout.splitlines()
    assert done.status == (3 if fault.exit_status == 3 or fault.is_hanging else 0)
    assert first.partition(":")[2].startswith(f"{fault.distribution}/")
    assert facts[0].split(maxsplit=1)[1].startswith(f"{fault.listed}: {fault.reason}" if fault.reason else "ok")
    _assert_told(fault, done.stderr, done.status == 3 or not fault.exit_status)
    assert fault.checked != "edited" or "not as they were installed: edited/spiral_config.py" in done.stdout


def check_of_plugins(fault, results, _around):
    done, reports = results["plugins check", ""], _of(fault, results["plugins check --json", ""])
    lines = [line.split() for line in done.stdout.splitlines()]
    assert (done.status, done.stderr) == (3, "")
    assert all([report["kind"] or "-", report["id"].partition(":")[2] or report["id"], report["version"],
                report["status"]] in [line[:4] for line in lines] for report in reports)  # fmt: skip
    assert all(finding["kind"] in done.stdout for report in reports for finding in report["findings"])


def check_of_plugins_as_json(fault, results, _around):
    done = results["plugins check --json", ""]
    reports = _of(fault, done)
    found = [finding["text"] for report in reports for finding in report["findings"]]
    assert (done.status, done.stderr) == (3, "")
    assert (fault.checked or fault.listed) in {report["status"] for report in reports}
    assert fault.reason in reports[0]["reason"]
    assert bool(found) == bool(fault.checked)
    assert all(text.startswith((f"{fault.distribution} 1.0 ", f"{fault.distribution} 1.0: ")) for text in found)
    _assert_told(fault, "\n".join(found), fault.exit_status == 3 or fault.is_hanging)
    assert fault.found in "\n".join(found)


def schema(fault, results, _around):
    done = results["config schema", ""]
    assert (done.status, json.loads(done.stdout)["title"]) == (0, "An experiment of detcore")
    _, *told = done.stderr.split("detcore: left out: ")  # not by lines: what a culprit writes may end none
    is_malformed = fault.listed in ("stale", "incompatible", "bad-name", "bad-target")
    is_left_out = fault.exit_status == 3 or fault.is_hanging or is_malformed
    is_told = any(re.search(rf"\b{fault.distribution}[ /]", each) for each in told)
    assert is_told == (is_left_out and fault.kind == "samplers")


def check(fault, results, _around):
    done = results["check", ""]
    assert (done.status, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{QUICKSTART}: ok\n")
    assert fault.distribution not in done.stdout


def run(_fault, results, around):
    beside, alone = results["run", ""], results["run alone", ""]
    assert (beside.status, beside.stderr) == (alone.status, alone.stderr) == (0, "")
    weights = [(around / "runs" / name / "tiny" / TRAINED).read_bytes() for name in ("beside", "alone")]
    assert weights[0] == weights[1]


def check_naming(fault, results, _around):
    done = results["check naming", fault.name]
    _assert_named(fault, done)
    assert done.stdout.startswith("" if done.status else f"{QUICKSTART}: ok\n")


def run_naming(fault, results, around):
    done = results["run naming", fault.name]
    _assert_named(fault, done)
    kept = around / "runs" / fault.name / "tiny/config.toml"
    assert kept.exists() == (done.status == 0)
    assert done.status or f'type = "{fault.distribution}/' in kept.read_text()
    assert not (around / "never").exists()


def _assert_named(fault, done: Done) -> None:
    assert done.status == (INTERRUPTED if fault.is_hanging else fault.exit_status)
    if fault.is_hanging:
        whose = f"{fault.distribution} 1.0 ({fault.target})"
        assert done.stderr == (
            f"detcore: still importing {whose} after 0.1 s; Ctrl-C stops that, and "
            f'deny = ["{fault.distribution}"] under [plugins] leaves it out\n'
            f"detcore: interrupted; {whose} was being imported\n"
        )
    else:
        _assert_told(fault, done.stderr, is_told=True)


def _assert_told(fault, text: str, is_told: bool) -> None:
    """What is said of the culprit in particular, by its name where it failed."""
    assert "Traceback" not in text
    if is_told:
        assert fault.told in text
        assert not fault.line or f"{fault.package}/spiral_config.py:{fault.line})" in text
        assert fault.exit_status == 0 or fault.distribution in text


def _of(fault, done: Done):
    """The culprit's entries in the output, all of which is valid JSON."""
    return [entry for entry in json.loads(done.stdout) if entry["distribution"] == fault.distribution]


COLUMNS = {
    "plugins list": list_,
    "plugins list --json": list_as_json,
    "plugins show": show,
    "plugins check": check_of_plugins,
    "plugins check --json": check_of_plugins_as_json,
    "config schema": schema,
    "check of another config": check,
    "run of another config": run,
    "check of a config that names it": check_naming,
    "run of a config that names it": run_naming,
}


@pytest.mark.skipif(sys.platform != "linux", reason="the faults are those of POSIX, and elsewhere some end the command")
@pytest.mark.slow
@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_harms_a_command_and_each_is_named(results, around, fault, column):
    COLUMNS[column](FAULTS[fault], results, around)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.slow
def test_nothing_is_left_running(results, around):
    assert results
    deadline = time.monotonic() + 5
    while (left := _processes_of(around)) and time.monotonic() < deadline:
        time.sleep(0.1)

    assert left == []


def _processes_of(around) -> list[str]:
    """Command lines of running processes that were started with a path in the folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment, command = ((process / name).read_bytes() for name in ("environ", "cmdline"))
        except OSError:  # it has ended meanwhile, or is somebody else's
            continue
        if str(around).encode() in environment + command and command:
            found.append(command.decode())
    return found


@pytest.mark.parametrize("words", [["config", "schema"], ["plugins", "lock", str(QUICKSTART)]], ids=" ".join)
def test_what_an_import_prints_is_no_part_of_the_output(words, tmp_path):
    site, fault = Site(tmp_path / "site"), FAULTS["prints"]
    fault.install(site)
    overrides = [fault.naming] if words[0] == "plugins" else []

    done = run_detcore(*words, *overrides, sites=[site], cwd=tmp_path)

    assert done.returncode == 0
    assert done.stderr.count("[1, 2") == done.stderr.count("below Python") == 1
    assert json.loads(done.stdout)


CANARY = """\
from pathlib import Path

Path(__file__).with_name("sang").touch()
"""


@pytest.fixture
def canary(tmp_path):
    """A plugin of components, hooks, a command, an interface; what it is made of writes a file when it is imported."""
    site = Site(tmp_path / "site")
    targets = {
        "detcore.samplers": {"tweet": "canary.tweet_config:SpiralConfig"},
        "detcore.hooks": {"listen": "canary.hooks"},
        "detcore.commands": {"sing": "canary.commands:Sing"},
        "detcore.resolvers": {"bird": "canary.resolvers:Bird"},
        "detcore.interfaces": {"feather": "canary.interfaces:FeatherConfig"},
        "canary.feathers": {"yellow": "canary.yellow_config:YellowConfig"},
    }
    modules = ("__init__", "tweet_config", "hooks", "commands", "resolvers", "interfaces", "yellow_config")
    site.install(
        "det-plugin-canary", targets, modules={f"canary/{name}.py": CANARY + SAMPLER_MODULE for name in modules}
    )
    return site


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["--version"],
        ["run", "--help"],
        ["plugins", "--help"],
        ["plugins", "list"],
        ["plugins", "list", "--json", "--why"],
        ["plugins", "list", "--requirements"],
        ["plugins", "list", "--problems", "--config", str(QUICKSTART)],
        ["plugins", "show", "det-core/shuffle"],
        ["plugins", "show", "interfaces:det-plugin-canary/feather"],
        ["plugins", "deps", str(QUICKSTART)],
        ["plugins", "lock", str(QUICKSTART)],
        ["check", str(QUICKSTART)],
        ["config", "show", str(QUICKSTART)],
    ],
    ids=" ".join,
)
def test_a_canary_is_silent_until_it_is_named(canary, tmp_path, words):
    done = run_detcore(*words, sites=[canary], cwd=tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert not (canary.folder / "canary/sang").exists()


def test_a_canary_sings_when_it_is_named(canary, tmp_path):
    run_detcore("check", str(QUICKSTART), 'data.train.sampler={type="tweet"}', sites=[canary], cwd=tmp_path)

    assert (canary.folder / "canary/sang").exists()
