"""The record of a config's plugins: the same for the same environment, and precise about what differs."""

import json
import shutil
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from installed_distributions import SAMPLER_MODULE, Site, run_detcore

from detcore.plugins.lock import drift

CONFIG = """
[data.train]
datasets = [{ type = "shapes", num_images = 4, size = [64, 64], max_objects = 2 }]
sampler = { type = "spiral" }
[data.loader]
workers = 0
[model]
type = "generalized-rcnn"
proposal_generator = { type = "rpn" }
roi_heads = { type = "standard", num_classes = "${data.num_classes}", box_head = { type = "conv-fc", fc_dims = [8] } }
[model.backbone]
type = "fpn"
out_channels = 8
bottom_up = { type = "resnet", depth = 18, norm = "batch", freeze_at = 0, stem_out_channels = 8, res2_out_channels = 8 }
[optimizer]
type = "sgd"
lr = 0.001
[schedule]
type = "multi-step"
[training]
steps = 1
batch_size = 1
device = "cpu"
[run]
do = ["train"]
name = "locked"
"""

GIT = {"url": "https://example.org/spirals.git", "vcs_info": {"vcs": "git", "commit_id": "1a2b3c4d"}}

HOOKS = {"first": "spirals.hooks:first", "second": "spirals.hooks:second"}
HOOK_MODULE = "class Hooks:\n    pass\n\n\nfirst, second = Hooks(), Hooks()\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "config.toml").write_text(CONFIG)
    return tmp_path


def site_with(
    folder: Path,
    *,
    version: str = "1.0",
    requires: str = "det-core",
    origin: Mapping[str, object] | None = None,
) -> Site:
    site = Site(folder)
    modules = {"spirals/__init__.py": "", "spirals/config.py": SAMPLER_MODULE, "spirals/hooks.py": HOOK_MODULE}
    groups = {"detcore.samplers": {"spiral": "spirals.config:SpiralConfig"}, "detcore.hooks": HOOKS}
    site.install("det-plugin-spirals", groups, version=version, requires=requires, modules=modules, origin=origin)
    return site


def detcore(folder: Path, site: Site, *words: str) -> "CompletedProcess[str]":
    return run_detcore(*words, sites=[site], cwd=folder)


def test_the_record_is_the_same_wherever_the_same_is_installed_and_holds_no_place(folder):
    sites = [site_with(folder / place) for place in ("here", "there")]

    texts = [detcore(folder, site, "plugins", "lock", "config.toml").stdout for site in sites]

    assert texts[0] == texts[1]
    assert str(folder) not in texts[0]
    record = json.loads(texts[0])
    assert {"id": "samplers:det-plugin-spirals/spiral", "target": "spirals.config:SpiralConfig"} in record["components"]
    names = [each["name"] for each in record["distributions"]]
    assert {"det-core", "det-plugin-parts", "det-plugin-spirals"} <= set(names)  # parts: the R-CNN's own requirement
    assert {"torch", "torchvision"} <= record["libraries"].keys()


