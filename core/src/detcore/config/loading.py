"""From a config file to an experiment that is known to make sense."""

import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from detcore.config.checking import Checked, Source, check_parts, sorted_problems
from detcore.config.derived import derived
from detcore.config.doubts import doubts
from detcore.config.layering.references import resolve_references
from detcore.config.plugin_choice import chosen_in
from detcore.config.sections import ExperimentConfig
from detcore.config.sources import read_source, with_record
from detcore.config.structuring.structurer import Structurer
from detcore.config.text.nodes import Node, Origin, at, dotted, is_resolved, nearest
from detcore.config.text.problems import Finding, raise_all
from detcore.config.text.reading import from_plain
from detcore.plugins import Registry, installed_registry
from detcore.specs import Problem

if TYPE_CHECKING:
    from detcore.config.structuring.upgrading import Upgrade

__all__ = ["LoadedConfig", "from_dict", "load", "load_written", "read_tables"]


@frozen(kw_only=True)
class LoadedConfig:
    """An experiment, and what is known about how it was read."""

    experiment: ExperimentConfig
    unchecked: list[str]
    """One line for each thing that could not be checked before the run."""

    notices: list[str] = field(factory=list)
    """One line for each deprecated key, for each setting that is seldom what is meant, with its place, and for each
    file of one's own whose hooks are not listed."""

    root: Node
    """Every value that was written, references resolved, with the file and line or override it came from."""

    written: Node
    """The same before references were resolved; each value also knows what it has replaced."""

    registry: Registry
    """The components this experiment may use, as its ``[plugins]`` table says."""

    def origin(self, *path: str | int) -> Origin | None:
        """Where a value was written; ``None``: nowhere, so it is a default."""
        node = at(self.root, path)
        return None if node is None else node.origin

    def nearest_origin(self, *path: str | int) -> Origin:
        """Where a value, or else the closest table or list around it, was written."""
        return nearest(self.root, path).origin


def load(
    path: str | os.PathLike[str],
    *,
    overrides: Sequence[str] = (),
    unset: Sequence[str] = (),
    registry: Registry | None = None,
    compare_parts: bool = True,
    may_lack: Collection[Source] = (),
) -> LoadedConfig:
    """The experiment in a file and what it extends, with changes as they would be written on the command line.

    Everything is checked that can be without reading data, and nothing is built. ``unset`` comes before
    ``overrides``. ``registry`` is by default everything installed. Without ``compare_parts``, values are read as
    strictly but not compared with each other or with the data, which may then be gone: enough to use a trained model.
    What ``may_lack`` names is no mistake where it cannot be found; of datasets, as long as nothing depends on them.

    ``path`` may also be a run's folder, or a Python file that defines ``experiment``, which is then executed.

    Raises:
        ConfigError: the file cannot be read, or something in it is wrong; lists every mistake, one a line.
        PluginError: a plugin that the config names is broken.
    """
    registry = with_record(registry or installed_registry(), FilePath(path))
    root = read_source(FilePath(path), registry)
    return load_written(
        root,
        overrides=overrides,
        unset=unset,
        registry=registry,
        compare_parts=compare_parts,
        may_lack=may_lack,
    )


def load_written(
    root: Node,
    *,
    overrides: Sequence[str] = (),
    unset: Sequence[str] = (),
    registry: Registry,
    compare_parts: bool = True,
    may_lack: Collection[Source] = (),
) -> LoadedConfig:
    """As :func:`load`, for a config that has been read already, so that it can be read once and changed often.

    Raises:
        ConfigError: something in it is wrong; lists every mistake, one a line.
        PluginError: a plugin that the config names is broken.
    """
    findings: list[Finding] = []
    if overrides or unset:
        root, findings = _changed(root, overrides, unset, registry)
    return _experiment(root, findings, registry, compare_parts=compare_parts, may_lack=may_lack, unset=frozenset(unset))


def _changed(
    root: Node, overrides: Sequence[str], unset: Sequence[str], registry: Registry
) -> tuple[Node, list[Finding]]:
    from detcore.config.defaults import default_at  # here, because most configs are read as they are
    from detcore.config.layering.overrides import apply_changes

    return apply_changes(
        root, overrides=overrides, unset=unset, default_of=lambda node, place: default_at(node, place, registry)
    )


def from_dict(values: Mapping[str, Any], *, registry: Registry | None = None) -> LoadedConfig:
    """The experiment in tables, lists and scalars, checked as if they stood in a file.

    Raises:
        ConfigError: something in it is wrong; lists every mistake.
    """
    return _experiment(from_plain(dict(values), lambda _: Origin()), [], registry or installed_registry())


def read_tables(root: Node, registry: Registry) -> tuple[dict[str, Any], list[Finding]]:
    """The tables of an experiment that can be read, not compared with each other, and what is wrong with the others."""
    reading = _read(root, registry, check_choice=False)
    return reading.sections, reading.findings


