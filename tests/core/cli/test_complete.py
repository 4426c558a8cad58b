import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from installed_distributions import SAMPLER_MODULE, Site

from detcore.cli.complete import SCRIPTS, candidates
from detcore.cli.main import COMMANDS, main
from detcore.plugins import installed_registry

IN_CORE = sorted(row.component.id for row in installed_registry().rows if row.component.distribution == "det-core")

CONFIG = """
[schedule]
type = "multi-step"
[optimizer]
type = "no-such-optimizer"
[[training.hooks]]
type = "ema"
"""


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(["ru"], ["run"], id="a command"),
        pytest.param(["plugins", "sh"], ["show"], id="a word after it"),
        pytest.param(["plugins", "list", "--js"], ["--json"], id="an option"),
        pytest.param(["plugins", "list", "--kind", "sche"], ["schedules"], id="a kind"),
        pytest.param(["plugins", "new", "detcore-wide", "--kind", "opti"], ["optimizers"], id="a kind to make"),
        pytest.param(["plugins", "show", "repeat"], ["repeat-factor"], id="a component"),
        pytest.param(["plugins", "show", "det-core/repeat"], ["det-core/repeat-factor"], id="a component in full"),
        pytest.param(["complete", ""], ["bash", "fish", "zsh"], id="a choice"),
        pytest.param(["plugins", "list", "--json", "--kind", "samp"], ["samplers"], id="after another option"),
        pytest.param(["plugins", "show", "samplers:det-core/sh"], ["samplers:det-core/shuffle"], id="with its kind"),
        pytest.param(["plugins", "show", "samplers:sh"], ["samplers:shuffle"], id="short, with its kind"),
        pytest.param(["plugins", "show", "sched"], ["schedules:"], id="a kind, which leads on"),
        pytest.param(["plugins", "check", "det-cor"], [*IN_CORE, "det-core"], id="a distribution"),
        pytest.param(["--deny", "det-cor"], ["det-core"], id="a switch"),
        pytest.param(["--deny=det-cor"], ["--deny=det-core"], id="a switch in one word"),
        pytest.param(["check", "a.toml", "--allow", "det-cor"], ["det-core"], id="a switch behind"),
        pytest.param(["check", "a.toml", "--pref"], ["--prefer"], id="the name of a switch"),
        pytest.param(["check", "--prefer", "samplers.sh"], ["samplers.shuffle="], id="a preference"),
        pytest.param(["--prefer", "samplers.shuffle="], ["samplers.shuffle=det-core"], id="what is preferred"),
        pytest.param(["check", "no.toml", "optim"], ["optimizer."], id="a table"),
        pytest.param(["check", "no.toml", "training.prec"], ["training.precision="], id="a setting"),
        pytest.param(["check", "no.toml", "training.precision=b"], ["training.precision=bfloat16"], id="its value"),
        pytest.param(["plan", "no.toml", "run.do+=t"], ["run.do+=train"], id="a further entry"),
        pytest.param(["check", "no.toml", "run.name="], [], id="any value"),
        pytest.param(["check", "no.toml", "nothing.at.all"], [], id="no setting"),
        pytest.param(["check", "no.toml", "schedule.type=cos"], ["schedule.type=cosine"], id="a type"),
        pytest.param(["check", "no.toml", "schedule.warm"], [], id="of a type that is not known"),
        pytest.param(
            ["check", "no.toml", "schedule.type=multi-step", "schedule.warmup_s"],
            ["schedule.warmup_steps="],
            id="of a type that was typed",
        ),
        pytest.param(["run", "no.toml", "--unset", "training.prec"], ["training.precision"], id="to unset"),
        pytest.param(["run", "no.toml", "--sweep", "training.ep"], ["training.epochs="], id="to sweep"),
        pytest.param(["config", "explain", "no.toml", "run.se"], ["run.seed"], id="to explain"),
        pytest.param(["check", "no.toml", "plugins.deny=det-cor"], ["plugins.deny=det-core"], id="a denial"),
        pytest.param(["run", ""], [], id="a file is the shell's business"),
        pytest.param(["plugins", "new", ""], [], id="a name is free"),
        pytest.param(["no-such-command", ""], [], id="nothing is known"),
    ],
)
def test_candidates_fit_what_was_typed(words, expected):
    assert candidates(words) == sorted(expected)


@pytest.mark.parametrize(
    ("begun", "expected"),
    [
        ("schedule.warmup_s", ["schedule.warmup_steps="]),
        ("schedule.type=multi", ["schedule.type=multi-step"]),
        ("optimizer.", ["optimizer.type="]),
        ("training.hooks.", ["training.hooks.+.", "training.hooks.0."]),
        ("training.hooks.0.d", ["training.hooks.0.decay="]),
        ("training.hooks.-1.d", ["training.hooks.-1.decay="]),
        ("training.hooks.+.type=em", ["training.hooks.+.type=ema"]),
        ("training.hooks.7.d", []),
    ],
)
@pytest.mark.parametrize("form", ["a file", "a run's folder"])
def test_settings_depend_on_what_the_config_says(tmp_path, form, begun, expected):
    (tmp_path / "config.toml").write_text(CONFIG)
    config = tmp_path / "config.toml" if form == "a file" else tmp_path

    assert candidates(["check", str(config), begun]) == expected


