"""Which distributions a config needs, told from the names in it: nothing is imported, nothing need be installed."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path as FilePath

from attrs import frozen

from detcore.config.layering.merging import read_chain
from detcore.config.plugin_choice import allowed_in
from detcore.config.source_classes import Sources
from detcore.config.sources import stored_file, with_record
from detcore.config.text.nodes import Node, Path, at, children, nearest, walked
from detcore.config.text.problems import Finding, raise_all
from detcore.errors import ConfigError
from detcore.plugins import Registry, kind_of
from detcore.plugins.component import LOCAL, USABLE, Row
from detcore.plugins.distribution import normalised
from detcore.plugins.enumerating import enumerated
from detcore.plugins.first_party import FIRST_PARTY
from detcore.plugins.groups import HOOKS_GROUP, RESOLVERS_GROUP
from detcore.plugins.recorded import recorded_ids
from detcore.plugins.remedies import GIVE_FILE
from detcore.plugins.requirements import parsed_requirement
from detcore.plugins.suggestions import did_you_mean
from detcore.specs import WeightsFormatConfig, scheme_of

__all__ = ["RequiredDistributions", "required_distributions"]

WEIGHTS_GROUP = WeightsFormatConfig.group

_KINDS = {"model": "architectures"}
"""Of the tables that are not called after the kind of component that they hold."""


@frozen(kw_only=True)
class RequiredDistributions:
    """What a config needs."""

    requirements: list[str]
    """As ``pip install`` takes them, by name; with the versions that ``[plugins] require`` asks for."""

    unknown: list[Finding]
    """Names for which no distribution is known, or more than one, and requirements and changes that cannot be read."""

    local: list[Finding]
    """Names of what a user's own file offers."""

    def refuse_unknown(self) -> None:
        """Let every name be known.

        Raises:
            ConfigError: one is not; lists them all.
        """
        raise_all(self.unknown)


def required_distributions(
    path: str | os.PathLike[str],
    registry: Registry,
    *,
    overrides: Sequence[str] = (),
    unset: Sequence[str] = (),
) -> RequiredDistributions:
    """What the components that a file and its bases name come with, and what reads its weights.

    A name without its distribution is the first party's, or else that of an installed distribution, or what the record
    of the run that is stored there says.

    Raises:
        ConfigError: the file cannot be read, or is a Python file, which would have to be executed.
    """
    file = FilePath(path)
    if file.suffix.lower() == ".py":
        raise ConfigError(f"{file}: names its components only when it is executed; give a .toml, .yaml or .json file")
    root, unknown = _changed(read_chain(stored_file(file) or file), overrides, unset)
    owners = _Owners(allowed_in(root, with_record(registry, file)))
    found, local = {"det-core"}, []
    for place, name in _names(root):
        distributions = owners.of(name, place)
        found |= distributions
        if LOCAL in distributions:
            local.append(_finding(root, place, owners.told_local(name)))
        elif not distributions:
            unknown.append(_finding(root, place, owners.told(name)))
    for place, location in _weights(root):
        reader = owners.of_weights(location)
        found |= {reader} if reader else set()
        if not reader:
            unknown.append(_finding(root, place, f"no distribution is known to read {location!r}"))
    required, malformed = _required(root)
    return RequiredDistributions(
        requirements=_with_versions(found - {LOCAL}, required), unknown=[*unknown, *malformed], local=local
    )


def _changed(root: Node, overrides: Sequence[str], unset: Sequence[str]) -> tuple[Node, list[Finding]]:
    if not overrides and not unset:
        return root, []
    from detcore.config.defaults import default_at  # most configs are read as they are
    from detcore.config.layering.overrides import apply_changes

    # Where nothing is installed no component has defaults, so that none is imported to learn them.
    nothing = Registry()
    return apply_changes(
        root, overrides=overrides, unset=unset, default_of=lambda node, place: default_at(node, place, nothing)
    )


def _finding(root: Node, place: Path, message: str) -> Finding:
    return Finding(nearest(root, place).origin, place, message)


def _names(root: Node) -> Iterator[tuple[Path, str]]:
    """Every name of a component, with its place."""
    for path, node in walked(root):
        if path and path[-1] == "type" and isinstance(node.value, str):
            yield path, node.value
    yield from _words(root, ("plugins", "hooks"))


def _weights(root: Node) -> Iterator[tuple[Path, str]]:
    """What a run starts from, where that is written as it is."""
    node = at(root, ("weights", "path"))
    if node is not None and isinstance(node.value, str) and "${" not in node.value:
        yield ("weights", "path"), node.value


