"""What listed plugins make of an experiment that has been read, and what they find wrong with it."""

from collections.abc import Iterable, Mapping
from typing import Any

from detcore.config.comparing import differences
from detcore.config.sections import ExperimentConfig
from detcore.config.structuring.fields import fields_of
from detcore.errors import DetcoreError, PluginError
from detcore.plugins import Implementation, Registry
from detcore.specs import Problem

__all__ = ["configured", "problems_of_plugins"]


def configured(sections: Mapping[str, Any], registry: Registry) -> tuple[dict[str, Any], list[str]]:
    """The tables of an experiment as plugins want them, each asked about what the one before it has left.

    And one line for each setting that was changed: no value changes in silence.

    Raises:
        PluginError: a plugin fails, or returns something else than an experiment.
    """
    experiment, notices = ExperimentConfig(**sections), []
    for implementation in registry.hooks.of("detcore_configure"):
        changed = _experiment(implementation(experiment=experiment), experiment, implementation)
        found = differences(experiment, changed, registry=registry)
        notices += [f"{implementation.component.id} changes {difference}" for difference in found]
        experiment = changed
    return {name: getattr(experiment, name) for name in fields_of(ExperimentConfig)}, notices


def problems_of_plugins(sections: Mapping[str, Any], registry: Registry) -> list[Problem]:
    """What the plugins find in an experiment.

    Raises:
        PluginError: one fails, or returns something else than problems.
    """
    experiment = ExperimentConfig(**sections)
    found = []
    for implementation in registry.hooks.of("detcore_check_config"):
        found += _problems(implementation, experiment)
    return found


def _experiment(returned: object, before: ExperimentConfig, implementation: Implementation) -> ExperimentConfig:
    if returned is None:
        return before
    if not isinstance(returned, ExperimentConfig):
        raise PluginError(f"{implementation.place} must return an ExperimentConfig or None, found {returned!r:.80}")
    if returned.plugins != before.plugins:
        raise PluginError(f"{implementation.place} changes [plugins], by which it was chosen itself")
    return returned


def _problems(implementation: Implementation, experiment: ExperimentConfig) -> list[Problem]:
    try:
        with implementation.guarded():  # it may be a generator, whose code runs while it is read
            found: Iterable[object] | None = implementation(experiment=experiment)
            problems = list(found or ())
    except PluginError:
        raise
    except DetcoreError as error:
        return [Problem(str(error))]
    if strange := [each for each in problems if not isinstance(each, Problem)]:
        raise PluginError(f"{implementation.place} must return detcore.specs.Problem objects, found {strange[0]!r:.80}")
    return [each for each in problems if isinstance(each, Problem)]
