"""From a config file to an experiment that is known to make sense."""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path as FilePath
from typing import Any

from attrs import frozen

from detcore.config.checking import Checked, check_parts
from detcore.config.facts import metadata_of
from detcore.config.merging import read_chain
from detcore.config.nodes import Node, Origin, Path, at, dotted
from detcore.config.overrides import apply_override, apply_unset
from detcore.config.plugin_choice import idle_choices
from detcore.config.problems import Finding, raise_all
from detcore.config.reading import from_plain
from detcore.config.references import resolve_references
from detcore.config.sections import ExperimentConfig, PluginsConfig
from detcore.config.structuring import Structurer, UnreadableError
from detcore.errors import DetcoreError, UnknownComponentError
from detcore.plugins import Registry, installed_registry
from detcore.specs import DatasetConfig, DatasetMetadata

__all__ = ["LoadedConfig", "from_dict", "load"]


@frozen(kw_only=True)
class LoadedConfig:
    """An experiment, and what is known about how it was read."""

    experiment: ExperimentConfig
    unchecked: list[str]
    """One line for each thing that could not be checked before the run."""

    root: Node
    """Every value that was written, references resolved, with the file and line or override it came from."""

    registry: Registry
    """The components this experiment may use, as its ``[plugins]`` table says."""

    def origin(self, *path: str | int) -> Origin | None:
        """Where a value was written; ``None``: nowhere, so it is a default."""
        node = at(self.root, path)
        return None if node is None else node.origin


def load(
    path: str | os.PathLike[str],
    *,
    overrides: Sequence[str] = (),
    unset: Sequence[str] = (),
    registry: Registry | None = None,
    compare_parts: bool = True,
) -> LoadedConfig:
    """The experiment in a file and what it extends, with changes as they would be written on the command line.

    Everything is checked that can be without reading data, and nothing is built. ``unset`` comes before
    ``overrides``. ``registry`` is by default everything installed. Without ``compare_parts``, values are read as
    strictly but not compared with each other or with the data, which may then be gone: enough to use a trained model.

    Raises:
        ConfigError: the file cannot be read, or something in it is wrong; lists every mistake, one a line.
        PluginError: a plugin that the config names is broken.
    """
    root = read_chain(FilePath(path))
    findings: list[Finding] = []
    for change in unset:
        root, refused = apply_unset(root, change)
        findings += refused
    for change in overrides:
        root, refused = apply_override(root, change)
        findings += refused
    return _experiment(root, findings, registry or installed_registry(), compare_parts=compare_parts)


def from_dict(values: Mapping[str, Any], *, registry: Registry | None = None) -> LoadedConfig:
    """The experiment in tables, lists and scalars, checked as if they stood in a file.

    Raises:
        ConfigError: something in it is wrong; lists every mistake.
    """
    return _experiment(from_plain(dict(values), lambda _: Origin()), [], registry or installed_registry())


def _experiment(root: Node, findings: list[Finding], registry: Registry, *, compare_parts: bool = True) -> LoadedConfig:
    registry, refused = _chosen(root, registry, check_choice=compare_parts)
    root, unresolved = resolve_references(root, lambda path: _derived(path, root, registry))
    structurer = Structurer(registry)
    sections = _read_sections(root, structurer)
    findings = [*findings, *refused, *unresolved, *structurer.findings]
    checked = Checked([], [])
    if compare_parts:
        checked = check_parts(
            data=sections.get("data"),
            model=sections.get("model"),
            evaluation=sections.get("evaluation"),
            root=root,
            registry=registry,
            doubted=[finding.path for finding in findings],
        )
    raise_all([*findings, *checked.findings])
    experiment = ExperimentConfig(**sections)
    return LoadedConfig(experiment=experiment, unchecked=checked.unchecked, root=root, registry=registry)


def _read_sections(root: Node, structurer: Structurer) -> dict[str, Any]:
    """The tables of an experiment that could be read, so that those can be checked when others are wrong."""
    sections: dict[str, Any] = {}
    with suppress(UnreadableError):
        structurer.read_fields(root, ExperimentConfig, (), into=sections)
    return sections


def _chosen(root: Node, registry: Registry, *, check_choice: bool) -> tuple[Registry, list[Finding]]:
    """The registry that the config's ``[plugins]`` table leaves, and what is wrong with that table.

    What ``allow``, ``deny`` and ``prefer`` name may have been uninstalled since a run was stored: that is only checked
    where asked for.
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
    refused += idle_choices(root, plugins, registry) if check_choice else []
    chosen = registry.restricted(allow=plugins.allow, deny=plugins.deny, prefer=plugins.prefer)
    for index, name in enumerate(plugins.hooks):
        path = ("plugins", "hooks", index)
        try:
            chosen.activate(name)
        except UnknownComponentError as error:
            refused.append(Finding((at(root, path) or node).origin, path, str(error), is_unknown_component=True))
    return chosen, refused


def _derived(path: Path, root: Node, registry: Registry) -> Node | None:
    """``${data.num_classes}`` and ``${data.num_stuff_classes}``, which are worked out rather than written.

    Raises:
        ValueError: it cannot be known without reading the data.
    """
    if path == ("data", "num_classes"):
        classes = at(root, ("data", "classes"))
        if classes is not None and isinstance(classes.value, list):
            return Node(len(classes.value), classes.origin)
        return Node(len(_first_dataset(root, registry, path, remedy="data.classes").classes), Origin())
    if path == ("data", "num_stuff_classes"):
        return Node(len(_first_dataset(root, registry, path, remedy="the number").stuff_classes), Origin())
    return None


def _first_dataset(root: Node, registry: Registry, wanted: Path, *, remedy: str) -> DatasetMetadata:
    """What the first training dataset tells without being read; ``wanted`` is what it is asked for."""
    path: Path = ("data", "train", "datasets", 0)
    node, name = at(root, path), f"${{{dotted(wanted)}}}"
    if node is None:
        raise ValueError(f"{name}: there is no training dataset to count them in; write {remedy}")
    resolved, _ = resolve_references(root, lambda _: None)
    try:
        config: DatasetConfig = Structurer(registry).read(at(resolved, path) or node, DatasetConfig, path)
        metadata = metadata_of(config, registry)
    except (UnreadableError, DetcoreError) as error:
        raise ValueError("") from error  # the dataset's own mistake is reported at the dataset
    if metadata is None:
        raise ValueError(f"{name}: not known before the dataset is read; write {remedy}")
    return metadata
