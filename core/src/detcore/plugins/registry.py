"""Names to components, and config classes back to names."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from detcore.errors import ConfigError, PluginError, UnknownComponentError
from detcore.plugins.active_hooks import ActiveHooks
from detcore.plugins.choices import Choice
from detcore.plugins.component import LOCAL, REGISTERED, USABLE, Component, Row, answers_to
from detcore.plugins.declarations import check_class, declared_by
from detcore.plugins.distribution import normalised
from detcore.plugins.first_party import FIRST_PARTY
from detcore.plugins.groups import HOOKS_GROUP, kind_of
from detcore.plugins.guard import guarded, hook_plugin, load_object
from detcore.plugins.idle_choices import Idle, doubtful, idle
from detcore.plugins.sharing import judged
from detcore.plugins.suggestions import did_you_mean, nearest_word

if TYPE_CHECKING:
    from pathlib import Path

    import pluggy

    from detcore.plugins.local_files import LocalFile

__all__ = ["Registry"]


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
        choices: Sequence[Choice] = (),
    ) -> None:
        """``choices`` come in their order of precedence."""
        self._first_party = first_party
        self._choices = tuple(choices)
        self._rows = judged(rows, first_party=first_party, choices=self._choices)
        self._classes: dict[Component, type] = {}
        self._plugins: dict[Component, object] = {}
        self._manager: pluggy.PluginManager | None = None
        self._declared: dict[int, Mapping[str, type]] = {}
        self.local_files: dict[str, LocalFile] = {}
        """A user's own files that were executed, by their module's name."""

        self.records: tuple[Path, ...] = ()
        """Of earlier runs: they know what names have meant that mean nothing here."""

        self.hooks = ActiveHooks()
        """Those of the plugins that were activated."""

    @property
    def rows(self) -> Sequence[Row]:
        """Every entry point and what became of it, by kind, distribution and name."""
        return tuple(self._rows)

    def add(self, name: str, config_class: type, *, distribution: str = LOCAL, version: str = "") -> Component:
        """Declare a config class at run time; its group is the class's own.

        Raises:
            PluginError: the class has no ``group``, so nothing could ever ask for it; or another class has its id.
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
        if other := self._namesake(component):
            if (self._classes.get(other) or load_object(other)) is config_class:  # an entry point may name a re-export
                return other
            raise _told_twice(component, other)
        self._classes[component] = config_class
        kept = [row for row in self._rows if row.component != component]
        self._judge([*kept, Row(component, "ok", "")])
        return component

    def _namesake(self, component: Component) -> Component | None:
        """What has the same id and another target: whichever came first in a list would be used without a word."""
        usable = (row.component for row in self._rows if row.status in USABLE)
        others = (each for each in usable if (each.group, each.id) == (component.group, component.id))
        return next((each for each in others if each.target != component.target), None)

    def register(self, plugin: object, *, distribution: str = LOCAL, version: str = "") -> None:
        """Declare what a plugin's ``detcore_components`` hook returns, as components of a distribution.

        Where it implements other hooks too, ``[plugins] hooks`` can list it, under the name of its module or class.

        Registered once more, as by a notebook's cell that is run again, it takes its own place.

        Raises:
            PluginError: a function of it is marked as a hook and cannot be one, the one for components fails, or
                something else has a name of it.
        """
        from detcore.plugins.implementations import offers_hooks, registered_as

        component = registered_as(plugin, normalised(distribution), version, location=REGISTERED)
        is_listable = offers_hooks(component, plugin)
        self.unregister(plugin)
        if is_listable and (other := self._namesake(component)):
            raise _told_twice(component, other)
        self._declare(plugin, component if is_listable else component._replace(group=""))
        if is_listable:
            self._plugins[component] = plugin
            self._judge([row for row in self._rows if row.component != component] + [Row(component, "ok", "")])

    def register_file(self, path: "Path") -> None:
        """Execute a user's own file, and declare what it offers; one that was declared before is read again.

        Raises:
            ConfigError: it cannot be read, its name cannot be a module's or is that of another file, or it offers
                nothing.
            PluginError: it fails, or a function of it is marked as a hook and cannot be one.
        """
        from detcore.plugins.local_files import executed, read_local_file, refuse_name_of_missing, same_as_earlier

        file = read_local_file(path)
        file = same_as_earlier(file, self.local_files.get(file.module))
        refuse_name_of_missing(file, (row.component for row in self._rows))
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

    def unlisted_files(self) -> "list[tuple[LocalFile, str]]":
        """Users' own files with hooks that have not been activated, each with the name that would list it."""
        names = {row.component: row.component.name if row.status == "ok" else row.component.id for row in self._rows}
        return [
            (self.local_files[component.target], names[component])
            for component, plugin in self._plugins.items()
            if component.target in self.local_files and not self.hooks.holds(plugin)
        ]

    def forget_file(self, module: str) -> None:
        """Undo :meth:`register_file`; nothing where none of that name was declared."""
        if self.local_files.pop(module, None) is not None:
            self.unregister(sys.modules.pop(module))

    def _declare(self, plugin: object, component: Component) -> None:
        """Components of a plugin that is not registered; nothing of them stays where it fails."""
        from detcore.plugins.hooks import new_plugin_manager

        self._manager = self._manager or new_plugin_manager()
        self._manager.register(plugin, name=str(id(plugin)))  # a class that is defined again has its name again
        try:
            declared = self._declared[id(plugin)] = declared_by(plugin, self._manager, component)
            for name, config_class in declared.items():
                self.add(name, config_class, distribution=component.distribution, version=component.version)
        except BaseException:
            self.unregister(plugin)
            raise

    def _is_registered(self, plugin: object) -> bool:
        return self._manager is not None and self._manager.is_registered(plugin)

    def activate(self, name: str) -> None:
        """Register the hook plugin that an entry point of ``detcore.hooks`` names.

        Raises:
            UnknownComponentError: there is none of that name.
            PluginError: it cannot be imported, a hook of it is none, or the one for components fails.
        """
        component = self.resolve(HOOKS_GROUP, name)
        plugin = self._plugins[component] if component in self._plugins else hook_plugin(component)
        self.hooks.add(component, plugin)
        if not self._is_registered(plugin):  # two entry points may name one object
            self._declare(plugin, component)

    def unregister(self, plugin: object) -> None:
        """Forget a registered plugin and its components."""
        if self._manager is None or not self._is_registered(plugin):
            return
        names = self._declared.pop(id(plugin), {})
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
        self,
        *,
        allow: Sequence[str] = (),
        deny: Sequence[str] = (),
        prefer: Mapping[str, str] | None = None,
        source: str = "[plugins]",
    ) -> "Registry":
        """The same components, with a further choice made about them, which gives way to those made before.

        Core itself is always allowed, and so is what was declared at run time, unless ``deny`` says otherwise.
        """
        choice = Choice(source, tuple(allow), tuple(deny), tuple((prefer or {}).items()))
        registry = Registry(self._rows, first_party=self._first_party, choices=(*self._choices, choice))
        registry._classes = dict(self._classes)
        registry._plugins = dict(self._plugins)
        registry.records = self.records
        registry.local_files = dict(self.local_files)
        return registry

    def recalling(self, record: "Path") -> "Registry":
        """The same components; of a name that means none of them, what a record says of it is told.

        The record, a ``plugins.lock.json``, is only then read, and need not be there.
        """
        registry = self.restricted()
        registry.records = (*self.records, record)
        return registry

    def idle(self, choice: Choice) -> list[Idle]:
        """Each entry of a choice that decides nothing and has to."""
        return idle(choice, self._rows, self._first_party)

    def doubtful(self, choice: Choice) -> list[Idle]:
        """Each entry of a choice that decides nothing, and may be meant for another machine or be a slip."""
        return doubtful(choice, self._rows, self._first_party)

    def refuse_idle(self, choice: Choice) -> None:
        """Let a choice be about something.

        Raises:
            UnknownComponentError: one of its entries decides nothing and has to.
        """
        if told := self.idle(choice):
            raise UnknownComponentError("\n".join(f"{choice.source}: {key}: {text}" for (key, _), text in told))

    def unmet(self, requirements: Iterable[str]) -> list[tuple[int, str]]:
        """Position of, and a sentence about, each of ``"det-plugin-x>=0.1"`` that no usable distribution satisfies."""
        from detcore.plugins.requirements import unmet_requirements  # most configs require nothing

        return unmet_requirements(requirements, self._rows) if requirements else []

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
                if row.component.group == group and row.status in USABLE and answers_to(row, short):
                    return row.component
        from detcore.plugins.unknown_names import told_of_unknown  # only ever needed for a mistake

        raise UnknownComponentError(told_of_unknown(group, name, self._rows, self._first_party, records=self.records))

    def rows_of(self, name: str) -> list[Row]:
        """Everything that a name could mean, of whatever kind and usable or not; all that a distribution offers.

        Raises:
            UnknownComponentError: there is none; names the nearest one.
        """
        found = [row for row in self._rows if name in _words_for(row.component)]
        if not found:
            raise UnknownComponentError(f"no installed plugin offers {name!r}{_suggestion(name, self._rows)}")
        return found

    def load(self, component: Component, base: type) -> type:
        """The component's config class, imported now.

        Raises:
            PluginError: the module fails to import, or what it holds is no ``base``.
        """
        if component not in self._classes:
            found = load_object(component)
            with guarded(component, "being checked"):
                check_class(found, component, base)
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
        usable = [row.component for row in self._rows if row.status in USABLE]
        for component in usable:
            if component.target == target:
                return component
        from detcore.plugins.loaded_objects import names_class  # only for a class that another module hands on

        for component in usable:
            if names_class(component.target, config_class):
                return component
        raise UnknownComponentError(
            f"{target} is offered by no installed plugin, so a config file cannot name it; "
            "declare it with detcore.plugins.register"
        )

    def _judge(self, rows: Iterable[Row]) -> None:
        self._rows = judged(rows, first_party=self._first_party, choices=self._choices)


def _told_twice(component: Component, other: Component) -> PluginError:
    return PluginError(
        f"{component.full_id} is declared twice, as {other.target} and as {component.target}; "
        "give one of them another name"
    )


def _suggestion(name: str, rows: Iterable[Row]) -> str:
    """What stands behind a kind is compared with names of that kind: a long one would make all of them look alike."""
    components = [row.component for row in rows]
    kind, _, short = name.rpartition(":")
    of_kind = [each for each in components if kind and kind in (each.kind, each.group)]
    if of_kind:
        near = nearest_word(short, [word for each in of_kind for word in (each.name, each.id)])
        return f"; did you mean {f'{kind}:{near}'!r}?" if near else ""
    return did_you_mean(name, {word for each in components for word in _words_for(each) if word})


def _words_for(component: Component) -> tuple[str, ...]:
    in_group = f"{component.group}:{component.id}"
    short = f"{component.kind}:{component.name}" if component.name else ""
    return short, component.name, component.distribution, component.id, component.full_id, in_group
