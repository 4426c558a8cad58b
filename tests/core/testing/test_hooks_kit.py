"""The kit of hook plugins passes a healthy one, and notices what is wrong with others."""

import random
import sys
from types import ModuleType

import pytest
import torch
from loss_diary import LossDiary

from detcore.plugins import hookimpl
from detcore.testing import HooksConformance


class TestLossDiary(HooksConformance):
    plugin = LossDiary


class Undocumented:
    @hookimpl
    def detcore_run_start(self):
        pass


class Misspelt:
    @hookimpl
    def detcore_run_started(self):
        """Never."""


class Nothing:
    """No hook at all."""


class Doubling:
    @hookimpl
    def detcore_configure(self, experiment):
        """Twice as many steps, each time."""
        from attrs import evolve

        return evolve(experiment, training=evolve(experiment.training, steps=2 * experiment.training.steps))


class Saying:
    @hookimpl
    def detcore_check_config(self):
        """Say it in words."""
        return ["too high"]


class Drawing:
    @hookimpl
    def detcore_check_config(self):
        """Draw."""
        random.random()


class Shaking:
    @hookimpl
    def detcore_before_step(self):
        """Draw from what dropout draws from."""
        torch.rand(1)


class Replacing:
    @hookimpl
    def detcore_after_step(self, run):
        """Another loss."""
        run.metrics["loss"] = 0.0


class Erasing:
    @hookimpl
    def detcore_before_evaluation(self, model):
        """Evaluate another model."""
        for parameter in model.parameters():
            parameter.data.zero_()


class Once:
    def __init__(self):
        self.has_run = False

    @hookimpl
    def detcore_after_step(self, run):
        """Freeze a later run."""
        if self.has_run:
            torch.rand(1)

    @hookimpl
    def detcore_run_end(self):
        """Note it."""
        self.has_run = True


MUTANTS = [
    (Undocumented, "test_every_hook_is_documented", "hooks without a docstring: detcore_run_start"),
    (Misspelt, "test_every_hook_can_be_called", "did you mean 'detcore_run_start'"),
    (Nothing, "test_every_hook_can_be_called", "implements no hook"),
    (Doubling, "test_configuring_again_changes_nothing", "changes what it has configured already"),
    (Saying, "test_checking_a_config_has_no_side_effects", "tells 'too high' of a config"),
    (Drawing, "test_checking_a_config_has_no_side_effects", "changes Python's random numbers"),
    (Shaking, "test_a_run_computes_the_same", "has other weights, losses and results than"),
    (Replacing, "test_a_run_computes_the_same", "has other losses than"),
    (Erasing, "test_a_run_computes_the_same", "has other results than"),
    (Once, "test_one_object_serves_several_runs", "a later run of one process has other weights"),
]


@pytest.mark.parametrize(("plugin", "check", "sentence"), MUTANTS, ids=lambda value: getattr(value, "__name__", ""))
def test_what_is_wrong_is_caught_by_name(plugin, check, sentence, tmp_path):
    kit = type("Kit", (HooksConformance,), {"plugin": plugin})()

    with pytest.raises(AssertionError, match=sentence):
        getattr(kit, check)(tmp_path) if check in WITH_FOLDER else getattr(kit, check)()


WITH_FOLDER = {
    "test_configuring_again_changes_nothing",
    "test_checking_a_config_has_no_side_effects",
    "test_a_run_computes_the_same",
    "test_one_object_serves_several_runs",
}


@pytest.mark.parametrize(
    ("first_line", "check", "sentence"),
    [
        ("import torch", "test_its_module_is_light", "importing heavy_hooks loads numpy, torch"),
        ("print('hello')", "test_importing_it_has_no_side_effects", "importing heavy_hooks prints 'hello'"),
    ],
)
def test_what_an_import_does_is_caught(first_line, check, sentence, tmp_path, monkeypatch):
    (tmp_path / "heavy_hooks.py").write_text(f"{first_line}\n")
    monkeypatch.syspath_prepend(tmp_path)
    plugin = ModuleType("heavy_hooks")
    monkeypatch.setitem(sys.modules, "heavy_hooks", plugin)
    kit = type("Kit", (HooksConformance,), {"plugin": plugin})()

    with pytest.raises(AssertionError, match=sentence):
        getattr(kit, check)()
