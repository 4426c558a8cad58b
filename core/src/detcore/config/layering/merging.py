"""A chain of ``extends`` folded into one table."""

import os
from pathlib import Path as FilePath

from detcore.config.text.limits import MAX_FILES_DEEP
from detcore.config.text.nodes import Node, Origin, plain
from detcore.config.text.opening import UnopenableError
from detcore.config.text.reading import read_file
from detcore.errors import ConfigError

__all__ = ["merged", "read_chain"]


def read_chain(path: FilePath) -> Node:
    """The file over everything it extends, the last of several bases over the earlier ones.

    Raises:
        ConfigError: a file is missing or cannot be parsed, or one extends itself.
    """
    return _Chain().folded(path, ())


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


class _Chain:
    """Reads every file once, however many extend it."""

    def __init__(self) -> None:
        self.known: dict[str, Node] = {}

    def folded(self, path: FilePath, opened_by: tuple[FilePath, ...]) -> Node:
        real = os.path.realpath(path)
        if real not in self.known:
            self.known[real] = self.read(path, opened_by)
        return self.known[real]

    def read(self, path: FilePath, opened_by: tuple[FilePath, ...]) -> Node:
        own = read_file(path)
        assert isinstance(own.value, dict), "read_file returns a table"
        node = Node({}, own.origin)
        for name, origin in _bases(own.value.get("extends")):
            node = merged(node, self.base(name, origin, (*opened_by, path)))
        return merged(node, Node({key: entry for key, entry in own.value.items() if key != "extends"}, own.origin))

    def base(self, name: str, origin: Origin, chain: tuple[FilePath, ...]) -> Node:
        path = _beside(chain[-1], name)
        _refuse_circle(path, origin, chain)
        try:
            return self.folded(path, chain)
        except UnopenableError as error:
            raise ConfigError(f"{origin}: extends: {error}") from error


def _changes_type(base: dict[str, Node], over: dict[str, Node]) -> bool:
    if "type" not in base or "type" not in over:
        return False
    one, other = plain(base["type"]), plain(over["type"])
    return one != other and not (isinstance(one, str) and isinstance(other, str) and _is_one_name(one, other))


def _is_one_name(one: str, other: str) -> bool:
    """Whether one is the other without its distribution, as in ``resnet`` and ``det-plugin-backbones/resnet``."""
    short, full = sorted((one, other), key=len)
    return "/" not in short and full.endswith(f"/{short}")


def _bases(extends: Node | None) -> list[tuple[str, Origin]]:
    if extends is None:
        return []
    listed = extends.value if isinstance(extends.value, list) else [extends]
    bases: list[tuple[str, Origin]] = []
    for item in listed:
        if not isinstance(item.value, str) or not item.value or "\0" in item.value:
            raise ConfigError(f"{item.origin}: extends: must be the path of a file or a list of them")
        if item.value in dict(bases):
            raise ConfigError(f"{item.origin}: extends: {item.value} is listed twice")
        bases.append((item.value, item.origin))
    return bases


def _refuse_circle(path: FilePath, origin: Origin, chain: tuple[FilePath, ...]) -> None:
    if os.path.realpath(path) in map(os.path.realpath, chain):
        raise ConfigError(f"{origin}: extends itself: {' -> '.join(map(str, (*chain, path)))}")
    if len(chain) > MAX_FILES_DEEP:
        raise ConfigError(f"{origin}: extends: more than {MAX_FILES_DEEP} files extend each other")


def _beside(path: FilePath, name: str) -> FilePath:
    """The file that ``name`` means in ``path``, without the ``..`` a message would have to show."""
    base = path.parent / name
    short = FilePath(os.path.normpath(base))
    return short if os.path.realpath(short) == os.path.realpath(base) else base
