"""One order of precedence: the command line, the environment, the config; within each, deny before allow."""

import os

import pytest
from installed_distributions import Site, run_detcore

from detcore.errors import ConfigError, UnknownComponentError
from detcore.plugins import Choice, Registry, environment, scan, survey
from detcore.plugins.choices import ENVIRONMENT, choice_of_environment, preferred, verdict_on

LINE = "the command line"


def decided(*choices, distribution="one"):
    return verdict_on(distribution, choices)


@pytest.mark.parametrize(
    ("choices", "is_allowed", "why"),
    [
        pytest.param([], True, "", id="nobody says anything"),
        pytest.param([Choice(LINE, deny=("two",))], True, "", id="another one is denied"),
        pytest.param([Choice(LINE, deny=("o*",))], False, "deny 'o*' of the command line", id="denied"),
        pytest.param([Choice(LINE, deny=("One",))], False, "deny 'One' of the command line", id="spelt otherwise"),
        pytest.param(
            [Choice(LINE, allow=("two",))], False, "allow of the command line, which does not list it", id="not listed"
        ),
        pytest.param(
            [Choice(LINE, allow=("one",), deny=("*",))], False, "deny '*' of the command line", id="deny before allow"
        ),
        pytest.param(
            [Choice(LINE, allow=("one",)), Choice(ENVIRONMENT, deny=("one",))],
            True,
            "allow 'one' of the command line",
            id="command line before environment",
        ),
        pytest.param(
            [Choice(LINE), Choice(ENVIRONMENT, deny=("one",)), Choice("[plugins]", allow=("one",))],
            False,
            "deny 'one' of the environment",
            id="environment before config",
        ),
        pytest.param(
            [Choice(LINE, deny=("two",)), Choice("[plugins]", deny=("one",))],
            False,
            "deny 'one' of [plugins]",
            id="who says nothing about it does not matter",
        ),
        pytest.param(
            [Choice(LINE, allow=("two",)), Choice("[plugins]", allow=("one",))],
            True,
            "allow 'one' of [plugins]",
            id="whoever lists it",
        ),
    ],
)
def test_the_first_that_names_it_decides(choices, is_allowed, why):
    verdict = decided(*choices)

    assert (verdict.is_allowed, verdict.why) == (is_allowed, why)


def test_core_is_always_allowed():
    assert decided(Choice(LINE, deny=("*",)), distribution="det-core").is_allowed


def test_what_the_user_declares_is_on_every_list_and_what_is_installed_under_its_name_is_not():
    allow = [Choice(LINE, allow=("det-*",))]

    assert verdict_on("local", allow, is_local=True).is_allowed
    assert not verdict_on("local", allow).is_allowed
    assert not verdict_on("local", [Choice(LINE, deny=("local",))], is_local=True).is_allowed


def test_the_first_preference_decides():
    choices = [Choice(LINE), Choice(ENVIRONMENT, prefer=(("a.b", "One_X"),)), Choice("c", prefer=(("a.b", "two"),))]

    assert preferred("a", "b", choices) == ("one-x", ENVIRONMENT)
    assert preferred("a", "c", choices) == ("", "")


def test_variables_of_the_environment():
    environment = {
        "DETCORE_PLUGINS_ALLOW": "one, two",
        "DETCORE_PLUGINS_DENY": "three*",
        "DETCORE_PLUGINS_PREFER": "backbones.swin=one samplers.x=two",
    }

    assert choice_of_environment(environment) == Choice(
        ENVIRONMENT, ("one", "two"), ("three*",), (("backbones.swin", "one"), ("samplers.x", "two"))
    )
    assert choice_of_environment({}) == Choice(ENVIRONMENT)


@pytest.mark.parametrize("text", ["swin=one", "backbones.swin", "backbones.=one", ".swin=one", "backbones.swin="])
def test_a_preference_of_another_form(text):
    with pytest.raises(ConfigError) as caught:
        choice_of_environment({"DETCORE_PLUGINS_PREFER": text})

    assert str(caught.value) == (
        f"DETCORE_PLUGINS_PREFER: {text!r} is not kind.name=distribution, such as backbones.swin=det-plugin-swin"
    )


def test_a_choice_about_nothing_is_told(install):
    install("one", "[detcore.backbones]\nswin = none_1:S\nresnet = none_1:R\n")
    install("two", "[detcore.backbones]\nhiera = none_2:H\n")
    folder = install("three", "[detcore.backbones]\nswin = none_3:S\n")
    registry = Registry(survey(scan([str(folder)])))
    prefer = (
        ("backbones.swn", "one"),
        ("backbones.hiera", "one"),
        ("backbones.swin", "two"),
        ("backbones.resnet", "one"),
    )

    with pytest.raises(UnknownComponentError) as caught:
        registry.refuse_idle(Choice(LINE, ("onee", "zebra", "one"), ("zebra",), prefer))

    assert str(caught.value).splitlines() == [
        "the command line: allow: 'onee' matches no installed plugin; did you mean 'one'?",
        "the command line: allow: 'zebra' matches no installed plugin",
        "the command line: prefer: no installed plugin offers 'backbones.swn'; did you mean 'backbones.swin'?",
        "the command line: prefer: 'one' does not offer 'backbones.hiera'; two does",
        "the command line: prefer: 'two' does not offer 'backbones.swin'; one and three do",
        "the command line: prefer: 'resnet' always means that of det-plugin-backbones; write type = 'one/resnet'",
    ]


