"""``detcore plugins``: told from metadata."""

import json
import os
import subprocess
import sys

import pytest
from installed_distributions import SAMPLER_MODULE, Site, run_detcore

CONFIG = """\
[plugins]
require = ["Det_Plugin_Coco>=0.1", "det-plugin-extra<3"]
hooks = ["somebody/listener"]
[data.train]
datasets = [{ type = "coco", images = "a", annotations = "b" }]
sampler = { type = "det-plugin-far-away/zigzag" }
[model]
type = "generalized-rcnn"
backbone = { type = "fpn", bottom_up = { type = "backbones:other_vendor/swin" } }
"""


@pytest.fixture
def site(tmp_path):
    site = Site(tmp_path / "site")
    site.install(
        "det-spiral",
        {"detcore.samplers": {"spiral": "spiral_config:SpiralConfig [fast]"}},
        modules={"spiral_config.py": SAMPLER_MODULE},
        origin={"url": "https://a.org/spiral.git", "vcs_info": {"vcs": "git", "commit_id": "1a2b3c4d5e6f"}},
    )
    site.install("det-broken", {"detcore.sampler": {"zigzag": "zigzag:Z"}})
    return site


@pytest.fixture
def detcore(site, tmp_path):
    return lambda *words: run_detcore("plugins", *words, sites=[site], cwd=tmp_path)


def test_problems_alone(detcore):
    done = detcore("list", "--problems")

    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[1].split()[:6] == ["sampler", "det-broken/zigzag", "1.0", "1", "unknown-group", "index"]
    assert lines[3] == (
        "sampler:det-broken/zigzag: unknown-group: nothing installed opens the group detcore.sampler; "
        "did you mean 'detcore.samplers'?"
    )
    assert lines[-1] == "1 component from 1 distribution, 1 with a problem; none was imported"


def test_requirements(detcore):
    done = detcore("list", "--requirements", "--kind", "samplers")

    assert done.stdout.splitlines()[-1] == "det-spiral @ git+https://a.org/spiral.git@1a2b3c4d5e6f"
    assert "det-broken" not in done.stdout


def test_hook_plugins_are_inactive_where_a_config_does_not_list_them(detcore, site, tmp_path):
    hooks = {"first": "two_hooks:first", "second": "two_hooks:second", "third": "two_hooks:third"}
    site.install("det-hooks", {"detcore.hooks": hooks})
    site.install("det-other", {"detcore.hooks": {"third": "other_hooks"}})
    (tmp_path / "a.toml").write_text('[plugins]\nhooks = ["first", "hooks:det-hooks/third"]\n')

    rows = {row["id"]: row for row in json.loads(detcore("list", "--config", "a.toml", "--json").stdout)}

    told = {name: row["status"] for name, row in rows.items() if name.startswith(("hooks:det-hooks", "hooks:det-oth"))}
    assert told == {
        "hooks:det-hooks/first": "ok",
        "hooks:det-hooks/second": "inactive",
        "hooks:det-hooks/third": "ambiguous",
        "hooks:det-other/third": "inactive",
    }
    assert rows["hooks:det-other/third"]["reason"] == (
        "hooks under [plugins] does not list it; list it with plugins.hooks+=det-other/third"
    )
    without_config = {row["id"]: row["status"] for row in json.loads(detcore("list", "--json").stdout)}
    assert without_config["hooks:det-hooks/second"] == "ok"
    assert "inactive" in detcore("list", "--config", "a.toml").stdout
    assert "does not list it" not in detcore("list", "--config", "a.toml").stdout
    assert "det-other==1.0" in detcore("list", "--config", "a.toml", "--requirements").stdout.splitlines()


def test_json_has_everything(detcore, site):
    rows = {row["name"]: row for row in json.loads(detcore("list", "--json").stdout)}

    assert rows["spiral"] == {
        "kind": "samplers",
        "name": "spiral",
        "id": "samplers:det-spiral/spiral",
        "group": "detcore.samplers",
        "api": 1,
        "distribution": "det-spiral",
        "version": "1.0",
        "status": "ok",
        "reason": "",
        "why": "the only 'spiral' among samplers",
        "source": "git@1a2b3c4",
        "location": str(site.folder / "det_spiral-1.0.dist-info"),
        "target": "spiral_config:SpiralConfig",
        "summary": "About det-spiral",
    }


