"""Of every kind, what ``plugins new`` makes: installed offline, tested, tried out, and clean by its own rules."""

import os

import pytest
from fresh_environment import Environment

from detcore.scaffolding import kinds_to_make, new_distribution

pytestmark = [pytest.mark.packaging, pytest.mark.xdist_group("environments")]

KINDS = kinds_to_make()

DETCORE = "import sys; from detcore.cli.main import main; sys.exit(main())"

MOST_SECONDS = 60
"""Of one processor, for installing, testing and trying out."""


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    environment = Environment(tmp_path_factory.mktemp("made") / "venv", tmp_path_factory.mktemp("no_wheels"))
    environment.add_packages_of_this_process()
    return environment


@pytest.fixture(scope="module")
def type_cache(tmp_path_factory):
    return str(tmp_path_factory.mktemp("mypy"))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.word)
def test_it_is_installed_tested_and_clean(environment, type_cache, tmp_path, kind):
    folder = new_distribution(f"detcore-installed-{kind.word.replace('_', '-')}", kind, tmp_path)

    before = children_seconds()
    environment.install_editable(folder)
    environment.run("python", "-m", "pytest", "-q", cwd=folder)
    checked = environment.run("python", "-c", DETCORE, "plugins", "check", folder.name, cwd=folder)
    assert children_seconds() - before < MOST_SECONDS

    listed = environment.run("python", "-c", DETCORE, "plugins", "list", "--kind", kind.word, cwd=folder)
    assert folder.name in listed.stdout
    assert folder.name in checked.stdout
    for tool in (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy", "--cache-dir", type_cache]):
        environment.run("python", "-m", *tool, cwd=folder)


def children_seconds():
    times = os.times()
    return times.children_user + times.children_system
