"""What a config's ``[plugins]`` table chooses, and whether its names mean anything that is installed."""

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from detcore.config.sections import PluginsConfig
from detcore.config.structuring.gathering import UnreadableError
from detcore.config.structuring.structurer import Structurer
from detcore.config.text.nodes import Node, Path, at, nearest
from detcore.config.text.problems import Finding
from detcore.errors import UnknownComponentError
from detcore.plugins import Component, Registry, did_you_mean

__all__ = ["chosen_in", "registry_chosen_by"]


def registry_chosen_by(plugins: PluginsConfig, registry: Registry) -> Registry:
    """The components that a config may use, those of its hook plugins among them.

    Raises:
        UnknownComponentError: no hook plugin of a name is installed.
        PluginError: a hook plugin is broken.
    """
    chosen = _restricted(registry, plugins)
    for name in plugins.hooks:
        chosen.activate(name)
    return chosen


def chosen_in(root: Node, registry: Registry, *, check_choice: bool) -> tuple[Registry, list[Finding]]:
    """The registry that a config's ``[plugins]`` table leaves, and what is wrong with that table.

    What ``allow``, ``deny`` and ``prefer`` name may have been uninstalled since a run was stored: that is only checked
    where asked for.

    Raises:
        PluginError: a hook plugin is broken.
    """
    node = at(root, ("plugins",))
    if node is None:
        return registry, []
    try:
        plugins: PluginsConfig = Structurer(registry).read(node, PluginsConfig, ("plugins",))
    except UnreadableError:  # will be reported with everything else
        return registry, []
    where = at(node, ("require",)) or node
    refused = [Finding(where.origin, ("plugins", "require"), text) for text in registry.unmet(plugins.require)]
    refused += _idle_choices(root, plugins, registry) if check_choice else []
    chosen = _restricted(registry, plugins)
    for index, name in enumerate(plugins.hooks):
        path = ("plugins", "hooks", index)
        try:
            chosen.activate(name)
        except UnknownComponentError as error:
            refused.append(Finding(nearest(root, path).origin, path, str(error), is_unknown_component=True))
    return chosen, refused


def _restricted(registry: Registry, plugins: PluginsConfig) -> Registry:
    return registry.restricted(allow=plugins.allow, deny=plugins.deny, prefer=plugins.prefer)


def _idle_choices(root: Node, plugins: PluginsConfig, registry: Registry) -> list[Finding]:
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
