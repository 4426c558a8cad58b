"""``${path}``: a value that refers to another one, resolved after everything else."""

import re
from collections.abc import Callable

from detcore.config.nodes import Node, Path, Unresolved, at, dotted
from detcore.config.problems import Finding
from detcore.plugins import nearest_word

__all__ = ["references_in", "resolve_references"]

_REFERENCE = re.compile(r"(?<!\$)\$\{([^}]*)\}")
_ESCAPED = "$${"
"""How a text holds a literal ``${``."""

Derive = Callable[[Path], Node | None]
"""Works out a value that no file states; ``None`` where there is no such value."""


class _UnresolvedError(Exception):
    pass


def references_in(node: Node) -> list[str]:
    """The paths that a value's text refers to, a table's or a list's entries included."""
    match node.value:
        case dict(entries):
            return [name for entry in entries.values() for name in references_in(entry)]
        case list(items):
            return [name for item in items for name in references_in(item)]
        case str(text):
            return _REFERENCE.findall(text)
    return []


def resolve_references(root: Node, derive: Derive) -> tuple[Node, list[Finding]]:
    """The config with every reference replaced.

    A value that is one whole reference takes the other value with its type; inside a longer text the other value's
    text stands in its place. What cannot be resolved is left out of the result and reported.
    """
    resolver = _Resolver(root, derive)
    return resolver.resolved(root, ()), resolver.findings


class _Resolver:
    def __init__(self, root: Node, derive: Derive) -> None:
        self.root = root
        self.derive = derive
        self.findings: list[Finding] = []

    def resolved(self, node: Node, path: Path, pending: tuple[str, ...] = ()) -> Node:
        """A copy of the node without references; ``pending`` are the references that led here."""
        match node.value:
            case dict(entries):
                return Node({key: self.resolved(e, (*path, key), pending) for key, e in entries.items()}, node.origin)
            case list(items):
                return Node([self.resolved(e, (*path, i), pending) for i, e in enumerate(items)], node.origin)
            case str(text) if "${" in text:
                return self.text(node, text, path, pending)
        return node

    def text(self, node: Node, text: str, path: Path, pending: tuple[str, ...]) -> Node:
        try:
            whole = _REFERENCE.fullmatch(text)
            if whole:
                return Node(self.target(whole[1], pending).value, node.origin)
            filled = _REFERENCE.sub(lambda match: self.inside(match[1], pending), text)
            return Node(filled.replace(_ESCAPED, "${"), node.origin)
        except _UnresolvedError as failure:
            if str(failure):
                self.findings.append(Finding(node.origin, path, str(failure)))
            return Node(Unresolved(), node.origin)

    def inside(self, name: str, pending: tuple[str, ...]) -> str:
        value = self.target(name, pending).value
        if isinstance(value, dict | list | Unresolved):
            raise _UnresolvedError(f"${{{name}}} is a table or a list, which cannot stand inside a text")
        return str(value).lower() if isinstance(value, bool) else str(value)

    def target(self, name: str, pending: tuple[str, ...]) -> Node:
        if name in pending:
            raise _UnresolvedError(f"refers to itself: {' -> '.join([*pending, name])}")
        path = _path(name)
        found = at(self.root, path)
        if found is None:
            found = self.derived(name, path)
        return self.resolved(found, path, (*pending, name))

    def derived(self, name: str, path: Path) -> Node:
        try:
            found = self.derive(path)
        except ValueError as error:
            raise _UnresolvedError(str(error)) from error
        if found is None:
            near = _nearest_path(self.root, path)
            advice = f"; did you mean {near!r}?" if near else ""
            raise _UnresolvedError(f"${{{name}}}: the config does not set {dotted(path)}{advice}")
        return found


def _nearest_path(root: Node, path: Path) -> str:
    """A path that is set, with each step the nearest to what was written; empty where a step is near none."""
    steps: list[str] = []
    node: Node | None = root
    for step in path:
        entries = node.value if node is not None and isinstance(node.value, dict | list) else []
        known = list(entries) if isinstance(entries, dict) else [str(index) for index in range(len(entries))]
        near = str(step) if str(step) in known else nearest_word(str(step), known)
        if near is None:
            return ""
        steps.append(near)
        node = at(root, _path(".".join(steps)))
    return ".".join(steps)


def _path(name: str) -> Path:
    return tuple(int(step) if step.isdigit() else step for step in name.split("."))
