import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from detcore.cli.complete import SCRIPTS, candidates
from detcore.cli.main import COMMANDS, main


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
        pytest.param(["run", ""], [], id="a file is the shell's business"),
        pytest.param(["plugins", "new", ""], [], id="a name is free"),
        pytest.param(["no-such-command", ""], [], id="nothing is known"),
    ],
)
def test_candidates_fit_what_was_typed(words, expected):
    assert candidates(words) == expected


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
    ],
)
def test_bash_completes(words, expected):
    assert bash(*words) == expected


@pytest.mark.parametrize("shell", SCRIPTS)
def test_each_shell_has_a_script_that_asks(shell, capsys):
    assert main(["complete", shell]) == 0
    assert "detcore complete --words" in capsys.readouterr().out


def test_without_a_shell_it_says_which_there_are(capsys):
    assert main(["complete"]) == 1
    assert capsys.readouterr().err.startswith("detcore: say for which shell: bash, zsh, fish.")
