"""The lock record of an experiment: which components it is made of, and where they come from."""

import json
import os
from typing import Any

from detcore.config.components import components_in
from detcore.config.sections import ExperimentConfig
from detcore.config.sources import record_at
from detcore.errors import ConfigError
from detcore.plugins import Component, Registry
from detcore.plugins.groups import HOOKS_GROUP
from detcore.plugins.lock import drift, lock_of, read_lock

__all__ = ["component_versions", "lock_text", "plugin_lock", "refuse_drift"]


def plugin_lock(experiment: ExperimentConfig, registry: Registry) -> dict[str, Any]:
    """The record; the same whenever and wherever it is made of the same distributions."""
    executed = {module: file.digest for module, file in registry.local_files.items()}
    return lock_of(_components_of(experiment, registry), _hooks_of(experiment, registry), executed=executed)


def lock_text(lock: dict[str, Any]) -> str:
    """The record as files hold it."""
    return json.dumps(lock, indent=2, ensure_ascii=False) + "\n"


def refuse_drift(path: str | os.PathLike[str], experiment: ExperimentConfig, registry: Registry) -> None:
    """Let the experiment be made of exactly what a stored record says: a file, or that of a run's folder.

    Raises:
        ConfigError: something differs, all of which is named; or there is no record.
    """
    record = record_at(path)
    differences = drift(read_lock(record), plugin_lock(experiment, registry))
    if differences:
        lines = "\n".join(f"  {line}" for line in differences)
        raise ConfigError(
            f"{record}: not what is here; install what the record names, or replace it with "
            f"detcore plugins lock CONFIG --output FILE --force:\n{lines}"
        )


def component_versions(experiment: ExperimentConfig, registry: Registry) -> dict[str, str]:
    """Full id to version, of every component and of every hook plugin listed."""
    used = [*_components_of(experiment, registry), *_hooks_of(experiment, registry)]
    return {component.full_id: component.version for component in used}


def _hooks_of(experiment: ExperimentConfig, registry: Registry) -> list[Component]:
    """The hook plugins, in the order in which they are called: once, also where two names mean one of them."""
    return list(dict.fromkeys(registry.resolve(HOOKS_GROUP, name) for name in experiment.plugins.hooks))


def _components_of(experiment: ExperimentConfig, registry: Registry) -> list[Component]:
    """Every component that the experiment names, sorted by full id."""
    found = {registry.component_of(type(config)) for _, config in components_in(experiment)}
    return sorted(found, key=lambda component: component.full_id)
