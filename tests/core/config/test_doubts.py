"""What can be run and is seldom meant is told with its place, and stops nothing."""

import pytest
from attrs import frozen

from detcore.config import load
from detcore.specs import Problem

FRESH = "model.backbone.frozen: doubtful: is frozen as it is made"


@pytest.fixture
def told(write, good, registry):
    """The notices about the good config over a trunk that does not learn and a schedule with a long beginning."""
    trunk = type(load(write("good.toml", good), registry=registry).experiment.model.backbone)
    flat = type(load("good.toml", registry=registry).experiment.schedule)

    @frozen(kw_only=True)
    class FrozenTrunkConfig(trunk):
        frozen: bool = True

        def check_fresh(self):
            return [Problem("is frozen as it is made", ("frozen",), severity="doubtful")] if self.frozen else []

    @frozen(kw_only=True)
    class SlowConfig(flat):
        beginning: int = 10

        def check(self, total_steps):
            if self.beginning > total_steps:
                yield Problem(f"begins for longer than {total_steps} steps", ("beginning",), severity="doubtful")

    registry.add("frozen-trunk", FrozenTrunkConfig, distribution="tiny-parts")
    registry.add("slow", SlowConfig, distribution="tiny-parts")
    text = good.replace('type = "trunk"', 'type = "frozen-trunk"').replace('type = "flat"', 'type = "slow"')

    def told(*overrides, unset=(), **options):
        path = write("a.toml", text)
        return load(path, overrides=overrides, unset=unset, registry=registry, **options).notices

    return told


def test_a_doubt_is_told_where_it_was_written_or_around_it(told):
    assert told() == [f"a.toml:13: {FRESH}"]
    assert told("model.backbone.frozen=true") == [f"override 'model.backbone.frozen=true': {FRESH}"]


def test_what_is_frozen_makes_sense_with_weights(told, write):
    write("run/checkpoints/last.json", "{}")

    assert told("weights.path=run") == []


def test_a_schedule_is_judged_where_the_length_is_known(told):
    steps = {"unset": ["training.epochs"]}
    quiet = "model.backbone.frozen=false"

    assert told(quiet, "training.steps=10", **steps) == []
    assert told(quiet, "training.steps=9", **steps) == [
        "a.toml:20: schedule.beginning: doubtful: begins for longer than 9 steps"
    ]


def test_nothing_is_doubtful_where_nothing_is_trained(told):
    assert told("run.do=evaluate,", "training.steps=9", unset=["training.epochs"]) == []


def test_values_alone_are_not_doubted(told):
    assert told(compare_parts=False) == []


def test_a_models_own_doubts_are_told_too(write, good, registry):
    net = type(load(write("good.toml", good), registry=registry).experiment.model)

    @frozen(kw_only=True)
    class HesitantNetConfig(net):
        def check(self, data):
            return [*net.check(self, data), Problem("reads little", ("reads",), severity="doubtful")]

    registry.add("hesitant", HesitantNetConfig, distribution="tiny-parts")

    notices = load(write("a.toml", good.replace('"net"', '"hesitant"')), registry=registry).notices

    assert notices == ["a.toml:10: model.reads: doubtful: reads little"]
