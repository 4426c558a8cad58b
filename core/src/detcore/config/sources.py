"""What an experiment may be read from: a config file, a run's folder, or a Python file that is the argument itself."""

import os
from pathlib import Path as FilePath

from detcore.config.layering.merging import read_chain
from detcore.config.text.nodes import Node
from detcore.plugins import Registry

__all__ = ["RECORD", "read_source", "record_at", "stored_file", "with_record"]

RECORD = "plugins.lock.json"
"""Lies beside the ``config.toml`` of a run."""


def read_source(path: FilePath, registry: Registry) -> Node:
    """Everything that is written there, what a file extends included.

    Raises:
        ConfigError: it cannot be read.
    """
    if stored := stored_file(path):
        return read_chain(stored)
    if path.suffix.lower() == ".py":
        from detcore.config.python_files import read_python_file

        return read_python_file(path, registry)
    return read_chain(path)


def stored_file(path: FilePath) -> FilePath | None:
    """The config in a run's folder; ``None`` where ``path`` is none."""
    stored = path / "config.toml"
    return stored if path.is_dir() and stored.exists() else None


def with_record(registry: Registry, path: FilePath) -> Registry:
    """The registry, which also knows what a run was made of where ``path`` is its folder or its ``config.toml``."""
    stored = stored_file(path) or path
    record = stored.with_name(RECORD)
    return registry.recalling(record) if stored.name == "config.toml" and record.exists() else registry


def record_at(path: str | os.PathLike[str]) -> FilePath:
    """The record that a path means: the file itself, or that of a run's folder."""
    found = FilePath(path)
    return found / RECORD if found.is_dir() else found
