"""What is asked of a plugin of hooks: that it can be called, is light, and leaves a run as it is."""

import inspect
import json
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from detcore.config import ExperimentConfig, from_dict
from detcore.errors import DetcoreWarning, PluginError
from detcore.jobs import run
from detcore.plugins import hookimpl
from detcore.plugins.component import LOCAL, Component
from detcore.plugins.enumerating import enumerated
from detcore.plugins.implementations import Implementation, implementations, offers_hooks, registered_as
from detcore.plugins.probing.shared_state import changed_parts, shared_state
from detcore.specs import Problem
from detcore.testing import tiny_detector
from detcore.testing.imports import expect_light_import, expect_quiet_import
from detcore.testing.registering import registered
from detcore.training import newest_checkpoint

__all__ = ["HooksConformance"]

MAY_CHANGE: Final = ("detcore_configure", "detcore_after_build")
"""Hooks that may make a run another one."""

PICTURES: Final = {"type": "shapes", "num_images": 4, "size": [32, 48], "max_size": [48, 48], "max_objects": 2}

TABLES: Final[dict[str, Any]] = {
    "data": {"train": {"datasets": [PICTURES]}, "test": {"datasets": [{**PICTURES, "split": "test"}]}},
    "model": {"type": "conformance-detector"},
    "optimizer": {"type": "sgd", "lr": 0.05},
    "schedule": {"type": "multi-step"},
    "training": {"batch_size": 2, "steps": 3, "log_every_steps": 1, "checkpoint_every_steps": 2, "device": "cpu"},
    "evaluation": {"evaluators": [{"type": "conformance-count"}], "pictures": 0},
}
"""Of a run of a second, in which every hook is called."""


