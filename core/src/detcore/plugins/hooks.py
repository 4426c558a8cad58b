"""The pluggy side: what a plugin object may do besides offering components through entry points.

``detcore_components`` is asked of whatever is registered; the other hooks are called only for plugins that
``[plugins] hooks`` lists. ``docs/hooks.md`` tells when each is called, and what it may change.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from torch import nn

    from detcore.config import ExperimentConfig
    from detcore.specs import Problem, RunState

__all__ = ["HOOK_NAMES", "PROJECT", "HookSpecifications", "hookimpl", "new_plugin_manager"]

PROJECT = "detcore"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks a function as an implementation of one of :class:`HookSpecifications`."""


class HookSpecifications:
    """What a plugin object may implement; an implementation takes those of the arguments that it wants, by name."""

    @hookspec
    def detcore_components(self) -> Mapping[str, type]:
        """Config classes by the name that a config file gives as ``type``."""
        raise NotImplementedError  # only the signature counts

    @hookspec
    def detcore_configure(self, experiment: "ExperimentConfig") -> "ExperimentConfig | None":
        """Another experiment in place of the one that was read, before anything in it is checked; ``None``: the same.

        It must come out the same when it has been done already: a run's own config is configured again where it is
        given to ``detcore run``.
        """

    @hookspec
    def detcore_check_config(self, experiment: "ExperimentConfig") -> "Iterable[Problem] | None":
        """What is wrong with an experiment or doubtful about it, with paths from its top."""

    @hookspec
    def detcore_after_build(self, model: "nn.Module", experiment: "ExperimentConfig") -> None:
        """A model with fresh weights, before others are loaded into it; it may be changed in place."""

    @hookspec
    def detcore_run_start(self, experiment: "ExperimentConfig", directory: Path) -> None:
        """The run's folder is there and everything is built; the first step, or the evaluation, comes next."""

    @hookspec
    def detcore_before_step(self, run: "RunState") -> None:
        """Before the forward pass of an optimizer step."""

    @hookspec
    def detcore_after_step(self, run: "RunState") -> None:
        """After the optimizer has stepped; what is added to ``run.metrics`` is logged with the losses."""

    @hookspec
    def detcore_before_evaluation(self, model: "nn.Module", step: int) -> None:
        """Before the model predicts for evaluation; it has the weights that are evaluated."""

    @hookspec
    def detcore_after_evaluation(self, results: Mapping[str, Any], step: int) -> None:
        """With the evaluators' results."""

    @hookspec
    def detcore_metrics_logged(self, metrics: Mapping[str, float], step: int) -> None:
        """With each line of ``metrics.jsonl``, and with an evaluation's results under ``evaluation/``."""

    @hookspec
    def detcore_checkpoint_saved(self, path: Path, step: int) -> None:
        """A checkpoint folder is there, whole."""

    @hookspec
    def detcore_checkpoint_loaded(self, path: Path, model: "nn.Module", step: int) -> None:
        """A checkpoint has been read, to continue, evaluate or predict; ``model`` has its weights."""

    @hookspec
    def detcore_run_end(self, experiment: "ExperimentConfig", directory: Path, error: BaseException | None) -> None:
        """Nothing more follows; ``error`` is what ended the run early. Called whenever the run had started."""


HOOK_NAMES = tuple(name for name in vars(HookSpecifications) if name.startswith("detcore_"))
"""Every hook, more or less in the order in which a run comes to them."""


def new_plugin_manager() -> pluggy.PluginManager:
    """A manager that knows our specifications and no plugin."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(HookSpecifications)
    return manager