def _required(root: Node) -> tuple[dict[str, str], list[Finding]]:
    """What ``[plugins] require`` says, by distribution, and what there is no requirement."""
    lines, malformed = {}, []
    for place, line in _words(root, ("plugins", "require")):
        try:
            lines[parsed_requirement(line).name] = line
        except ValueError as error:
            malformed.append(_finding(root, place, f"{line!r} {error}"))
    return lines, malformed


def _words(root: Node, path: Path) -> Iterator[tuple[Path, str]]:
    """The entries of a list that are texts, with their places."""
    node = at(root, path)
    for index, entry in children(node) if node else ():
        if isinstance(entry.value, str):
            yield (*path, index), entry.value


def _with_versions(distributions: set[str], required: Mapping[str, str]) -> list[str]:
    lines = {name: name for name in distributions} | dict(required)
    return [lines[name] for name in sorted(lines)]


class _Owners:
    """Which distribution a name comes with."""

    def __init__(self, registry: Registry) -> None:
        self._by_name: dict[str, dict[str, set[str]]] = {}
        self._given = {word for row in registry.rows if row.component.is_local for word in _words_of(row)}
        for row in registry.rows:
            if row.status in USABLE and row.status != "shadowed":
                self._add(row.component.kind, row.component.name, row.component.distribution)
        for (group, name), distribution in FIRST_PARTY.items():
            self._by_name.setdefault(name, {})[kind_of(group)] = {distribution}
        for name, distribution in recorded_ids(HOOKS_GROUP, registry.records).items():
            if name not in self._by_name:
                self._add(kind_of(HOOKS_GROUP), name, distribution)
        known = set(self._by_name)
        for row in registry.rows:  # what has to be updated, or installed again
            if row.status in ("incompatible", "stale") and row.component.name not in known:
                self._add(row.component.kind, row.component.name, row.component.distribution)
        self._formats = [row.component for row in registry.rows if row.component.group == WEIGHTS_GROUP]

    def of(self, name: str, place: Path) -> set[str]:
        """The distribution; several where the place does not tell which of several kinds is meant."""
        distribution, slash, _ = name.rpartition(":")[2].rpartition("/")
        if slash:
            return {normalised(distribution)}
        kinds = self._by_name.get(name, {})
        wanted = _kinds_wanted(place, kinds) or kinds
        owners = [kinds[kind] for kind in wanted]
        return set().union(*owners) if all(len(each) == 1 for each in owners) else set()

    def of_weights(self, location: str) -> str:
        """The distribution that finds or reads weights; empty where none is known.

        The endings that a format reads are told from the source of its config class.
        """
        scheme = scheme_of(location)
        if scheme and not FilePath(location).exists():
            return next(iter(self._by_name.get(scheme, {}).get(kind_of(RESOLVERS_GROUP), ())), "")
        sources, readers = Sources(), {}
        for component in self._formats:
            found = sources.found(component.target)
            suffixes = sources.constant(found, "suffixes") if found else None
            for suffix in suffixes if isinstance(suffixes, tuple) else ():
                readers[str(suffix)] = component.distribution
        fitting = [suffix for suffix in readers if location.endswith(suffix)]
        if not fitting and (FilePath(location).is_dir() or not FilePath(location).suffix):
            return "det-core"  # a run or one of its checkpoints
        return readers[max(fitting, key=len)] if fitting else ""

    def told(self, name: str) -> str:
        """What to say of a name that no distribution is known for, or several."""
        several = sorted({owner for owners in self._by_name.get(name, {}).values() for owner in owners})
        if several:
            return f"{name!r} is offered by {enumerated(several)}; write one of them in front: {several[0]}/{name}"
        known = did_you_mean(name, self._by_name)
        return f"no distribution is known to offer {name!r}{known or '; write distribution/name'}"

    def told_local(self, name: str) -> str:
        """What to say of a name that a user's own file brings."""
        way = "which is given: there is nothing to install for it"
        return f"{name!r} comes with a user's own file{f', {way}' if name in self._given else f': {GIVE_FILE}'}"

    def _add(self, kind: str, name: str, distribution: str) -> None:
        self._by_name.setdefault(name, {}).setdefault(kind, set()).add(distribution)


def _words_of(row: Row) -> tuple[str, ...]:
    return row.component.name, row.component.id, row.component.full_id


def _kinds_wanted(place: Path, kinds: Mapping[str, object]) -> list[str]:
    """The kinds that a key is called after: ``semantic_head`` holds one of the ``semantic_heads``."""
    keys = [step for step in place if isinstance(step, str) and step != "type"]
    plural = keys[-1] if keys[-1].endswith("s") else f"{keys[-1]}s"
    wanted = _KINDS.get(keys[-1], plural)
    return [kind for kind in kinds if kind == wanted] or [kind for kind in kinds if kind.endswith(f"_{wanted}")]
