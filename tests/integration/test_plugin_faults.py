"""A broken plugin is a row that names it, and harms nobody who does not ask for it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from installed_distributions import SAMPLER_MODULE, Site, run_detcore
from plugin_faults import CULPRIT, FAULTS
from process_faults import install_all
from tiny_experiment import tiny_tables

SUPPORT = Path(__file__).parents[1] / "support"
QUICKSTART = Path(__file__).parents[2] / "configs/quickstart.toml"

EVERY_PROCESS_FAULT = "every fault of a process"

TRAINED = "checkpoints/step-000001/model.safetensors"


@pytest.fixture(params=FAULTS)
def fault(request):
    return FAULTS[request.param]


@pytest.fixture
def detcore(fault, tmp_path):
    """The command, where the culprit is installed."""
    site = Site(tmp_path / "site")
    fault.install(site)

    def run(*words):
        return run_detcore(*words, sites=[site], cwd=tmp_path)

    return run


def naming(fault) -> str:
    """The override that makes a config name the culprit."""
    return f'data.train.sampler={{type="{fault.name}"}}'


def test_the_list_names_the_culprit_and_fails_for_nobody(detcore, fault):
    table, listed = detcore("plugins", "list"), detcore("plugins", "list", "--json")

    assert (table.returncode, table.stderr, listed.returncode, listed.stderr) == (0, "", 0, "")
    (row,) = [row for row in json.loads(listed.stdout) if row["distribution"] == CULPRIT]
    assert row["status"] == fault.status
    assert fault.listed in row["reason"]
    assert CULPRIT in table.stdout
    assert row["reason"] in table.stdout


def test_to_be_shown_is_no_danger_and_tells_what_is_wrong(detcore, fault):
    done = detcore("plugins", "show", CULPRIT)

    assert done.returncode in (0, 3)
    assert done.stdout.splitlines()[0].endswith(f":{CULPRIT}/{fault.name.rpartition('/')[2]}")
    assert fault.shown in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_config_that_does_not_name_it_is_checked_as_ever(detcore):
    done = detcore("check", str(QUICKSTART))

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{QUICKSTART}: ok\n")


NAMED = [
    (name, word) for name, fault in FAULTS.items() for word in ("check", "run") if word == "check" or fault.exit_status
]
"""Every fault, named in a config; what works all the same is run with the other runs below."""


@pytest.mark.parametrize(("fault", "word"), NAMED, indirect=["fault"])
def test_a_config_that_names_it_says_who_it_is_before_anything_runs(detcore, fault, word, tmp_path):
    done = detcore(word, str(QUICKSTART), naming(fault), f"run.directory={tmp_path / 'runs'}")

    assert done.returncode == fault.exit_status
    assert fault.told in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("words", [["config", "schema"], ["plugins", "lock", str(QUICKSTART)]], ids=" ".join)
@pytest.mark.parametrize("name", ["print on stdout", "write to file 1"])
def test_what_an_import_prints_is_no_part_of_the_output(name, words, tmp_path):
    site = Site(tmp_path / "site")
    FAULTS[name].install(site)
    overrides = [naming(FAULTS[name])] if words[0] == "plugins" else []

    done = run_detcore(*words, *overrides, sites=[site], cwd=tmp_path)

    assert done.returncode == 0
    assert "hello from the culprit" in done.stderr
    assert json.loads(done.stdout)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Exit status, stderr and folder of runs beside every fault, and of those that name it; first, beside none."""
    around = tmp_path_factory.mktemp("runs")
    jobs = [_job(around, "none", [])]
    for name, fault in FAULTS.items():
        jobs.append(_job(around, name, []))
        fault.install(Site(Path(jobs[-1]["site"])))
        if fault.exit_status == 0:
            jobs.append(_job(around, f"{name} named", [naming(fault)]))
            fault.install(Site(Path(jobs[-1]["site"])))
    jobs.append(_job(around, EVERY_PROCESS_FAULT, []))
    install_all(Site(Path(jobs[-1]["site"])))
    (around / "jobs.json").write_text(json.dumps(jobs))
    done = subprocess.run(
        [sys.executable, "-m", "runs_beside_plugins", str(around / "jobs.json")],
        env=os.environ | {"PYTHONPATH": str(SUPPORT)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    results = json.loads(done.stdout)
    return {job["name"]: (*result, Path(job["runs"])) for job, result in zip(jobs, results, strict=True)}


def _job(around: Path, name: str, words: list[str]) -> dict[str, object]:
    folder = around / name.replace(" ", "_")
    site = Site(folder / "site")
    entries = {
        "detcore.architectures": {"tiny-detector": "tiny_detector:TinyDetectorConfig"},
        "detcore.evaluators": {"count": "tiny_detector:CountEvaluatorConfig"},
    }
    site.install("det-plugin-tiny", entries, modules={})
    config = folder / "tiny.json"
    config.write_text(json.dumps(tiny_tables(Path("runs"))))
    brief = ["training.steps=1", "schedule.warmup_steps=0", 'run.do=["train"]', f"run.directory={folder / 'runs'}"]
    return {
        "name": name,
        "site": str(site.folder),
        "runs": str(folder / "runs/tiny"),
        "words": [str(config), *brief, *words],
    }


@pytest.mark.slow
def test_a_healthy_run_is_the_same_whatever_is_broken_beside_it(runs):
    untouched = (runs["none"][2] / TRAINED).read_bytes()

    for name in [*FAULTS, EVERY_PROCESS_FAULT]:
        status, told, folder = runs[name]
        assert (name, status, told) == (name, 0, runs["none"][1])
        assert (folder / TRAINED).read_bytes() == untouched, name


@pytest.mark.slow
def test_what_works_all_the_same_is_run(runs):
    for name, fault in FAULTS.items():
        if fault.exit_status == 0:
            status, told, folder = runs[f"{name} named"]
            assert (name, status) == (name, 0)
            assert fault.told in told
            assert f'type = "{CULPRIT}/' in (folder / "config.toml").read_text()


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