def test_show_tells_where_it_comes_from_and_what_may_be_set(detcore, site):
    done = detcore("show", "samplers:det-spiral/spiral")

    assert done.stdout.splitlines() == [
        "samplers:det-spiral/spiral",
        "  status        ok",
        "  decided by    the only 'spiral' among samplers",
        "  distribution  det-spiral 1.0",
        "  needs         det-core, its extra 'fast'",
        "  licence       MIT",
        "  summary       About det-spiral",
        "  source        git, https://a.org/spiral.git",
        "  commit        1a2b3c4d5e6f",
        f"  metadata      {site.folder}/det_spiral-1.0.dist-info",
        "  files         as they were installed",
        "  class         spiral_config:SpiralConfig",
        f"  file          {site.folder}/spiral_config.py",
        "  what it is    Shuffled, for tests.",
        "",
        "  SETTING  TYPE  DEFAULT  HELP",
        "  turns    int   3        How often around; has no effect.",
    ]


HOOKS = """\
from pathlib import Path

from detcore.plugins import hookimpl

with Path(__file__).with_name("imports.txt").open("a") as file:
    file.write("once more\\n")


@hookimpl
def detcore_run_end():
    pass


@hookimpl
def detcore_configure(experiment):
    pass
"""


def test_show_lists_the_hooks_of_a_hook_plugin(detcore, site):
    site.install("det-listener", {"detcore.hooks": {"listener": "listener"}}, modules={"listener.py": HOOKS})
    done = detcore("show", "det-listener")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "  hooks         detcore_configure, detcore_run_end"
    assert (site.folder / "imports.txt").read_text() == "once more\n"


def test_a_hook_plugin_without_a_hook(detcore, site):
    site.install("det-listener", {"detcore.hooks": {"listener": "listener"}}, modules={"listener.py": ""})

    assert detcore("show", "det-listener").stdout.splitlines()[-1] == "  hooks         none"


def test_deps_are_told_from_names_alone(detcore, tmp_path):
    (tmp_path / "a.toml").write_text(CONFIG)

    done = detcore("deps", "a.toml")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "det-core",
        "det-plugin-backbones",
        "Det_Plugin_Coco>=0.1",
        "det-plugin-extra<3",
        "det-plugin-far-away",
        "det-plugin-maskrcnn",
        "other-vendor",
        "somebody",
    ]


FORMAT = """
raise SystemExit("imported")
from typing import ClassVar
from detcore.specs import WeightsFormatConfig

class Base(WeightsFormatConfig):
    suffixes: ClassVar[tuple[str, ...]] = (".pack", ".pack.gz")

class PackedConfig(Base):
    pass
"""


@pytest.mark.parametrize(
    ("words", "needed"),
    [
        pytest.param(["optimizer.type=other/sgd"], ["other"], id="an override"),
        pytest.param(["data.train.sampler.type=spiral"], ["det-spiral"], id="of what is installed"),
        pytest.param(["plugins.hooks+=wandb"], ["det-plugin-trackers"], id="a further entry"),
        pytest.param(["plugins.require=['one<2']"], ["one<2"], id="a requirement"),
        pytest.param(["weights.path=x.pack.gz"], ["det-packed"], id="a format of weights"),
        pytest.param(["weights.path=x.npz"], [], id="a format that core reads"),
        pytest.param(["weights.path=runs/old"], [], id="a run"),
        pytest.param(["weights.path=zoo:one"], ["det-packed"], id="an address"),
        pytest.param(["--unset", "model"], ["-det-plugin-dense"], id="something left out"),
    ],
)
def test_deps_of_a_changed_config(detcore, site, tmp_path, words, needed):
    groups = {"detcore.weight_formats": {"packed": "packed:PackedConfig"}, "detcore.resolvers": {"zoo": "packed:zoo"}}
    site.install("det-packed", groups, modules={"packed.py": FORMAT})
    (tmp_path / "a.toml").write_text('[model]\ntype = "fcos"\n[optimizer]\ntype = "sgd"\n')

    done = detcore("deps", "a.toml", *words)

    assert (done.returncode, done.stderr) == (0, "")
    without = {name[1:] for name in needed if name.startswith("-")}
    added = {name for name in needed if not name.startswith("-")}
    assert set(done.stdout.splitlines()) == ({"det-core", "det-plugin-dense"} - without) | added


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("weights.path=x.pack", "weights.path: no distribution is known to read 'x.pack'"),
        ("weights.path=zoo:one", "weights.path: no distribution is known to read 'zoo:one'"),
        (
            "plugins.require=['one two']",
            "plugins.require.0: 'one two' is not a distribution with versions, such as 'det-plugin-maskrcnn>=0.1'",
        ),
        ("optimizer", "an override is PATH=VALUE"),
    ],
)
def test_deps_that_cannot_be_told(detcore, tmp_path, word, told):
    (tmp_path / "a.toml").write_text('[model]\ntype = "fcos"\n')

    done = detcore("deps", "a.toml", word)

    assert (done.returncode, done.stdout) == (1, "det-core\ndet-plugin-dense\n")
    assert done.stderr.startswith(f"detcore: override {word!r}: {told}")