def test_a_run_keeps_the_record_that_the_command_writes_and_runs_only_what_it_says(folder):
    site = site_with(folder / "site")
    listing = 'plugins.hooks=["first"]'
    written = detcore(folder, site, "plugins", "lock", "config.toml", listing, "--output", "lock.json")
    assert written.returncode == 0, written.stderr

    done = detcore(folder, site, "run", "config.toml", listing, "--locked", "lock.json")

    assert done.returncode == 0, done.stderr
    assert (folder / "runs/locked/plugins.lock.json").read_bytes() == (folder / "lock.json").read_bytes()
    (state,) = folder.glob("runs/locked/checkpoints/step-*/state.json")
    versions = json.loads(state.read_text())["plugins"]
    assert versions["samplers:det-plugin-spirals/spiral"] == versions["hooks:det-plugin-spirals/first"] == "1.0"

    (site.folder / "spirals/config.py").write_text(SAMPLER_MODULE + "# edited\n")
    continued = detcore(folder, site, "run", "config.toml", listing, "training.steps=2", "--resume")
    assert continued.returncode == 0, continued.stderr
    edited = "not as when the run began: det-plugin-spirals: the files of spirals are not those of the record"
    assert edited in continued.stdout
    earlier = folder / "runs/locked/earlier/step-000001"
    assert (earlier / "plugins.lock.json").read_bytes() == (folder / "lock.json").read_bytes()
    assert "steps = 1" in (earlier / "config.toml").read_text()

    verified = detcore(folder, site, "plugins", "lock", "runs/locked", "--verify", "runs/locked")
    assert (verified.returncode, verified.stdout) == (0, "runs/locked: as it is here\n"), verified.stderr

    refused = detcore(folder, site, "run", "config.toml", listing, "run.name=again", "--locked", "lock.json")
    assert refused.returncode == 1
    assert "det-plugin-spirals: the files of spirals are not those of the record" in refused.stderr
    assert not (folder / "runs/again").exists()

    shutil.rmtree(site.folder)
    missing = detcore(folder, site, "evaluate", "runs/locked")
    assert missing.returncode == 1
    assert missing.stderr == (
        "detcore: runs/locked cannot be read: hooks:det-plugin-spirals/first and samplers:det-plugin-spirals/spiral "
        "are not installed: pip install 'det-plugin-spirals==1.0'\n"
    )
    instead = 'data.train.sampler={type="shuffle"}'
    without = detcore(folder, site, "evaluate", "runs/locked", "plugins.hooks=[]", instead)
    assert "spiral" not in without.stderr
    assert without.stderr.endswith("the config has no data.test or no evaluators\n"), "what it needs besides"


@pytest.mark.parametrize(
    ("words", "record"),
    [
        pytest.param(["check", "stored"], "stored/plugins.lock.json", id="a run that was stored"),
        pytest.param(["check", "stored/config.toml"], "stored/plugins.lock.json", id="the config in its folder"),
        pytest.param(["config", "explain", "stored", "data"], "stored/plugins.lock.json", id="explained"),
        pytest.param(["run", "config.toml", "--locked", "lock.json"], "lock.json", id="locked"),
        pytest.param(["run", "config.toml", "--locked", "stored"], "stored/plugins.lock.json", id="locked to a run"),
        pytest.param(
            ["run", "config.toml", "--locked", "lock.json", "--sweep", "run.seed=1,2"], "lock.json", id="sweep"
        ),
        pytest.param(["plugins", "lock", "config.toml", "--verify", "lock.json"], "lock.json", id="verified"),
    ],
)
@pytest.mark.parametrize(
    ("version", "lack"), [("", "which is not installed"), ("2.0", "of which 2.0 is here")], ids=["gone", "another"]
)
def test_a_name_that_nothing_offers_any_more_is_told_with_what_to_install(folder, words, record, version, lack):
    site = site_with(folder / "before")
    config = CONFIG.replace("[run]", '[plugins]\nhooks = ["first"]\n[run]')
    (folder / "config.toml").write_text(config)
    detcore(folder, site, "plugins", "lock", "config.toml", "--output", "lock.json")
    (folder / "stored").mkdir()
    shutil.copy(folder / "config.toml", folder / "stored")
    shutil.copy(folder / "lock.json", folder / "stored/plugins.lock.json")
    bare = Site(folder / "after")
    if version:
        bare.install("det-plugin-spirals", {"detcore.hooks": {"third": "spirals:hooks"}}, version=version)

    refused = detcore(folder, bare, *words)

    assert refused.returncode == 1
    way = f"{record} has it from det-plugin-spirals 1.0, {lack}: pip install 'det-plugin-spirals==1.0'\n"
    assert f"data.train.sampler.type: no 'spiral' among samplers; {way}" in refused.stderr
    assert f"plugins.hooks.0: no 'first' among hooks; {way}" in refused.stderr


