from math import inf

import attrs
import pytest
from attrs import evolve

from detcore.config import dump_json, merge, with_overrides
from detcore.errors import ConfigError


def test_overrides_change_an_experiment_as_they_change_a_file(read, registry, good):
    changes = ["optimizer.lr=0.5", "model.backbone.depth=18"]

    changed = with_overrides(read(good).experiment, changes, unset=["data.test"], registry=registry)

    assert changed == read(good, *changes, unset=["data.test"]).experiment


def test_a_wrong_override_is_refused_as_on_the_command_line(read, registry, good):
    with pytest.raises(
        ConfigError, match=r"^override 'optimizer.lrr=1': optimizer.lrr: no such setting; did you mean 'lr'\?$"
    ):
        with_overrides(read(good).experiment, ["optimizer.lrr=1"], registry=registry)


def test_tables_are_laid_on_an_experiment_as_a_file_on_its_base(read, registry, good):
    tables = {"optimizer": {"type": "descent", "lr": 0.5}, "data": {"train": {"augmentations": []}}}

    changed = merge(read(good, "optimizer.betas=[0.1,0.2]").experiment, tables, registry=registry)

    assert (changed.optimizer.lr, changed.optimizer.betas) == (0.5, (0.1, 0.2))
    assert changed.data.train.augmentations == ()
    assert changed.data.train.datasets == read(good).experiment.data.train.datasets


def test_merging_nothing_changes_nothing(read, registry, good):
    experiment = read(good).experiment

    assert merge(experiment, {}, registry=registry) == experiment


def test_every_mistake_in_merged_tables_is_told(read, registry, good):
    with pytest.raises(ConfigError) as refusal:
        merge(read(good).experiment, {"optimizer": {"lr": "fast"}, "runn": {}}, registry=registry)

    assert str(refusal.value).splitlines() == [
        "config: runn: no such setting; did you mean 'run'?",
        "config: optimizer.lr: must be float, not 'fast'",
    ]


def test_a_changed_object_is_the_changed_file(read, registry, good):
    experiment = read(good).experiment

    changed = attrs.evolve(experiment, optimizer=attrs.evolve(experiment.optimizer, lr=0.5))

    assert changed == read(good, "optimizer.lr=0.5").experiment


def test_nothing_is_built_while_configs_are_read_changed_and_compared(read, registry, good):
    """Every ``build`` of these components raises."""
    experiment = with_overrides(read(good).experiment, ["run.seed=3"], registry=registry)

    with pytest.raises(AssertionError, match=r"^reading a config builds nothing$"):
        experiment.model.build()


def test_json_refuses_what_it_has_no_word_for(read, registry, good):
    experiment = read(good).experiment
    backbone = evolve(experiment.model.backbone, scale=inf)
    endless = evolve(experiment, model=evolve(experiment.model, backbone=backbone))

    with pytest.raises(
        ConfigError, match=r"^JSON has no word for inf and nan, which this config holds; write TOML or "
    ):
        dump_json(endless, registry=registry)
