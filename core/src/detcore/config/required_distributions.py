"""Which distributions a config needs, told from the names in it: nothing is imported, nothing need be installed."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path as FilePath

from attrs import frozen

from detcore.config.layering.merging import read_chain
from detcore.config.plugin_choice import allowed_in
from detcore.config.text.nodes import Node, Path, at, children, nearest, walked
from detcore.config.text.problems import Finding, raise_all
from detcore.errors import ConfigError
from detcore.plugins import Registry, kind_of
from detcore.plugins.component import LOCAL, USABLE
from detcore.plugins.distribution import normalised
from detcore.plugins.first_party import FIRST_PARTY
from detcore.plugins.remedies import GIVE_FILE
from detcore.plugins.suggestions import did_you_mean
from detcore.plugins.versions import requirement_on

__all__ = ["RequiredDistributions", "required_distributions"]

_KINDS = {"model": "architectures"}
"""Of the tables that are not called after the kind of component that they hold."""


@frozen(kw_only=True)
class RequiredDistributions:
    """What a config needs."""

    requirements: list[str]
    """As ``pip install`` takes them, by name; with the versions that ``[plugins] require`` asks for."""

    unknown: list[Finding]
    """Names for which no distribution is known, or more than one."""

    of_files: list[Finding]
    """Names that come with users' own files, which nothing could install."""

    def refuse_unknown(self) -> None:
        """Let every name be known.

        Raises:
            ConfigError: one is not; lists them all.
        """
        raise_all(self.unknown)


def required_distributions(path: str | os.PathLike[str], registry: Registry) -> RequiredDistributions:
    """What the components that a file and its bases name come with.

    A name without its distribution is the first party's, or else that of an installed distribution.

    Raises:
        ConfigError: the file cannot be read, or is a Python file, which would have to be executed.
    """
    file = FilePath(path)
    if file.suffix.lower() == ".py":
        raise ConfigError(f"{file}: names its components only when it is executed; give a .toml, .yaml or .json file")
    stored = file / "config.toml"
    root = read_chain(stored if stored.exists() else file)
    owners = _Owners(allowed_in(root, registry))
    found, unknown, of_files = {"det-core"}, [], []
    for place, name in _names(root):
        distributions = owners.of(name, place)
        found |= distributions
        if not distributions:
            unknown.append(Finding(nearest(root, place).origin, place, owners.told(name)))
        elif LOCAL in distributions:
            told = f"{name!r} comes with a user's own file: {GIVE_FILE}"
            of_files.append(Finding(nearest(root, place).origin, place, told))
    requirements = _with_versions(found, _required(root))
    return RequiredDistributions(requirements=requirements, unknown=unknown, of_files=of_files)


def _names(root: Node) -> Iterator[tuple[Path, str]]:
    """Every name of a component, with its place."""
    for path, node in walked(root):
        if path and path[-1] == "type" and isinstance(node.value, str):
            yield path, node.value
    hooks = at(root, ("plugins", "hooks"))
    for index, node in children(hooks) if hooks else ():
        if isinstance(node.value, str):
            yield ("plugins", "hooks", index), node.value


def _required(root: Node) -> list[str]:
    node = at(root, ("plugins", "require"))
    return [entry.value for _, entry in children(node) if isinstance(entry.value, str)] if node else []


def _with_versions(distributions: set[str], required: Sequence[str]) -> list[str]:
    lines = {name: name for name in distributions}
    for line in required:
        parsed = requirement_on(line)
        if parsed:
            lines[normalised(parsed[0])] = line
    return [lines[name] for name in sorted(lines.keys() - {LOCAL})]


class _Owners:
    """Which distribution a name comes with."""

    def __init__(self, registry: Registry) -> None:
        self._by_name: dict[str, dict[str, set[str]]] = {}
        for row in registry.rows:
            if row.status in USABLE and row.status != "shadowed":
                self._add(row.component.kind, row.component.name, row.component.distribution)
        for (group, name), distribution in FIRST_PARTY.items():
            self._by_name.setdefault(name, {})[kind_of(group)] = {distribution}

    def of(self, name: str, place: Path) -> set[str]:
        """The distribution; several where the place does not tell which of several kinds is meant."""
        distribution, slash, _ = name.rpartition(":")[2].rpartition("/")
        if slash:
            return {normalised(distribution)}
        kinds = self._by_name.get(name, {})
        wanted = _kinds_wanted(place, kinds) or kinds
        owners = [kinds[kind] for kind in wanted]
        return set().union(*owners) if all(len(each) == 1 for each in owners) else set()

    def told(self, name: str) -> str:
        """What to say of a name that no distribution is known for, or several."""
        several = sorted({owner for owners in self._by_name.get(name, {}).values() for owner in owners})
        if several:
            return f"{name!r} is offered by {' and '.join(several)}; write one of them in front: {several[0]}/{name}"
        known = did_you_mean(name, self._by_name)
        return f"no distribution is known to offer {name!r}{known or '; write distribution/name'}"

    def _add(self, kind: str, name: str, distribution: str) -> None:
        self._by_name.setdefault(name, {}).setdefault(kind, set()).add(distribution)


def _kinds_wanted(place: Path, kinds: Mapping[str, object]) -> list[str]:
    """The kinds that a key is called after: ``semantic_head`` holds one of the ``semantic_heads``."""
    keys = [step for step in place if isinstance(step, str) and step != "type"]
    plural = keys[-1] if keys[-1].endswith("s") else f"{keys[-1]}s"
    wanted = _KINDS.get(keys[-1], plural)
    return [kind for kind in kinds if kind == wanted] or [kind for kind in kinds if kind.endswith(f"_{wanted}")]
