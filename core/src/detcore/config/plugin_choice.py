"""What a config's ``[plugins]`` table chooses, and whether its names mean anything that is installed."""

from collections.abc import Collection, Iterable

from attrs import frozen

from detcore.config.sections import PluginsConfig
from detcore.config.structuring.gathering import UnreadableError
from detcore.config.structuring.structurer import Structurer
from detcore.config.text.nodes import Node, Path, at, nearest
from detcore.config.text.problems import Finding, raise_all
from detcore.errors import UnknownComponentError
from detcore.plugins import Choice, Registry, Row
from detcore.plugins.component import USABLE, answers_to
from detcore.plugins.groups import HOOKS_GROUP

__all__ = ["Chosen", "allowed_in", "chosen_in", "registry_chosen_by", "rows_in"]


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


def allowed_in(root: Node, registry: Registry) -> Registry:
    """The registry that ``allow``, ``deny`` and ``prefer`` of a config leave; no hook plugin is imported."""
    plugins = _read(root, registry)
    return registry if plugins is None else _restricted(registry, plugins)


@frozen
class Chosen:
    """What a config's ``[plugins]`` table leaves."""

    registry: Registry
    refused: list[Finding]
    """What is wrong with the table."""

    doubted: list[Finding]
    """What in it has no effect, and may be a slip."""


def rows_in(root: Node, registry: Registry) -> list[Row]:
    """What becomes of every entry point under a config: as :func:`allowed_in`, unlisted hook plugins inactive."""
    plugins = _read(root, registry)
    listed = plugins.hooks if plugins else ()
    return [_inactive(row) if _is_unlisted(row, listed) else row for row in allowed_in(root, registry).rows]


def _is_unlisted(row: Row, listed: Collection[str]) -> bool:
    is_hook_plugin = row.component.group == HOOKS_GROUP and row.status in USABLE
    return is_hook_plugin and not any(answers_to(row, name.rpartition(":")[2]) for name in listed)


def _inactive(row: Row) -> Row:
    name = row.component.name if row.status == "ok" else row.component.id
    reason = f"hooks under [plugins] does not list it; list it with plugins.hooks+={name}"
    return row._replace(status="inactive", reason=reason, why="hooks of [plugins]")


def chosen_in(root: Node, registry: Registry, *, check_choice: bool) -> Chosen:
    """The registry that a config's ``[plugins]`` table leaves, and what there is to say of that table.

    What ``allow``, ``deny`` and ``prefer`` name may have been uninstalled since a run was stored: that is only checked
    where asked for.

    Raises:
        ConfigError: a distribution that the config requires is not there; said alone, before anything is imported that
            might fail for that reason.
        PluginError: a hook plugin is broken.
    """
    plugins = _read(root, registry)
    if plugins is None:
        return Chosen(registry, [], [])
    chosen = _restricted(registry, plugins)
    raise_all(_found(root, ("plugins", "require", index), text) for index, text in chosen.unmet(plugins.require))
    refused = _told(root, registry.idle(_choice(plugins))) if check_choice else []
    doubted = _told(root, registry.doubtful(_choice(plugins))) if check_choice else []
    for index, name in enumerate(plugins.hooks):
        path = ("plugins", "hooks", index)
        try:
            chosen.activate(name)
        except UnknownComponentError as error:
            refused.append(Finding(nearest(root, path).origin, path, str(error), is_unknown_component=True))
    return Chosen(chosen, refused, doubted)


def _read(root: Node, registry: Registry) -> PluginsConfig | None:
    """The ``[plugins]`` table, where there is one that can be read."""
    node = at(root, ("plugins",))
    if node is None:
        return None
    try:
        plugins: PluginsConfig = Structurer(registry).read(node, PluginsConfig, ("plugins",))
    except UnreadableError:  # will be reported with everything else
        return None
    return plugins


def _restricted(registry: Registry, plugins: PluginsConfig) -> Registry:
    return registry.restricted(allow=plugins.allow, deny=plugins.deny, prefer=plugins.prefer)


def _choice(plugins: PluginsConfig) -> Choice:
    return Choice("[plugins]", plugins.allow, plugins.deny, tuple(plugins.prefer.items()))


def _told(root: Node, found: Iterable[tuple[Path, str]]) -> list[Finding]:
    """One finding for each entry of ``allow``, ``deny`` and ``prefer`` that chooses nothing: most often a slip."""
    return [_found(root, ("plugins", *key), text) for key, text in found]


def _found(root: Node, path: Path, message: str) -> Finding:
    return Finding(nearest(root, path).origin, path, message)
