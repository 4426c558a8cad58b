"""Experiments made of others, through the same strict reading as a file and its overrides."""

from collections.abc import Mapping, Sequence
from typing import Any

from detcore.config.dumping import to_dict
from detcore.config.layering.merging import merged
from detcore.config.loading import load_written
from detcore.config.plugin_choice import registry_chosen_by
from detcore.config.sections import ExperimentConfig
from detcore.config.text.nodes import Node, Origin
from detcore.config.text.reading import from_plain
from detcore.plugins import Registry, installed_registry

__all__ = ["merge", "with_overrides", "written_as_nodes"]


def with_overrides(
    experiment: ExperimentConfig,
    overrides: Sequence[str],
    *,
    unset: Sequence[str] = (),
    registry: Registry | None = None,
) -> ExperimentConfig:
    """The experiment with changes as they would be written on the command line: ``["training.epochs=3"]``.

    References were resolved when the experiment was read: a value that came from another one does not follow it.

    Raises:
        ConfigError: a change is wrong, or the changed experiment is; lists every mistake.
    """
    registry = registry or installed_registry()
    return load_written(
        written_as_nodes(experiment, registry), overrides=overrides, unset=unset, registry=registry
    ).experiment


def merge(
    experiment: ExperimentConfig, tables: Mapping[str, Any], *, registry: Registry | None = None
) -> ExperimentConfig:
    """The experiment with tables laid on it, as a file's are on those of the file it extends.

    Raises:
        ConfigError: the tables or the result are wrong; lists every mistake.
    """
    registry = registry or installed_registry()
    root = merged(written_as_nodes(experiment, registry), from_plain(dict(tables), lambda _: Origin()))
    return load_written(root, registry=registry).experiment


def written_as_nodes(experiment: ExperimentConfig, registry: Registry) -> Node:
    """The experiment as if a file without references stated it."""
    chosen = registry_chosen_by(experiment.plugins, registry)
    return from_plain(to_dict(experiment, registry=chosen), lambda _: Origin())
