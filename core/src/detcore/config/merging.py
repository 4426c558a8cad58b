"""A chain of ``extends`` folded into one table."""

import os
from pathlib import Path as FilePath

from detcore.config.nodes import Node
from detcore.config.reading import read_file
from detcore.errors import ConfigError

__all__ = ["merged", "read_chain"]


def read_chain(path: FilePath, opened_by: tuple[FilePath, ...] = ()) -> Node:
    """The file over everything it extends, the last of several bases over the earlier ones.

    Raises:
        ConfigError: a file is missing or cannot be parsed, or one extends itself.
    """
    chain = (*opened_by, path)
    if path.resolve() in [other.resolve() for other in opened_by]:
        raise ConfigError(f"{opened_by[-1]}: extends itself: {' -> '.join(map(str, chain))}")
    own = read_file(path)
    assert isinstance(own.value, dict), "read_file returns a table"
    extends = own.value.pop("extends", None)
    node = Node({}, own.origin)
    for name in _base_names(extends) if extends else []:
        node = merged(node, _read_base(_beside(path, name), chain, extends))
    return merged(node, own)


def merged(base: Node, over: Node) -> Node:
    """``over`` laid on ``base``: tables merge, everything else replaces, and so does a table of another ``type``."""
    if not isinstance(base.value, dict) or not isinstance(over.value, dict) or _changes_type(base.value, over.value):
        return Node(over.value, over.origin, _history(over.replaced, base))
    entries = dict(base.value)
    for key, node in over.value.items():
        entries[key] = merged(entries[key], node) if key in entries else node
    return Node(entries, over.origin, _history(over.replaced, base.replaced))


def _history(newer: Node | None, older: Node | None) -> Node | None:
    """What two layers have replaced, as one chain."""
    if newer is None or older is None:
        return newer or older
    return Node(newer.value, newer.origin, _history(newer.replaced, older))


def _changes_type(base: dict[str, Node], over: dict[str, Node]) -> bool:
    if "type" not in base or "type" not in over:
        return False
    was, now = str(base["type"].value), str(over["type"].value)
    if "/" in was and "/" in now:
        return was != now
    return was.rpartition("/")[2] != now.rpartition("/")[2]  # a run's own config names its components in full


def _base_names(extends: Node) -> list[str]:
    listed = extends.value if isinstance(extends.value, list) else [extends]
    names = [item.value for item in listed]
    if not all(isinstance(name, str) for name in names):
        raise ConfigError(f"{extends.origin}: extends: must be the path of a file or a list of them")
    return [str(name) for name in names]


def _beside(path: FilePath, name: str) -> FilePath:
    """The file that ``name`` means in ``path``, without the ``..`` a message would have to show."""
    base = path.parent / name
    short = FilePath(os.path.normpath(base))
    return short if short.exists() and short.samefile(base) else base


def _read_base(path: FilePath, chain: tuple[FilePath, ...], extends: Node | None) -> Node:
    assert extends is not None, "there is a base only where a file extends one"
    if not path.exists():
        raise ConfigError(f"{extends.origin}: extends: there is no file {path}")
    return read_chain(path, chain)