class HooksConformance:
    """Checks of a plugin of hooks: a run that lists it is the run without it, and several can follow each other.

    ::

        class TestMyHooks(HooksConformance):
            plugin = my_package.hooks
    """

    plugin: object
    """What the entry point names: a module, an object, or a class, of which one object serves the whole process."""

    def test_every_hook_can_be_called(self) -> None:
        """Each function is named like a hook and asks for what its hook is given."""
        try:
            found = self._implementations()
        except PluginError as error:
            raise AssertionError(str(error)) from error
        assert found, f"{self._name} implements no hook: mark its functions with detcore.plugins.hookimpl"

    def test_every_hook_is_documented(self) -> None:
        """Each says what it does there."""
        silent = [each.name for each in self._implementations() if not inspect.getdoc(each.function)]
        assert not silent, f"{self._name} has hooks without a docstring: {', '.join(silent)}"

    def test_its_module_is_light(self) -> None:
        """``detcore check`` of a config that lists it imports it, and loads neither torch nor the like."""
        expect_light_import(self._module, "import them in the functions that need them, or under TYPE_CHECKING")

    def test_importing_it_has_no_side_effects(self) -> None:
        """Nor does it do anything before it is called."""
        expect_quiet_import(self._module, with_torch=False)

    def test_configuring_again_changes_nothing(self, tmp_path: Path) -> None:
        """A run's own config, which is configured already, can be given to ``detcore run`` again."""
        with self._experiment(tmp_path, hooks=()) as experiment:
            once = self._configured(experiment)
            again = self._configured(once)
        assert again == once, f"{self._name} changes what it has configured already: let it come out the same"

    def test_checking_a_config_has_no_side_effects(self, tmp_path: Path) -> None:
        """It tells ``Problem``s, and does nothing else."""
        with self._experiment(tmp_path, hooks=()) as experiment:
            before = shared_state()
            told = [
                problem for check in self._of("detcore_check_config") for problem in check(experiment=experiment) or ()
            ]
            changed = changed_parts(before)
        strange = [each for each in told if not isinstance(each, Problem)]
        assert not strange, f"{self._name} tells {strange[0]!r} of a config: tell detcore.specs.Problem"
        assert not changed, f"{self._name} changes {enumerated(changed)} while it checks a config"

    def test_a_run_computes_the_same(self, tmp_path: Path) -> None:
        """Weights, losses and results are to the last bit those of a run without it.

        What it does where hooks may change something, to the config and to a model before training, is done in both.
        """
        found = self._run(tmp_path / "with", hooks=(self._object,))
        expected = self._run(tmp_path / "without", hooks=(_Changes(self._object),))
        assert not (different := _different(found, expected)), (
            f"a run with {self._name} has other {different} than one without it: leave weights, gradients, random"
            " generators and the numbers in run.metrics as they are"
        )

    def test_one_object_serves_several_runs(self, tmp_path: Path) -> None:
        """One after the other in a process, as in a sweep; one that failed is no burden for the next."""
        first = self._run(tmp_path / "first", hooks=(self._object,))
        self._run_that_fails(tmp_path / "failing")
        again = self._run(tmp_path / "again", hooks=(self._object,))
        assert not (different := _different(again, first)), (
            f"a later run of one process has other {different}: forget at the end of a run what belonged to it"
        )

    # What the checks are made of

    @cached_property
    def _object(self) -> object:
        return self.plugin() if isinstance(self.plugin, type) else self.plugin

    @property
    def _name(self) -> str:
        owner = self._object if isinstance(self._object, ModuleType) else type(self._object)
        return owner.__name__

    @property
    def _module(self) -> str:
        return self._object.__name__ if isinstance(self._object, ModuleType) else type(self._object).__module__

    def _implementations(self) -> list[Implementation]:
        return implementations(_component(self._object), self._object)

    def _of(self, name: str) -> list[Implementation]:
        return [each for each in self._implementations() if each.name == name]

    def _configured(self, experiment: ExperimentConfig) -> ExperimentConfig:
        for configure in self._of("detcore_configure"):
            experiment = configure(experiment=experiment) or experiment
        return experiment

    @contextmanager
    def _experiment(self, directory: Path, *, hooks: Sequence[object]) -> Iterator[ExperimentConfig]:
        """A small one that lists these plugins, for as long as they are registered."""
        listed = [each for each in hooks if offers_hooks(_component(each), each)]
        with registered(tiny_detector, *listed):
            tables = {**TABLES, "plugins": {"hooks": [_component(each).id for each in listed]}}
            yield from_dict({**tables, "run": {"directory": str(directory), "name": "tiny"}}).experiment

    def _run(self, directory: Path, *, hooks: Sequence[object]) -> dict[str, object]:
        """What a run computes, by what a message calls it."""
        with self._experiment(directory, hooks=hooks) as experiment:
            folder = _run_whatever_is_told(experiment)
        checkpoint = newest_checkpoint(folder / "checkpoints")
        assert checkpoint is not None, "the run ended without one"
        metrics = [json.loads(line) for line in (folder / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
        return {
            "weights": (checkpoint / "model.safetensors").read_bytes(),
            "losses": [{name: line[name] for name in line if name.startswith("loss")} for line in metrics],
            "results": (folder / "evaluation/results.json").read_bytes(),
        }

    def _run_that_fails(self, directory: Path) -> None:
        with self._experiment(directory, hooks=(self._object, _Failing())) as experiment, suppress(PluginError):
            _run_whatever_is_told(experiment)


def _run_whatever_is_told(experiment: ExperimentConfig) -> Path:
    """A run; a plugin may well have something to say of one so short, and pytest may make errors of warnings."""
    with warnings.catch_warnings(action="ignore", category=DetcoreWarning):
        return run(experiment)


class _Changes:
    """Of a plugin of hooks, those that may make a run another one."""

    def __init__(self, plugin: object) -> None:
        for name in MAY_CHANGE:
            if hasattr(plugin, name):
                setattr(self, name, getattr(plugin, name))


class _Failing:
    @hookimpl
    def detcore_after_step(self) -> None:
        raise RuntimeError("a run that fails, to see what it leaves")


def _different(found: Mapping[str, object], expected: Mapping[str, object]) -> str:
    return enumerated(name for name, value in expected.items() if found[name] != value)


def _component(plugin: object) -> Component:
    return registered_as(plugin, LOCAL, "", location="")