def test_what_may_be_meant_for_another_machine_is_told_where_something_here_is_near(install):
    install("one", "[detcore.backbones]\nswin = none_1:S\n")
    folder = install("det-plugin-zebras", "[detcore.backbones]\nhiera = none_2:H\n")
    registry = Registry(survey(scan([str(folder)])))
    deny = ("det-plugin-zebra*", "zebras", "det-plugin-other", "one", "elephants")
    prefer = (("backbones.swn", "one"), ("samplers.elephant", "one"), ("backbones.swin", "ones"))

    denied = [
        (("deny", 1), "'zebras' matches no installed plugin; did you mean 'det-plugin-zebras'?"),
    ]
    assert registry.doubtful(Choice(LINE, ("onee",), deny, prefer)) == denied
    assert registry.doubtful(Choice(ENVIRONMENT, ("onee", "elephants"), deny, prefer)) == [
        *denied,
        (("allow", 0), "'onee' matches no installed plugin; did you mean 'one'?"),
        (
            ("prefer", "backbones.swn"),
            "no installed plugin offers 'backbones.swn'; did you mean 'backbones.swin'?",
        ),
        (("prefer", "backbones.swin"), "'ones' does not offer 'backbones.swin'; one does"),
    ]


@pytest.mark.parametrize(
    ("words", "variables", "source"),
    [
        pytest.param(["--deny", "det-ones"], {}, LINE, id="command line"),
        pytest.param([], {"DETCORE_PLUGINS_DENY": "det-ones"}, ENVIRONMENT, id="environment"),
    ],
)
def test_a_pattern_that_denies_nothing_is_told_and_stops_nothing(tmp_path, words, variables, source):
    site = Site(tmp_path / "site")
    site.install("det-one", {"detcore.samplers": {"spiral": "none:S"}})

    done = run_detcore(*words, "plugins", "list", sites=[site], cwd=tmp_path, environment=variables)

    told = f"detcore: {source}: deny: 'det-ones' matches no installed plugin; did you mean 'det-one'?\n"
    assert (done.returncode, done.stderr) == (0, told)


@pytest.fixture
def detcore(tmp_path):
    """The command, where two distributions offer one name; its rows of that name by distribution."""
    site = Site(tmp_path / "site")
    for name in ("one", "two"):
        site.install(f"det-{name}", {"detcore.samplers": {"spiral": f"none_{name}:S"}})

    def listed(*words, **variables):
        environment = {f"DETCORE_PLUGINS_{name.upper()}": text for name, text in variables.items()}
        switches = [word for word in words if word != "--config"]
        config = ["--config", str(tmp_path / "a.toml")] if "--config" in words else []
        command = [*switches, "plugins", "list", "--kind", "samplers", "--why", *config]
        done = run_detcore(*command, sites=[site], cwd=tmp_path, environment=environment)
        assert (done.returncode, done.stderr) == (0, "")
        rows = [line.split(maxsplit=6) for line in done.stdout.splitlines() if line.startswith("samplers  det-")]
        return {row[1]: f"{row[4]}: {row[6].partition('  ')[0]}" for row in rows if row[1].endswith("/spiral")}

    return listed


def test_the_list_says_what_decided(detcore, tmp_path):
    (tmp_path / "a.toml").write_text('[plugins]\nprefer = { "samplers.spiral" = "det-two" }\n')

    assert detcore() == {
        "det-one/spiral": "ambiguous: nobody prefers one of them",
        "det-two/spiral": "ambiguous: nobody prefers one of them",
    }
    assert detcore("--config") == {
        "det-one/spiral": "shadowed: prefer of [plugins]",
        "det-two/spiral": "ok: prefer of [plugins]",
    }
    assert detcore("--config", prefer="samplers.spiral=det-one") == {
        "det-one/spiral": "ok: prefer of the environment",
        "det-two/spiral": "shadowed: prefer of the environment",
    }
    assert detcore("--config", "--prefer=samplers.spiral=det-two", prefer="samplers.spiral=det-one") == {
        "det-one/spiral": "shadowed: prefer of the command line",
        "det-two/spiral": "ok: prefer of the command line",
    }
    assert detcore(deny="det-one") == {
        "det-one/spiral": "blocked: deny 'det-one' of the environment",
        "det-two/spiral": "ok: the only 'spiral' among samplers",
    }
    assert detcore("--allow", "det-*", deny="det-one")["det-one/spiral"] == (
        "ambiguous: allow 'det-*' of the command line, nobody prefers one of them"
    )


@pytest.fixture
def registry_of_this_process(tmp_path, monkeypatch):
    """As it would be if one distribution were installed."""
    site = Site(tmp_path / "site")
    site.install("det-one", {"detcore.samplers": {"spiral": "none_one:S"}})
    monkeypatch.syspath_prepend(str(site.folder))
    monkeypatch.setattr(environment, "_rows", lambda: survey(scan([str(site.folder)])))
    environment._registry.cache_clear()
    yield environment.installed_registry
    environment._registry.cache_clear()


def test_the_command_line_holds_only_while_it_runs(registry_of_this_process):
    before = registry_of_this_process()

    with environment.command_line_choice(Choice(LINE, deny=("det-*",))):
        assert [row.status for row in registry_of_this_process().rows] == ["blocked"]

    assert registry_of_this_process() is before
    assert os.environ.get("DETCORE_PLUGINS_DENY") is None
