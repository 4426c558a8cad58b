"""The switches about plugins stand anywhere in a command of detcore's own, and before a plugin's."""

import pytest
from installed_distributions import Site, run_detcore

from detcore.cli.main import main
from detcore.cli.switches import line_of

OWN = {"check", "complete"}


@pytest.mark.parametrize(
    ("words", "said", "command", "passed"),
    [
        pytest.param("--deny a check x", {"--deny": ["a"]}, "check", "--deny a check x", id="before"),
        pytest.param("check x --deny a", {"--deny": ["a"]}, "check", "--deny a check x", id="behind"),
        pytest.param(
            "check --deny=a x --allow b --deny c",
            {"--deny": ["a", "c"], "--allow": ["b"]},
            "check",
            "--deny=a --allow b --deny c check x",
            id="several",
        ),
        pytest.param(
            "--deny a check --deny b", {"--deny": ["a", "b"]}, "check", "--deny a --deny b check", id="on both sides"
        ),
        pytest.param("check -- --deny a", {}, "check", "check -- --deny a", id="no option any more"),
        pytest.param("greet --deny a", {}, "greet", "greet --deny a", id="a plugin's command"),
        pytest.param("--deny a greet", {"--deny": ["a"]}, "greet", "--deny a greet", id="before a plugin's command"),
        pytest.param("complete --words --deny a", {}, "complete", "complete --words=\0--deny\0a", id="what was typed"),
        pytest.param("check x --deny", {}, "check", "--deny", id="without a value"),
        pytest.param("--deny", {}, "", "--deny", id="alone"),
        pytest.param("", {}, "", "", id="nothing"),
    ],
)
def test_switches_are_told_from_the_rest(words, said, command, passed):
    line = line_of(words.split(), OWN)

    assert {name: values for name, values in line.said.items() if values} == said
    assert (line.command, line.words) == (command, passed.split())


def test_a_switch_without_a_value_is_refused(capsys):
    assert main(["check", "a.toml", "--deny"]) == 2
    assert capsys.readouterr().err.endswith("detcore: error: argument --deny: expected one argument\n")


@pytest.mark.parametrize("words", ["{} plugins list", "plugins {} list", "plugins list {}"])
def test_a_switch_holds_wherever_it_stands(words, tmp_path):
    site = Site(tmp_path / "site")
    site.install("det-one", {"detcore.samplers": {"spiral": "one:S"}})

    done = run_detcore(*words.format("--deny det-one").split(), "--kind", "samplers", sites=[site], cwd=tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert "samplers:det-one/spiral: blocked: left out by deny 'det-one' of the command line" in done.stdout
