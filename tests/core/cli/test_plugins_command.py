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
    assert lines[-1] == "1 components from 1 distributions, 1 with a problem; none was imported"


def test_requirements(detcore):
    done = detcore("list", "--requirements", "--kind", "samplers")

    assert done.stdout.splitlines()[-1] == "det-spiral @ git+https://a.org/spiral.git@1a2b3c4d5e6f"
    assert "det-broken" not in done.stdout


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
    (tmp_path / "a.toml").write_text(
        '[model]\ntype = "local/mine"\n[plugins]\nhooks = ["local/my-hooks"]\nrequire = ["local>=1"]\n'
    )

    done = detcore("deps", "a.toml")

    way = "comes with a user's own file: give that with --local FILE (a run keeps a copy in its folder 'local')"
    assert (done.returncode, done.stdout) == (0, "det-core\n")
    assert done.stderr.splitlines() == [
        f"a.toml:2: model.type: 'local/mine' {way}",
        f"a.toml:4: plugins.hooks.0: 'local/my-hooks' {way}",
    ]


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
        "detcore: a.toml:2: plugins.require.0: needs det-spiral>=2, but 1.0 is installed: pip install 'det-spiral>=2'\n",
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