@pytest.mark.parametrize(
    ("requires", "choice", "told"),
    [
        ("det-core<0.0.1", {}, "(incompatible)"),
        ("det-core", {"DETCORE_PLUGINS_DENY": "det-plugin-spirals"}, "(blocked)"),
    ],
    ids=["incompatible", "blocked"],
)
def test_what_is_installed_and_cannot_be_used_is_not_said_to_be_missing(folder, requires, choice, told):
    detcore(folder, site_with(folder / "before"), "run", "config.toml")

    site = site_with(folder / "after", requires=requires)
    done = run_detcore("evaluate", "runs/locked", sites=[site], cwd=folder, environment=choice)

    assert done.returncode == 1
    assert "samplers:det-plugin-spirals/spiral is installed and cannot be used: " in done.stderr
    assert told in done.stderr
    assert "pip install 'det-plugin-spirals==" not in done.stderr


def test_a_package_that_is_gone_or_new_is_named(folder):
    site = site_with(folder / "site")
    detcore(folder, site, "plugins", "lock", "config.toml", "--output", "lock.json")
    record = json.loads((folder / "lock.json").read_text())
    (spirals,) = [each for each in record["distributions"] if each["name"] == "det-plugin-spirals"]
    spirals["packages"] = {"coils": spirals["packages"]["spirals"]}
    (folder / "lock.json").write_text(json.dumps(record))

    verified = detcore(folder, site, "plugins", "lock", "config.toml", "--verify", "lock.json")

    assert verified.returncode == 1
    assert "det-plugin-spirals: coils is in the record and not here" in verified.stderr
    assert "det-plugin-spirals: spirals is here and not in the record" in verified.stderr


def test_what_changes_nothing_is_no_drift(folder):
    site = site_with(folder / "site")
    detcore(folder, site, "plugins", "lock", "config.toml", "--output", "lock.json")
    site.install("det-plugin-other", {"detcore.samplers": {"other": "other:Config"}})
    (site.folder / "spirals/__pycache__").mkdir(exist_ok=True)
    (site.folder / "spirals/__pycache__/config.cpython-999.pyc").write_bytes(b"compiled")

    verified = detcore(folder, site, "plugins", "lock", "config.toml", "--verify", "lock.json")

    assert verified.returncode == 0, verified.stderr


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({}, {"version": "1.1"}, "det-plugin-spirals is 1.1 here, 1.0 in the record"),
        ({}, {"origin": GIT}, "det-plugin-spirals: the place it was installed from is git here, index in the record"),
        (
            {"origin": GIT},
            {"origin": GIT | {"vcs_info": {"vcs": "git", "commit_id": "5e6f7a8b"}}},
            "det-plugin-spirals: its commit is 5e6f7a8b here, 1a2b3c4d in the record",
        ),
    ],
    ids=["version", "origin", "commit"],
)
def test_another_distribution_is_named(folder, before, after, told):
    detcore(folder, site_with(folder / "before", **before), "plugins", "lock", "config.toml", "--output", "lock.json")

    verified = detcore(
        folder, site_with(folder / "after", **after), "plugins", "lock", "config.toml", "--verify", "lock.json"
    )

    assert verified.returncode == 1
    assert told in verified.stderr


def test_files_that_could_not_be_read_are_not_taken_for_the_same():
    def record(digest):
        packages = {"spirals": digest}
        return {
            "python": "3.11.7",
            "libraries": {},
            "distributions": [{"name": "spirals", "version": "1", "origin": "index", "packages": packages}],
            "components": [],
            "hooks": [],
        }

    whole, partly = record("1a2b"), record("unreadable: data/secret.bin")
    told = "spirals: the files of spirals cannot be compared: data/secret.bin"

    assert drift(whole, whole) == []
    assert drift(partly, whole) == [f"{told} could not be read when the record was made"]
    assert drift(whole, partly) == drift(partly, partly) == [f"{told} cannot be read here"]