CANARY = "from pathlib import Path\nPath(__file__).with_name('imported').touch()\n"

WHAT_IS_IMPORTED = """
import sys
from detcore.cli.main import main
assert main(["complete", "--words", *sys.argv[1:]]) == 0
heavy = [name for name in sys.modules if name.partition(".")[0] in ("torch", "numpy", "cv2", "canaries")]
assert not heavy, heavy
"""


@pytest.mark.parametrize("begun", ["data.train.sampler.tw", "data.train.sampler.sign=", "data.train.sampler.type=can"])
def test_nothing_of_a_plugin_is_imported(tmp_path, begun):
    site = Site(tmp_path / "site")
    code = f"{CANARY}import torch\n" + SAMPLER_MODULE.replace("turns: int", "sign: bool = True\n    twists: int")
    site.install(
        "det-canaries", {"detcore.samplers": {"canary": "canaries:SpiralConfig"}}, modules={"canaries.py": code}
    )
    (tmp_path / "a.toml").write_text('[data.train.sampler]\ntype = "canary"\n')

    done = subprocess.run(
        [sys.executable, "-c", WHAT_IS_IMPORTED, "check", "a.toml", begun],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(site.folder)}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")
    assert (
        done.stdout.splitlines()
        == {
            "data.train.sampler.tw": ["data.train.sampler.twists="],
            "data.train.sampler.sign=": ["data.train.sampler.sign=false", "data.train.sampler.sign=true"],
            "data.train.sampler.type=can": ["data.train.sampler.type=canary"],
        }[begun]
    )
    assert not (site.folder / "imported").exists()


def test_every_command_is_offered():
    assert set(candidates([""])) >= set(COMMANDS)


def bash(*words):
    """What bash itself, with the script loaded, would offer for the last of the words."""
    script = (
        'eval "$(detcore complete bash)"; COMP_WORDS=(detcore "$@"); COMP_CWORD=$#;'
        ' [[ $(complete -p detcore) == "complete -o default -F _detcore detcore" ]] || exit 9;'
        ' _detcore; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-c", script, "bash", *words],
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(["plu"], ["plugins"], id="a command"),
        pytest.param(["plugins", "show", "cos"], ["cosine"], id="a component"),
        pytest.param(["plugins", "list", "--kind", "sched"], ["schedules"], id="the value of an option"),
        pytest.param(["run", ""], [], id="left to the names of files"),
        pytest.param(["plugins", "show", "samplers", ":", "det-core/sh"], ["det-core/shuffle"], id="parted at a colon"),
        pytest.param(["plugins", "show", "nothing", ":"], [], id="nothing behind a colon"),
        pytest.param(["plan", "no.toml", "training.precision", "=", "b"], ["bfloat16"], id="parted at an equals sign"),
        pytest.param(
            ["plan", "no.toml", "training.precision", "="], ["bfloat16", "float16", "float32"], id="just behind it"
        ),
        pytest.param(["plan", "no.toml", "training.precision=b"], ["training.precision=bfloat16"], id="not parted"),
        pytest.param(["plan", "a", "run.name", "=", "b", "training.ep"], ["training.epochs="], id="parted before"),
        pytest.param(["--deny", "=", "det-cor"], ["det-core"], id="a switch with its value"),
        pytest.param(["complete", "--"], ["--allow", "--deny", "--help", "--prefer", "--words"], id="any option"),
        pytest.param(["--"], ["--allow", "--deny", "--help", "--prefer", "--version"], id="any option of all"),
        pytest.param(["config", "explain", "--", ""], [], id="behind the end of options"),
    ],
)
def test_bash_completes(words, expected):
    assert bash(*words) == expected


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_bash_offers_every_command():
    assert set(bash("")) >= set(COMMANDS)


@pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish here")
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("plugins show cos", ["cosine"]),
        ("plugins show samplers:det-core/sh", ["samplers:det-core/shuffle"]),
        ("plan no.toml training.precision=b", ["training.precision=bfloat16"]),
        ("plan only_", ["only_file.toml"]),
    ],
)
def test_fish_completes(tmp_path, line, expected):
    (tmp_path / "only_file.toml").touch()
    script = f"detcore complete fish | source; complete -C 'detcore {line}'"
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = os.environ | {"PATH": path, "HOME": str(tmp_path)}

    done = subprocess.run(
        ["fish", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )

    assert [each.partition("\t")[0] for each in done.stdout.splitlines()] == expected


@pytest.mark.parametrize("shell", SCRIPTS)
def test_each_shell_has_a_script_that_asks(shell, capsys):
    assert main(["complete", shell]) == 0
    assert "detcore complete --words" in capsys.readouterr().out


def test_without_a_shell_it_says_which_there_are(capsys):
    assert main(["complete"]) == 1
    assert capsys.readouterr().err.startswith("detcore: say for which shell: bash, zsh, fish.")