def _experiment(
    written: Node,
    findings: list[Finding],
    registry: Registry,
    *,
    compare_parts: bool = True,
    may_lack: Collection[Source] = (),
    unset: frozenset[str] = frozenset(),
) -> LoadedConfig:
    reading = _read(written, registry, check_choice=compare_parts)
    findings = [*findings, *(_blamed(finding, unset) for finding in reading.findings)]
    reading, changes = _configured(reading) if compare_parts and not findings else (reading, [])
    checked = _checked(reading, findings, may_lack=may_lack) if compare_parts else Checked([], [], [])
    raise_all([*findings, *checked.findings])
    experiment = ExperimentConfig(**reading.sections)
    doubtful = [*checked.doubtful, *doubts(experiment)] if compare_parts else []
    return LoadedConfig(
        experiment=experiment,
        unchecked=checked.unchecked,
        notices=[
            *(upgrade.notice for upgrade in reading.upgrades),
            *(str(finding) for finding in reading.doubted),
            *changes,
            *(_told(doubt, reading.root) for doubt in doubtful),
            *(_unlisted(reading.registry) if reading.registry.local_files else ()),
        ],
        root=reading.root,
        written=_moved(written, reading.upgrades),
        registry=reading.registry,
    )


def _told(doubt: Problem, root: Node) -> str:
    return str(Finding(nearest(root, doubt.path).origin, doubt.path, f"doubtful: {doubt.message}"))


def _unlisted(registry: Registry) -> list[str]:
    from detcore.config.unlisted_hooks import unlisted_hooks  # most commands are given no file of one's own

    return unlisted_hooks(registry)


@frozen(kw_only=True)
class _Reading:
    """What could be made of a config before its parts are compared."""

    sections: dict[str, Any]
    root: Node
    """References resolved, every deprecated key under its new name."""

    registry: Registry
    findings: list[Finding]
    doubted: list[Finding]
    """What in ``[plugins]`` has no effect."""

    upgrades: "list[Upgrade]"


def _read(written: Node, registry: Registry, *, check_choice: bool) -> _Reading:
    chosen = chosen_in(written, registry, check_choice=check_choice)
    root, unresolved = resolve_references(written, lambda path: derived(path, written, chosen.registry))
    structurer = Structurer(chosen.registry)
    sections = structurer.read_fields(root, ExperimentConfig, ()).values  # what could be read is checked all the same
    upgrades = structurer.gathered.upgrades
    return _Reading(
        sections=sections,
        root=_carried_out(root, upgrades),
        registry=chosen.registry,
        findings=[*chosen.refused, *unresolved, *structurer.findings],
        doubted=chosen.doubted,
        upgrades=upgrades,
    )


def _configured(reading: _Reading) -> tuple[_Reading, list[str]]:
    """The experiment as listed plugins change it, and one line for each change."""
    if not reading.registry.hooks.implement("detcore_configure"):
        return reading, []
    from detcore.config.hooked import configured  # no plugin is listed in most configs

    sections, changes = configured(reading.sections, reading.registry)
    return evolve(reading, sections=sections), changes


def _checked(reading: _Reading, findings: list[Finding], *, may_lack: Collection[Source]) -> Checked:
    checked = _parts_checked(reading, findings, may_lack=may_lack)
    if findings or not reading.registry.hooks.implement("detcore_check_config"):
        return checked
    from detcore.config.hooked import problems_of_plugins  # no plugin is listed in most configs

    return checked.joined(sorted_problems(problems_of_plugins(reading.sections, reading.registry), reading.root))


def _parts_checked(reading: _Reading, findings: list[Finding], *, may_lack: Collection[Source]) -> Checked:
    return check_parts(
        data=reading.sections.get("data"),
        model=reading.sections.get("model"),
        weights=reading.sections.get("weights"),
        evaluation=reading.sections.get("evaluation"),
        root=reading.root,
        registry=reading.registry,
        doubted=[finding.path for finding in findings],
        # Where another value had to be worked out from the data, a stand-in for it would be taken for the truth.
        may_lack=may_lack if is_resolved(reading.root) else set(may_lack) - {"data"},
    )


def _carried_out(root: Node, upgrades: "Sequence[Upgrade]") -> Node:
    if not upgrades:
        return root
    from detcore.config.structuring.upgrading import carried_out  # seldom needed

    return carried_out(upgrades, root)


def _moved(written: Node, upgrades: "Sequence[Upgrade]") -> Node:
    if not upgrades:
        return written
    from detcore.config.structuring.upgrading import moved  # seldom needed

    return moved(upgrades, written)


def _blamed(finding: Finding, unset: frozenset[str]) -> Finding:
    """The finding, told of the ``--unset`` that took away what is missing now."""
    path = dotted(finding.path)
    if path not in unset or finding.origin.override:
        return finding
    return evolve(finding, origin=Origin(override=f"--unset {path}"))
