"""Nothing depends on the order in which plugins were installed, or in which a file system lists them."""

import os
import random

import pytest
from installed_distributions import Site

from detcore.errors import UnknownComponentError
from detcore.plugins import Registry, scan, survey

NUM_SHUFFLES = 100
BACKBONES = "detcore.backbones"


def write(site: Site, seed: int | None) -> None:
    """Healthy, ambiguous, shadowing and doubly installed plugins, and what joins a group that another one opens."""
    letters = {letter: {letter: f"p_{letter}:C", "shared": f"p_{letter}:S"} for letter in "abc"}
    jobs = [
        *((f"det-plugin-{letter}", {BACKBONES: entries}) for letter, entries in letters.items()),
        ("det-plugin-opener", {"detcore.interfaces": {"wing": "opener.interfaces:WingConfig"}}),
        ("det-plugin-joiner", {"opener.wings": {"left": "joiner:L"}, BACKBONES: {"resnet": "joiner:R"}}),
        ("det-plugin-hooks", {"detcore.hooks": {"last": "h", "first": "h"}}),
    ]
    versions = [("1.9", "C1"), ("1.10", "C2"), ("1.10rc1", "C3")]
    twice = [("det-plugin-twice", {BACKBONES: {"twice": f"twice:{name}"}}, version) for version, name in versions]
    order = [*((*job, "1.0") for job in jobs), *twice]
    if seed is not None:
        random.Random(seed).shuffle(order)
    for name, groups, version in order:
        site.install(name, groups, version=version)


def answers(folder: str) -> tuple[list[object], list[str]]:
    registry = Registry(survey(scan([folder])))
    said = []
    for name in ("a", "shared", "resnet", "twice", "det-plugin-b/shared", "det-plugin-joiner/resnet"):
        try:
            said.append(registry.resolve(BACKBONES, name).target)
        except UnknownComponentError as error:
            said.append(str(error))
    return registry.rows, said


def test_a_hundred_orders_give_one_answer(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    write(Site(tmp_path), seed=None)
    listed, expected = os.listdir, answers(str(tmp_path))

    for seed in range(NUM_SHUFFLES):
        shuffled = random.Random(seed)

        def listdir(folder, shuffled=shuffled):
            names = sorted(listed(folder))
            shuffled.shuffle(names)
            return names

        monkeypatch.setattr(os, "listdir", listdir)
        assert answers(str(tmp_path)) == expected

    rows, said = expected
    assert [row.component.full_id for row in rows if row.component.kind == "hooks"] == [
        "hooks:det-plugin-hooks/first",
        "hooks:det-plugin-hooks/last",
    ]
    assert said[0] == "p_a:C"
    assert said[1].startswith("'shared' is offered by det-plugin-a/shared, det-plugin-b/shared and det-plugin-c/")
    assert said[3] == "twice:C2"


@pytest.mark.parametrize("seed", range(3))
def test_installing_in_another_order_gives_the_same_rows(tmp_path, monkeypatch, seed):
    site = Site(tmp_path / "site")
    monkeypatch.syspath_prepend(site.folder)
    write(site, seed=None)
    first = answers(str(site.folder))
    site.folder.rename(tmp_path / "before")

    write(Site(site.folder), seed=seed)

    assert answers(str(site.folder)) == first
