"""YAML to nodes: the safe loader's values, each with the line its key stands on.

Built from the parser's events rather than from its documents, so that what a file asks for is counted while it is read:
an alias costs as much as what it repeats, and a document that grows too large is never there.
"""

from collections.abc import Iterator

import yaml
from yaml.reader import ReaderError

from detcore.config.text.limits import MAX_DEPTH, MAX_KEYS, MAX_VALUES, TOO_DEEP, TOO_MANY, TOO_WIDE
from detcore.config.text.misreading import MisreadError, shortened
from detcore.config.text.nodes import Node, Origin, Path, Scalar
from detcore.config.text.problems import Finding
from detcore.config.text.scalars import accepted_key
from detcore.config.text.yaml_scalars import STANDARD_TAG, AmbiguousError, scalar_of, strange_tag
from detcore.errors import ConfigError

__all__ = ["parse_yaml"]

_MERGE_KEY = "<<"
_MOST_TRAPS = 20


def parse_yaml(text: str, file: str) -> Node:
    """The document as nodes.

    Raises:
        MisreadError: not YAML, more than one document, a repeated key, a key that is not a string, a tag of someone's
            own, a document that repeats itself without end or is too large.
        ConfigError: words that two versions of YAML read differently; lists the first of them.
    """
    try:
        composer = _Composer(text, file)
        root = composer.document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise MisreadError(mark.line + 1 if mark else 1, str(error.problem or error.context)) from error
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise MisreadError(
            line, f"holds the character U+{ord(text[error.position]):04X}, which YAML forbids"
        ) from error
    composer.refuse_traps()
    return root


class _Composer:
    """Reads one document; ``path`` is always that of the value at hand."""

    def __init__(self, text: str, file: str) -> None:
        self.events: Iterator[yaml.Event] = iter(yaml.parse(text, Loader=yaml.SafeLoader))
        self.file = file
        self.anchors: dict[str, Node | None] = {}
        self.count = 0
        self.traps: list[Finding] = []

    def document(self) -> Node:
        next(self.events)  # the stream begins
        if isinstance(next(self.events), yaml.StreamEndEvent):
            return Node({}, Origin(self.file, 1))
        first = next(self.events)
        root = self.node(first, _line(first), ())
        next(self.events)  # the document ends
        following = next(self.events)
        if not isinstance(following, yaml.StreamEndEvent):
            raise MisreadError(_line(following), "a second document begins; a config is one document")
        return Node({}, root.origin) if root.value is None else root

    def refuse_traps(self) -> None:
        if self.traps:
            raise ConfigError("\n".join(map(str, self.traps)))

    def node(self, event: yaml.Event, line: int, path: Path) -> Node:
        """A value, said to stand on the line of its key."""
        if isinstance(event, yaml.AliasEvent):
            return Node(self.repeated(event, line, path).value, Origin(self.file, line))
        assert isinstance(event, yaml.NodeEvent), "nothing else begins a value"
        self.spend(line, path)
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        node = Node(self.value(event, line, path), Origin(self.file, line))
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def value(self, event: yaml.NodeEvent, line: int, path: Path) -> Scalar | dict[str, Node] | list[Node]:
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, line, path)
        kind = "seq" if isinstance(event, yaml.SequenceStartEvent) else "map"
        assert isinstance(event, yaml.CollectionStartEvent), "nothing else begins a value"
        if event.tag not in {None, "!", STANDARD_TAG + kind}:
            raise strange_tag(str(event.tag), line)
        return self.items(path) if kind == "seq" else self.table(path)

    def scalar(self, event: yaml.ScalarEvent, line: int, path: Path) -> Scalar:
        try:
            return scalar_of(event, line)
        except AmbiguousError as trap:
            self.traps.append(Finding(Origin(self.file, line), path, str(trap)))
            if len(self.traps) == _MOST_TRAPS:
                self.refuse_traps()
            return event.value

    def items(self, path: Path) -> list[Node]:
        items: list[Node] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self.node(event, _line(event), (*path, len(items))))
        return items

    def table(self, path: Path) -> dict[str, Node]:
        own: dict[str, Node] = {}
        merged: dict[str, Node] = {}
        lines: dict[str, int] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            line = _line(event)
            key = self.key(event, path)
            if key in lines:
                raise MisreadError(line, f"the key {shortened(key)!r} stands already on line {lines[key]}")
            lines[key] = line
            if len(lines) > MAX_KEYS:
                raise MisreadError(line, TOO_WIDE)
            value = self.node(next(self.events), line, (*path, key))
            if _is_merge_key(event):
                merged = _entries_to_merge(value)
            else:
                own[key] = value
        return {**merged, **own}

    def key(self, event: yaml.Event, path: Path) -> str:
        line = _line(event)
        if not isinstance(event, yaml.ScalarEvent):
            raise MisreadError(line, "a key must be text, not a list, a table or an alias")
        if _is_merge_key(event):
            return _MERGE_KEY
        key = self.scalar(event, line, path)
        if not isinstance(key, str):
            raise MisreadError(line, f"the key {shortened(event.value)!r} must be a string; put it in quotes")
        accepted_key(key, line)
        if event.anchor is not None:
            self.anchors[event.anchor] = Node(key, Origin(self.file, line))
        return key

    def repeated(self, event: yaml.AliasEvent, line: int, path: Path) -> Node:
        if event.anchor not in self.anchors:
            raise MisreadError(line, f"*{event.anchor} repeats something that no &{event.anchor} names")
        node = self.anchors[event.anchor]
        if node is None:
            raise MisreadError(line, f"*{event.anchor} stands inside what it repeats")
        return self.copied(node, line, path)

    def copied(self, node: Node, line: int, path: Path) -> Node:
        self.spend(line, path)
        match node.value:
            case dict(entries):
                copies = {key: self.copied(entry, line, (*path, key)) for key, entry in entries.items()}
                return Node(copies, node.origin)
            case list(items):
                return Node([self.copied(item, line, (*path, index)) for index, item in enumerate(items)], node.origin)
        return node

    def spend(self, line: int, path: Path) -> None:
        self.count += 1
        if self.count > MAX_VALUES:
            raise MisreadError(line, f"{TOO_MANY}, aliases repeated" if self.anchors else TOO_MANY)
        if len(path) > MAX_DEPTH:
            raise MisreadError(line, TOO_DEEP)


def _line(event: yaml.Event) -> int:
    assert event.start_mark is not None, "the parser marks every event"
    return event.start_mark.line + 1


def _is_merge_key(event: yaml.Event) -> bool:
    return isinstance(event, yaml.ScalarEvent) and event.value == _MERGE_KEY and event.implicit[0]


def _entries_to_merge(value: Node) -> dict[str, Node]:
    """What ``<<`` puts under a table's own entries; of several tables the first counts most."""
    sources = value.value if isinstance(value.value, list) else [value]
    merged: dict[str, Node] = {}
    for source in reversed(sources):
        if not isinstance(source.value, dict):
            raise MisreadError(value.origin.line, "<< takes a table or a list of tables")
        merged.update(source.value)
    return merged
