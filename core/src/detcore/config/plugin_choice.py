"""What a config's ``[plugins]`` table chooses, and whether its names mean anything that is installed."""

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from detcore.config.sections import PluginsConfig
from detcore.config.text.nodes import Node, Path, nearest
from detcore.config.text.problems import Finding
from detcore.plugins import Component, Registry, did_you_mean

__all__ = ["idle_choices", "registry_chosen_by"]


def registry_chosen_by(plugins: PluginsConfig, registry: Registry) -> Registry:
    """The components that a config may use, those of its hook plugins among them.

    Raises:
        UnknownComponentError: no hook plugin of a name is installed.
        PluginError: a hook plugin is broken.
    """
    chosen = registry.restricted(allow=plugins.allow, deny=plugins.deny, prefer=plugins.prefer)
    for name in plugins.hooks:
        chosen.activate(name)
    return chosen


def idle_choices(root: Node, plugins: PluginsConfig, registry: Registry) -> list[Finding]:
    """One finding for each entry of ``allow``, ``deny`` and ``prefer`` that chooses nothing: most often a slip."""
    components = [row.component for row in registry.rows]
    distributions = {component.distribution for component in components}
    found = [
        *_idle_patterns(plugins.allow, ("plugins", "allow"), distributions),
        *_idle_patterns(plugins.deny, ("plugins", "deny"), distributions),
        *_idle_preferences(plugins.prefer, components),
    ]
    return [Finding(nearest(root, path).origin, path, message) for path, message in found]


def _idle_patterns(patterns: Sequence[str], path: Path, distributions: set[str]) -> Iterator[tuple[Path, str]]:
    for index, pattern in enumerate(patterns):
        if not any(fnmatchcase(distribution, pattern) for distribution in distributions):
            yield (*path, index), f"{pattern!r} matches no installed plugin{did_you_mean(pattern, distributions)}"


def _idle_preferences(prefer: Mapping[str, str], components: Sequence[Component]) -> Iterator[tuple[Path, str]]:
    owners: dict[str, set[str]] = {}
    for component in components:
        owners.setdefault(f"{component.kind}.{component.name}", set()).add(component.distribution)
    for name, distribution in prefer.items():
        path = ("plugins", "prefer", name)
        if name not in owners:
            yield path, f"no installed plugin offers {name!r}{did_you_mean(name, owners)}"
        elif distribution not in owners[name]:
            there = " and ".join(sorted(owners[name]))
            yield path, f"{distribution!r} does not offer {name!r}; {there} does"
