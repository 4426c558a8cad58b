import json
import re
import subprocess
import sys
from importlib.metadata import version

import pytest

from detcore.cli import main as command
from detcore.cli.main import COMMANDS, Subcommand, main
from detcore.errors import ConfigError, DatasetError, PluginError
from detcore.plugins import Component, Registry, Row

BLOCK = """
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        word = name.removeprefix("detcore.cli.")
        if word != name and word not in ("main", "layout", "switches"):
            raise SystemExit(f"{name} is imported")

sys.meta_path.insert(0, Refuse())
from detcore.cli.main import main
sys.exit(main(["--help"]))
"""


@pytest.fixture
def subcommand(monkeypatch):
    """Put a subcommand in place whose ``run`` is the given function."""

    def put(run):
        module = type("Module", (), {"add_arguments": staticmethod(lambda _: None), "run": staticmethod(run)})
        monkeypatch.setattr(command, "import_module", lambda _: module)
        monkeypatch.setitem(COMMANDS, "try", Subcommand("somewhere", "try something"))

    return put


def fail(error):
    def run(arguments):
        raise error

    return run


def test_help_lists_every_subcommand_and_imports_none():
    done = subprocess.run([sys.executable, "-c", BLOCK], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    for name, subcommand in COMMANDS.items():
        assert re.search(rf"^ +{name} +{re.escape(subcommand.summary)}$", done.stdout, re.MULTILINE)


def test_version_is_that_of_the_distribution(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"detcore {version('det-core')}\n"


def test_a_users_mistake_is_one_paragraph(subcommand, capsys):
    subcommand(fail(ConfigError("a.toml:1: x: no such setting")))

    assert main(["try"]) == 1
    assert capsys.readouterr() == ("", "detcore: a.toml:1: x: no such setting\n")


def test_several_mistakes_are_a_line_each(subcommand, capsys):
    subcommand(fail(ConfigError("one\ntwo")))

    assert main(["try"]) == 1
    assert capsys.readouterr().err == "detcore: 2 problems\n  one\n  two\n"


def test_a_message_with_a_heading_of_its_own_is_not_counted_again(subcommand, capsys):
    subcommand(fail(DatasetError("a.json: 2 mistakes\n  one\n  two")))

    assert main(["try"]) == 1
    assert capsys.readouterr().err == "detcore: a.json: 2 mistakes\n  one\n  two\n"


def test_a_failing_plugin_has_a_status_of_its_own(subcommand):
    subcommand(fail(PluginError("broken")))

    assert main(["try"]) == 3


def test_an_interrupt_has_the_shells_status(subcommand, capsys):
    subcommand(fail(KeyboardInterrupt()))

    assert main(["try"]) == 130
    assert capsys.readouterr().err == "detcore: interrupted\n"


def test_a_bug_is_a_traceback(subcommand):
    subcommand(fail(ZeroDivisionError("a bug")))

    with pytest.raises(ZeroDivisionError, match=r"^a bug$"):
        main(["try"])


@pytest.mark.parametrize(
    "argv",
    [[], ["nothing"], ["check"], ["plugins"], ["config"], ["config", "shwo"], ["plugins", "list", "--jso"], ["--vers"]],
)
def test_wrong_usage(argv, capsys):
    assert main(argv) == 2
    assert "usage: detcore" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "flags"),
    [
        ("run", {"--local", "--unset", "--resume", "--name", "--sweep", "--locked"}),
        ("check", {"--local", "--unset"}),
        ("plan", {"--local", "--unset", "--json"}),
        ("evaluate", {"--local", "--checkpoint"}),
        ("predict", {"--local", "--output", "--score-threshold"}),
        ("plugins list", {"--kind", "--problems", "--why", "--config", "--json", "--requirements"}),
        ("plugins show", set()),
        ("plugins check", {"--timeout", "--json"}),
        ("plugins new", {"--kind", "--directory"}),
        ("plugins deps", {"--unset", "--local"}),
        ("plugins lock", {"--local", "--unset", "--output", "--force", "--verify"}),
        ("config show", {"--local", "--unset", "--format"}),
        ("config explain", {"--local", "--unset"}),
        ("config diff", {"--local", "--unset"}),
    ],
)
def test_flags_are_few_and_known(words, flags, capsys):
    """A new flag is a decision: the config file is the interface."""
    main([*words.split(), "--help"])

    assert set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) == {"--help", *flags}


@pytest.mark.parametrize("name", ["1", "😀"], ids=["a number", "a letter of two halves in JSON"])
def test_a_name_that_is_no_bare_text_is_a_name(tmp_path, capsys, name):
    (tmp_path / "empty.toml").touch()

    main(["run", str(tmp_path / "empty.toml"), "--name", name])

    assert "run.name" not in capsys.readouterr().err


class Greeting:
    """A command as a plugin offers it."""

    summary = "say hello"

    def add_arguments(self, parser):
        parser.add_argument("name")

    def run(self, arguments):
        if arguments.name == "nobody":
            raise ValueError("nobody is there")
        print(f"hello {arguments.name}")
        return 0


@pytest.fixture
def plugin_command(monkeypatch):
    """A distribution that offers ``detcore greet``."""
    component = Component("detcore.commands", "greet", "det-greeting", "1.0", f"{__name__}:Greeting")
    monkeypatch.setattr("detcore.plugins.installed_registry", lambda: Registry([Row(component, "ok", "")]))