def test_what_an_installer_left_behind_is_no_version_of_a_library(folder):
    """Nor is the older of two versions, wherever the file system lists it."""
    site = site_with(folder / "site", requires="det-core\nRequires-Dist: far-library")
    for name in ("numpy-1.0", "torch-99.0", "far_library-0.1"):
        (site.folder / f"{name}.dist-info").mkdir()
    site.install("far-library", {}, version="0.9", requires="")
    site.install("far-library", {}, version="0.10", requires="")

    written = detcore(folder, site, "plugins", "lock", "config.toml", "--output", "lock.json")

    assert written.returncode == 0, written.stderr
    libraries = json.loads((folder / "lock.json").read_text())["libraries"]
    assert libraries["far-library"] == "0.10"
    assert {name: libraries[name] for name in ("numpy", "torch")} == {
        name: version(name) for name in ("numpy", "torch")
    }
    verified = detcore(folder, site, "plugins", "lock", "config.toml", "--verify", "lock.json")
    assert verified.returncode == 0, verified.stderr


def test_the_order_of_hooks_counts_and_so_does_another_component(folder):
    site = site_with(folder / "site")
    words = ["plugins", "lock", "config.toml"]
    detcore(folder, site, *words, 'plugins.hooks=["first","second"]', "--output", "lock.json")

    changes = ('plugins.hooks=["second","first"]', "data.train.sampler.type=shuffle")
    verified = detcore(folder, site, *words, *changes, "--verify", "lock.json")

    assert verified.returncode == 1
    assert "the hooks are det-plugin-spirals/second, det-plugin-spirals/first, in the record" in verified.stderr
    assert "samplers:det-plugin-spirals/spiral is in the record and not in the config" in verified.stderr
    assert "samplers:det-core/shuffle is in the config and not in the record" in verified.stderr


OTHERS = "give a run's folder or its plugins.lock.json, or write one with: detcore plugins lock CONFIG --output FILE\n"
"""What is said of a file that was never a record: it may be somebody's work."""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            None,
            "No such file or directory; write one with: detcore plugins lock CONFIG --output lock.json\n",
        ),
        ("{", "lock.json: is no lock record: "),
        (
            "from detcore.plugins import hookimpl\n",
            f"is no lock record: Expecting value: line 1 column 1 (char 0); {OTHERS}",
        ),
        ('{"images": []}', f"is no lock record of schema 1; {OTHERS}"),
        ("[]", f"is no lock record of schema 1; {OTHERS}"),
        ("[" * 100_000, "lock.json: is no lock record: "),
        (
            '{"schema": 2}',
            "of schema 1; replace it with: detcore plugins lock CONFIG --output lock.json --force\n",
        ),
        ('{"schema": 1}', "is in the config and not in the record"),
        ('{"schema": 1, "components": {}}', "lock.json: is no lock record of schema 1: components is {}, not a list"),
        ('{"schema": 1, "components": ["a"]}', "components[0] has no text 'id'"),
        ('{"schema": 1, "components": [{"id": "samplers:a/b"}]}', "components[0] has no text 'target'"),
        (
            '{"schema": 1, "components": [{"id": "samplers:a/b", "target": "a:B"}]}',
            "nothing is said of the distribution of samplers:a/b",
        ),
        ('{"schema": 1, "distributions": [{"name": "a", "version": "1"}]}', "distributions[0] has no text 'origin'"),
        (
            '{"schema": 1, "distributions": [{"name": "a", "version": "1", "origin": "index", "packages": 3}]}',
            "distributions[0] has no table 'packages' of digests",
        ),
        (
            '{"schema": 1, "distributions": [{"name": "a", "version": "1", "origin": "git", "commit": "b"}]}',
            "distributions[0] has no text 'url'",
        ),
        ('{"schema": 1, "hooks": [3]}', "hooks holds 3, which is no text"),
        ('{"schema": 1, "libraries": {"torch": 2}}', "libraries holds what is no version"),
        ('{"schema": 1, "python": 3}', "python is 3, not a version"),
    ],
)
def test_what_is_no_record_is_refused_in_a_sentence(folder, text, told):
    if text is not None:
        (folder / "lock.json").write_text(text)

    verified = detcore(folder, site_with(folder / "site"), "plugins", "lock", "config.toml", "--verify", "lock.json")

    assert verified.returncode == 1
    assert told in verified.stderr
    assert "Traceback" not in verified.stderr
