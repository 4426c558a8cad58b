"""What an experiment may be read from: a config file, a run's folder, or a Python file that is the argument itself."""

from pathlib import Path as FilePath

from detcore.config.layering.merging import read_chain
from detcore.config.text.nodes import Node
from detcore.plugins import Registry

__all__ = ["read_source"]


def read_source(path: FilePath, registry: Registry) -> Node:
    """Everything that is written there, what a file extends included.

    Raises:
        ConfigError: it cannot be read.
    """
    stored = path / "config.toml"
    if path.is_dir() and stored.exists():
        return read_chain(stored)
    if path.suffix.lower() == ".py":
        from detcore.config.python_files import read_python_file

        return read_python_file(path, registry)
    return read_chain(path)
