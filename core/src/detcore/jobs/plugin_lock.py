"""Which components a run is made of, and which versions of what distributions they come from."""

from detcore import __version__
from detcore.config import ExperimentConfig
from detcore.config.components import components_in
from detcore.plugins import REGISTERED, Component, Registry
from detcore.training import JSONValue

__all__ = ["component_versions", "plugin_lock"]


def plugin_lock(experiment: ExperimentConfig, registry: Registry) -> JSONValue:
    """Distributions with versions, components by full id, digests of local files; the same wherever it is made."""
    components = components_of(experiment, registry)
    distributions = {"det-core": __version__} | {
        each.distribution: each.version for each in components if each.version and each.location != REGISTERED
    }
    lock: dict[str, JSONValue] = {
        "distributions": dict(sorted(distributions.items())),
        "components": [component.full_id for component in components],
    }
    if registry.local_files:
        lock["local"] = {file.path.name: file.digest for _, file in sorted(registry.local_files.items())}
    return lock


def components_of(experiment: ExperimentConfig, registry: Registry) -> list[Component]:
    """Every component that the experiment names, sorted by full id."""
    found = {registry.component_of(type(config)) for _, config in components_in(experiment)}
    return sorted(found, key=lambda component: component.full_id)


def component_versions(experiment: ExperimentConfig, registry: Registry) -> dict[str, str]:
    """Full id to version."""
    return {component.full_id: component.version for component in components_of(experiment, registry)}