@pytest.mark.usefixtures("plugin_command")
def test_a_plugin_may_offer_a_command(capsys):
    assert main(["greet", "world"]) == 0
    assert capsys.readouterr().out == "hello world\n"


@pytest.mark.usefixtures("plugin_command")
def test_a_command_that_fails_is_a_plugin_that_failed(capsys):
    assert main(["greet", "nobody"]) == 3
    assert "det-greeting 1.0 failed while running: ValueError: nobody is there" in capsys.readouterr().err


def test_plugins_list_is_a_table(capsys):
    assert main(["plugins", "list", "--kind", "samplers"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["KIND", "ID", "VERSION", "API", "STATUS", "SOURCE", "SUMMARY"]
    rows = [line.split()[:5] for line in lines[1:] if line.startswith("samplers")]
    names = ["repeat-factor", "sequential", "shuffle"]
    assert rows == [["samplers", f"det-core/{name}", version("det-core"), "1", "ok"] for name in names]
    assert re.fullmatch(r"\d+ components from 1 distribution; none was imported", lines[-1])


def test_plugins_list_for_programs(capsys):
    assert main(["plugins", "list", "--json", "--kind", "samplers"]) == 0

    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["shuffle"]["id"] == "samplers:det-core/shuffle"
    assert rows["shuffle"]["status"] == "ok"


def test_plugins_list_of_an_unknown_kind(capsys):
    assert main(["plugins", "list", "--kind", "smplers"]) == 1
    assert capsys.readouterr().err == ("detcore: there is no kind 'smplers' of components; did you mean 'samplers'?\n")


@pytest.mark.parametrize("word", ["trainer_hook", "trainer-hooks", "Trainer-Hook"])
def test_plugins_list_of_a_kind_that_is_written_otherwise(word, capsys):
    assert main(["plugins", "list", "--json", "--kind", "trainer_hooks"]) == 0
    as_groups_are_called = capsys.readouterr().out
    assert main(["plugins", "list", "--json", "--kind", word]) == 0
    assert capsys.readouterr().out == as_groups_are_called


@pytest.mark.parametrize("word", ["show", "check"])
def test_a_short_name_with_its_kind_is_one(word, capsys):
    assert main(["plugins", word, "schedules:cosine"]) == 0
    assert "det-core/cosine" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("schedules:cosin", "; did you mean 'schedules:cosine'?"),
        ("schedules:det-core/cosin", "; did you mean 'schedules:det-core/cosine'?"),
        ("schedles:cosine", "; did you mean 'schedules:cosine'?"),
        ("schedules:xyz", ""),
    ],
)
def test_a_slip_in_a_name_with_its_kind(name, told, capsys):
    assert main(["plugins", "show", name]) == 1
    assert capsys.readouterr().err == f"detcore: no installed plugin offers {name!r}{told}\n"


@pytest.mark.parametrize("score", ["7", "nan", "high"])
def test_a_score_is_between_none_and_all(score, capsys):
    assert main(["predict", "run", "a.png", "--score-threshold", score]) == 2
    assert f"must be a number between 0 and 1, not {score}\n" in capsys.readouterr().err


def test_plugins_show_tells_settings_and_where_they_are_defined(capsys):
    assert main(["plugins", "show", "shapes"]) == 0

    out = capsys.readouterr().out
    assert out.startswith("datasets:det-core/shapes\n")
    assert re.search(r"^  licence +Apache-2.0$", out, re.MULTILINE)
    assert re.search(r"^  file +.*config\.py$", out, re.MULTILINE)
    assert re.search(r"^  SETTING +TYPE +DEFAULT +HELP$", out, re.MULTILINE)
    assert re.search(r"^  num_images +int +1000 +How many pictures there are\.$", out, re.MULTILINE)


def test_plugins_show_tells_of_every_component_of_a_distribution(capsys):
    assert main(["plugins", "show", "det-core"]) == 0

    out = capsys.readouterr().out
    assert {"datasets:det-core/shapes", "optimizers:det-core/sgd"} <= set(out.splitlines())
    assert "det-plugin" not in out


def test_plugins_show_of_an_unknown_name(capsys):
    assert main(["plugins", "show", "shufle"]) == 1
    assert capsys.readouterr().err == "detcore: no installed plugin offers 'shufle'; did you mean 'shuffle'?\n"


def test_check_of_a_missing_file(capsys, tmp_path):
    assert main(["check", str(tmp_path / "none.toml")]) == 1
    assert capsys.readouterr().err == f"detcore: {tmp_path}/none.toml: there is no such file\n"


TELL = """
import sys, warnings
from detcore.cli import main as command
from detcore.errors import DetcoreWarning

def run(arguments):
    warnings.warn("two records are left out", DetcoreWarning)
    warnings.warn("somebody else's", UserWarning)
    return 0

module = type("Module", (), {"add_arguments": staticmethod(lambda _: None), "run": staticmethod(run)})
command.import_module = lambda _: module
sys.argv = ["detcore", "check"]
sys.exit(command.main())
"""


def test_what_a_user_should_know_is_told_without_the_code_that_told_it():
    done = subprocess.run([sys.executable, "-c", TELL], capture_output=True, text=True, check=False)

    first, *rest = done.stderr.splitlines()
    assert (done.returncode, first) == (0, "detcore: two records are left out")
    assert "UserWarning: somebody else's" in rest[0]
