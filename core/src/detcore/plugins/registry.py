"""Names to components, and config classes back to names."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from detcore.errors import ConfigError, PluginError, UnknownComponentError
from detcore.plugins.active_hooks import ActiveHooks
from detcore.plugins.component import REGISTERED, Component
from detcore.plugins.first_party import FIRST_PARTY
from detcore.plugins.groups import HOOKS_GROUP, kind_of
from detcore.plugins.guard import guarded, hook_plugin, load_object
from detcore.plugins.metadata import normalised
from detcore.plugins.suggestions import did_you_mean
from detcore.plugins.surveying import Row, judged
from detcore.plugins.versions import requirement_on, satisfies

if TYPE_CHECKING:
    import pluggy

    from detcore.plugins.local_files import LocalFile

__all__ = ["LOCAL", "Registry"]

LOCAL = "local"
"""Distribution name of components declared at run time."""

_USABLE = ("ok", "shadowed", "ambiguous")


class Registry:
    """Components by kind and name. Holds what it is given; nothing is imported before it is asked for.

    >>> Registry().names("detcore.backbones")
    []
    """

    def __init__(
        self,
        rows: Iterable[Row] = (),
        *,
        first_party: Mapping[tuple[str, str], str] = FIRST_PARTY,
        prefer: Mapping[str, str] | None = None,
    ) -> None:
        self._first_party = first_party
        self._prefer = dict(prefer or {})
        self._rows = judged(rows, first_party=first_party, prefer=self._prefer)
        self._classes: dict[Component, type] = {}
        self._plugins: dict[Component, object] = {}
        self._denied: frozenset[Component] = frozenset()
        self._manager: pluggy.PluginManager | None = None
        self.local_files: dict[str, LocalFile] = {}
        """A user's own files that were executed, by their module's name."""

        self.hooks = ActiveHooks()
        """Those of the plugins that were activated."""

    @property
    def rows(self) -> Sequence[Row]:
        """Every entry point and what became of it, by kind, distribution and name."""
        return tuple(self._rows)

    def add(self, name: str, config_class: type, *, distribution: str = LOCAL, version: str = "") -> Component:
        """Declare a config class at run time; its group is the class's own.

        Raises:
            PluginError: the class has no ``group``, so nothing could ever ask for it.
        """
        target = f"{config_class.__module__}:{config_class.__qualname__}"
        component = Component(
            group=str(getattr(config_class, "group", "")),
            name=name,
            distribution=normalised(distribution),
            version=version,
            target=target,
            location=REGISTERED,
        )
        if not component.group:
            raise PluginError(f"{target} cannot be registered as {name!r}: it is not a config class of any interface")
        self._classes[component] = config_class
        kept = [row for row in self._rows if row.component != component]
        self._judge([*kept, Row(component, "ok", "")])
        return component

    def register(self, plugin: object, *, distribution: str = LOCAL, version: str = "") -> None:
        """Declare what a plugin's ``detcore_components`` hook returns, as components of a distribution.

        Where it implements other hooks too, ``[plugins] hooks`` can list it, under the name of its module or class.

        Raises:
            PluginError: a function of it is marked as a hook and cannot be one.
        """
        from detcore.plugins.implementations import offered_hooks

        offered = offered_hooks(plugin, normalised(distribution), version, location=REGISTERED)
        self._declare(plugin, distribution=distribution, version=version)
        if offered is not None:
            self._plugins[offered] = plugin
            self._judge([row for row in self._rows if row.component != offered] + [Row(offered, "ok", "")])

    def register_file(self, path: Path) -> None:
        """Execute a user's own file, and declare what it offers; one that was declared before is read again.

        Raises:
            ConfigError: it cannot be read, its name cannot be a module's, or it offers nothing.
            PluginError: it fails, or a function of it is marked as a hook and cannot be one.
        """
        from detcore.plugins.local_files import executed, read_local_file

        file = read_local_file(path)
        self.forget_file(file.module)
        with executed(file) as module:
            before = set(self._rows)
            self.register(module, version=file.version)
            if before.issuperset(self._rows):
                raise ConfigError(
                    f"{path}: offers nothing: it needs a function detcore_components, or another hook, "
                    "marked with detcore.plugins.hookimpl"
                )
        self.local_files[file.module] = file

    def forget_file(self, module: str) -> None:
        """Undo :meth:`register_file`; nothing where none of that name was declared."""
        if self.local_files.pop(module, None) is not None:
            self.unregister(sys.modules.pop(module))

    def _declare(self, plugin: object, *, distribution: str, version: str) -> None:
        from detcore.plugins.hooks import new_plugin_manager

        self._manager = self._manager or new_plugin_manager()
        self._manager.register(plugin)
        for name, config_class in _declared_by(plugin, self._manager).items():
            self.add(name, config_class, distribution=distribution, version=version)

    def activate(self, name: str) -> None:
        """Register the hook plugin that an entry point of ``detcore.hooks`` names.

        Raises:
            UnknownComponentError: there is none of that name.
            PluginError: it cannot be imported, a hook of it is none, or the one for components fails.
        """
        component = self.resolve(HOOKS_GROUP, name)
        plugin = self._plugins.get(component) or hook_plugin(component)
        self.hooks.add(component, plugin)
        with guarded(component, "declaring its components"):
            self._declare(plugin, distribution=component.distribution, version=component.version)

    def unregister(self, plugin: object) -> None:
        """Forget a registered plugin and its components."""
        if self._manager is None or not self._manager.is_registered(plugin):
            return
        names = _declared_by(plugin, self._manager)
        self._manager.unregister(plugin)
        gone = {
            component
            for component, found in self._classes.items()
            if component.location == REGISTERED and found is names.get(component.name)
        } | {component for component, found in self._plugins.items() if found is plugin}
        self._judge([row for row in self._rows if row.component not in gone])
        self._classes = {component: found for component, found in self._classes.items() if component not in gone}
        self._plugins = {component: found for component, found in self._plugins.items() if component not in gone}

    def restricted(
        self, *, allow: Sequence[str] = (), deny: Sequence[str] = (), prefer: Mapping[str, str] | None = None
    ) -> "Registry":
        """The same components, without those whose distribution is not allowed.

        Core itself always is, and so is what was declared at run time, unless ``deny`` says otherwise.
        """
        denied = frozenset(row.component for row in self._rows if _is_denied(row.component.distribution, allow, deny))
        rows = [row for row in self._rows if row.component not in denied]
        registry = Registry(rows, first_party=self._first_party, prefer=prefer)
        registry._classes = dict(self._classes)
        registry._plugins = dict(self._plugins)
        registry.local_files = dict(self.local_files)
        registry._denied = denied
        return registry

    def unmet(self, requirements: Iterable[str]) -> list[str]:
        """One sentence for each of ``"det-plugin-x>=0.1"`` that no installed plugin satisfies."""
        versions = {row.component.distribution: row.component.version for row in self._rows}
        return [text for requirement in requirements if (text := _unmet(requirement, versions))]

    def names(self, group: str) -> list[str]:
        """Short names that can be used in a group."""
        return sorted(row.component.name for row in self._rows if row.component.group == group and row.status == "ok")

    def resolve(self, group: str, name: str) -> Component:
        """The component that ``name``, ``distribution/name`` or ``kind:distribution/name`` stands for in a group.

        Raises:
            UnknownComponentError: nothing, or more than one, answers to that name; says what to write or install.
        """
        kind, _, short = name.rpartition(":")
        if kind in ("", group, kind_of(group)):
            for row in self._rows:
                if row.component.group == group and row.status in _USABLE and _answers(row, short):
                    return row.component
        raise UnknownComponentError(self._unknown(group, kind, short))

    def find(self, name: str) -> list[Component]:
        """Every usable component that a name could mean, of whatever kind; all those of a distribution.

        Raises:
            UnknownComponentError: there is none; names the nearest one.
        """
        kind, _, short = name.rpartition(":")
        usable = [
            row for row in self._rows if row.status in _USABLE and kind in ("", row.component.kind, row.component.group)
        ]
        found = [row.component for row in usable if short in _words_for(row.component)]
        if not found:
            known = {word for row in usable for word in _words_for(row.component)}
            raise UnknownComponentError(f"no installed plugin offers {name!r}{did_you_mean(short, known)}")
        return found

    def load(self, component: Component, base: type) -> type:
        """The component's config class, imported now.

        Raises:
            PluginError: the module fails to import, or what it holds is no ``base``.
        """
        if component not in self._classes:
            found = load_object(component)
            with guarded(component, "being checked"):
                _check_class(found, component, base)
            assert isinstance(found, type), "just checked"
            self._classes[component] = found
        loaded = self._classes[component]
        if not issubclass(loaded, base):
            raise PluginError(f"{component.full_id} ({component.target}) is no {base.__name__}")
        return loaded

    def component_of(self, config_class: type) -> Component:
        """The component whose config class this is.

        Raises:
            UnknownComponentError: no installed or registered plugin offers the class.
        """
        for component, found in self._classes.items():
            if found is config_class:
                return component
        target = f"{config_class.__module__}:{config_class.__qualname__}"
        for row in self._rows:
            if row.status in _USABLE and row.component.target == target:
                return row.component
        raise UnknownComponentError(
            f"{target} is offered by no installed plugin, so a config file cannot name it; "
            "declare it with detcore.plugins.register"
        )

    def _judge(self, rows: Iterable[Row]) -> None:
        self._rows = judged(rows, first_party=self._first_party, prefer=self._prefer)

    def _unknown(self, group: str, kind: str, name: str) -> str:
        """What is wrong with a name, and the next step."""
        kind_here = kind_of(group)
        if kind not in ("", group, kind_here):
            return f"{kind}:{name} is one of the {kind}, but here one of the {kind_here} is wanted"
        namesakes = [row for row in self._rows if name in (row.component.name, row.component.id)]
        here = [row for row in namesakes if row.component.group == group]
        if ambiguous := [row.component for row in here if row.status == "ambiguous"]:
            return _ambiguity(name, ambiguous)
        if here:
            return f"{here[0].component.id} cannot be used: {here[0].reason}"
        return f"no {name!r} among {kind_here}" + (
            self._denial(group, name)
            or _lost_file(name)
            or self._other_kinds(namesakes)
            or self._to_install(group, name)
            or did_you_mean(name, self.names(group))
            or _offer(self.names(group))
        )

    def _denial(self, group: str, name: str) -> str:
        for component in sorted(self._denied):
            if component.group == group and name in (component.name, component.id):
                return f": {component.distribution} offers it, but [plugins] allow/deny leaves that out"
        return ""

    def _other_kinds(self, namesakes: Sequence[Row]) -> str:
        kinds = sorted({row.component.kind for row in namesakes})
        return f"; it is found among {' and '.join(kinds)}" if kinds else ""

    def _to_install(self, group: str, name: str) -> str:
        owner = self._first_party.get((group, name.rpartition("/")[2]))
        installed = {row.component.distribution for row in self._rows}
        if owner is None or owner in installed or name.rpartition("/")[0] not in ("", owner):
            return ""
        return f" is installed; it comes with {owner}: pip install {owner}"


def _lost_file(name: str) -> str:
    if not name.startswith(f"{LOCAL}/"):
        return ""
    return "; it came from a user's own file: give that with --local FILE (a run keeps a copy in its folder 'local')"


def _declared_by(plugin: object, manager: "pluggy.PluginManager") -> dict[str, type]:
    declared: dict[str, type] = {}
    for implementation in manager.hook.detcore_components.get_hookimpls():
        if implementation.plugin is plugin:
            declared.update(cast(Mapping[str, type], implementation.function()))
    return declared


def _answers(row: Row, name: str) -> bool:
    return name == row.component.id or (name == row.component.name and row.status == "ok")


def _words_for(component: Component) -> tuple[str, str, str]:
    return component.name, component.distribution, component.id


def _ambiguity(name: str, claimants: Sequence[Component]) -> str:
    owners = " and ".join(component.id for component in claimants)
    first = claimants[0]
    return (
        f"{name!r} is offered by {owners}; write one of these in full, "
        f'or under [plugins]: prefer = {{ "{first.kind}.{name}" = "{first.distribution}" }}'
    )


def _offer(names: Sequence[str]) -> str:
    return f"; there is {', '.join(map(repr, names))}" if names else "; nothing installed offers any"


def _is_denied(distribution: str, allow: Sequence[str], deny: Sequence[str]) -> bool:
    from fnmatch import fnmatchcase

    if distribution == "det-core":
        return False
    allowed = not allow or distribution == LOCAL or any(fnmatchcase(distribution, pattern) for pattern in allow)
    return not allowed or any(fnmatchcase(distribution, pattern) for pattern in deny)


def _unmet(requirement: str, versions: Mapping[str, str]) -> str:
    parsed = requirement_on(requirement)
    if parsed is None:
        return f"{requirement!r} is not a distribution with versions, such as 'det-plugin-maskrcnn>=0.1'"
    name, clauses = normalised(parsed[0]), parsed[1]
    if name not in versions:
        return f"{name} is not installed: pip install '{requirement}'"
    try:
        fits = satisfies(versions[name], clauses)
    except ValueError as error:
        return f"{requirement!r}: {error}"
    return "" if fits else f"needs {requirement}, but {versions[name]} is installed"


def _check_class(found: object, component: Component, base: type) -> None:
    if not isinstance(found, type) or not issubclass(found, base):
        raise TypeError(f"{component.target} must be a subclass of {base.__name__}, found {found!r}")
    group = getattr(found, "group", component.group)
    if group != component.group:
        raise TypeError(f"{component.target} belongs in the group {group}, not in {component.group}")