RECORD = {
    "schema": 1,
    "distributions": [
        {"name": "local", "version": "sha256:1", "origin": "registered", "packages": {}},
        {"name": "det-gone", "version": "1.0", "origin": "index", "packages": {}},
    ],
    "components": [
        {"id": "hooks:local/mine", "target": "mine"},
        {"id": "hooks:det-gone/first", "target": "gone:first"},
        {"id": "samplers:local/loc", "target": "mine:LocConfig"},
    ],
}


def test_deps_of_a_run_are_those_of_its_record(detcore, tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    (run / "config.toml").write_text('[plugins]\nhooks = ["mine", "first"]\n[data.train.sampler]\ntype = "local/loc"\n')
    (run / "plugins.lock.json").write_text(json.dumps(RECORD))

    done = detcore("deps", "run")

    assert (done.returncode, done.stdout) == (0, "det-core\ndet-gone\n")
    of_ones_own = "comes with a user's own file: give that with --local FILE (a run keeps a copy in its folder 'local')"
    assert sorted(done.stderr.splitlines()) == [
        f"run/config.toml:2: plugins.hooks.0: 'mine' {of_ones_own}",
        f"run/config.toml:4: data.train.sampler.type: 'local/loc' {of_ones_own}",
    ]


def test_a_name_of_which_no_distribution_is_known(detcore, tmp_path):
    (tmp_path / "a.toml").write_text('[model]\ntype = "retinnet"\nhead = { type = "unheard-of" }\n')

    done = detcore("deps", "a.toml")

    assert (done.returncode, done.stdout) == (1, "det-core\n")
    assert done.stderr.splitlines() == [
        "detcore: 2 problems",
        "  a.toml:2: model.type: no distribution is known to offer 'retinnet'; did you mean 'retinanet'?",
        "  a.toml:3: model.head.type: no distribution is known to offer 'unheard-of'; write distribution/name",
    ]


def test_what_a_file_of_the_users_own_brings_is_no_requirement(detcore, tmp_path):
    """Of that name there is a stranger's package."""
    (tmp_path / "a.toml").write_text('[model]\ntype = "local/mine"\n[plugins]\nhooks = ["local/my-hooks"]\n')

    done = detcore("deps", "a.toml")

    way = "comes with a user's own file: give that with --local FILE (a run keeps a copy in its folder 'local')"
    assert (done.returncode, done.stdout) == (0, "det-core\n")
    assert done.stderr.splitlines() == [
        f"a.toml:2: model.type: 'local/mine' {way}",
        f"a.toml:4: plugins.hooks.0: 'local/my-hooks' {way}",
    ]


@pytest.mark.parametrize("name", ["my-hooks", "local/my-hooks", "hooks:local/my-hooks"])
def test_a_file_that_is_given_is_not_asked_for(detcore, tmp_path, name):
    (tmp_path / "a.toml").write_text(f'[plugins]\nhooks = ["{name}"]\n')
    hook = "from detcore.plugins import hookimpl\n@hookimpl\ndef detcore_run_start(): ...\n"
    (tmp_path / "my_hooks.py").write_text(hook)

    done = detcore("deps", "a.toml", "--local", "my_hooks.py")

    assert (done.returncode, done.stdout) == (0, "det-core\n")
    way = "comes with a user's own file, which is given: there is nothing to install for it"
    assert done.stderr == f"a.toml:2: plugins.hooks.0: {name!r} {way}\n"


def test_what_is_installed_and_cannot_be_used_is_still_required(detcore, site, tmp_path):
    site.install("det-late", {"detcore.samplers": {"late": "late:LateConfig"}}, requires="det-core>=99")
    site.install("det-gone", {"detcore.samplers": {"gone": "gone:GoneConfig"}}, modules={})
    (tmp_path / "a.toml").write_text('[data.train.sampler]\ntype = "late"\n[data.test.sampler]\ntype = "gone"\n')

    done = detcore("deps", "a.toml")

    assert (done.returncode, done.stdout, done.stderr) == (0, "det-core\ndet-gone\ndet-late\n", "")


def test_a_python_file_would_have_to_be_executed(detcore, tmp_path):
    (tmp_path / "a.py").write_text("raise SystemExit(7)\n")

    done = detcore("deps", "a.py")

    assert done.returncode == 1
    assert done.stderr == (
        "detcore: a.py: names its components only when it is executed; give a .toml, .yaml or .json file\n"
    )


@pytest.mark.parametrize("word", ["check", "run"])
def test_what_is_required_is_said_before_anything_is_imported(site, tmp_path, word):
    site.install("det-hooks", {"detcore.hooks": {"listener": "listener"}}, modules={"listener.py": "1 / 0\n"})
    (tmp_path / "a.toml").write_text('[plugins]\nrequire = ["det-spiral>=2"]\nhooks = ["listener"]\n')

    done = run_detcore(word, "a.toml", sites=[site], cwd=tmp_path)

    assert (done.returncode, done.stderr) == (
        1,
        (
            "detcore: a.toml:2: plugins.require.0: needs det-spiral>=2, but 1.0 is installed: "
            "pip install 'det-spiral>=2'\n"
        ),
    )


def test_a_list_imports_nothing_heavy(site, tmp_path):
    script = tmp_path / "listing.py"
    script.write_text(
        "import sys\nfrom detcore.cli.main import main\nmain(['plugins', 'list'])\n"
        "print(sorted({'attr', 'attrs', 'cattrs', 'pluggy', 'torch', 'numpy', 'importlib.metadata', 'pathlib'}"
        " & sys.modules.keys()), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)],
        env=os.environ | {"PYTHONPATH": str(site.folder)}, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert done.stderr == "[]\n"


FINDERS = """\
import sys
from importlib.metadata import PathDistribution
from pathlib import Path

class Elsewhere:
    def find_spec(self, *_):
        pass
    def find_distributions(self, context):
        return map(PathDistribution, Path({folder!r}).glob("*.dist-info"))

class Broken(Elsewhere):
    def find_distributions(self, context):
        1 / 0

sys.meta_path += [Broken(), Elsewhere()]
"""


def test_plugins_of_finders_that_have_all_in_one_place_and_of_none_that_fails(site, tmp_path):
    elsewhere = Site(tmp_path / "elsewhere")
    for name in ("far", "further"):
        elsewhere.install(f"det-{name}", {"detcore.samplers": {name: "spiral_config:SpiralConfig"}}, modules={})
    (site.folder / "sitecustomize.py").write_text(FINDERS.format(folder=str(elsewhere.folder)))

    done = run_detcore("plugins", "list", "--requirements", "--kind", "samplers", sites=[site], cwd=tmp_path)

    assert {"det-far==1.0", "det-further==1.0"} < set(done.stdout.splitlines())
    assert done.stderr == (
        "detcore: the finder sitecustomize.Broken on sys.meta_path does not say which distributions it has, "
        "so its plugins are left out: ZeroDivisionError('division by zero')\n"
    )


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_letters_that_the_output_cannot_take_are_told_by_number(site, tmp_path, encoding):
    information = site.folder / "det_spiral-1.0.dist-info"
    header = (information / "METADATA").read_text().replace("About det-spiral", "螺旋 of samples")
    (information / "METADATA").write_text(header, encoding="utf-8")
    environment = {"PYTHONIOENCODING": encoding}

    for words in (["list"], ["show", "det-spiral"]):
        done = run_detcore("plugins", *words, sites=[site], cwd=tmp_path, environment=environment)

        assert (done.returncode, done.stderr) == (0, "")
        assert r"\u87ba\u65cb of samples" in done.stdout


def test_files_are_told_whatever_bytes_are_in_the_record(site, tmp_path):
    record = site.folder / "det_spiral-1.0.dist-info/RECORD"
    record.write_bytes(b"gr\xfcn.txt,sha256=AAAA,\n" + record.read_bytes())

    done = run_detcore("plugins", "show", "det-spiral", sites=[site], cwd=tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert "not as they were installed: gr n.txt" in done.stdout
