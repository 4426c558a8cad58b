# ruff: noqa: TRY004  (a file's mistakes are ValueErrors, whatever they are about)
"""YAML to nodes: the safe loader's values, each with the line its key stands on."""

from collections.abc import Iterator

import yaml

from detcore.config.nodes import Node, Origin, Scalar

__all__ = ["parse_yaml"]

_SafeLoader = yaml.SafeLoader


def parse_yaml(text: str, file: str) -> Node:
    """The document as nodes.

    Raises:
        ValueError: not YAML, more than one document, a repeated key, or a key that is not a string; names the line.
    """
    loader = _SafeLoader(text)
    try:
        root = _only_document(loader)
        if root is None:
            return Node({}, Origin(file, 1))
        return _Reader(loader, file).node(root, root.start_mark.line + 1)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}: " if mark else ""
        raise ValueError(f"{place}{error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise ValueError(str(error).splitlines()[0]) from error
    finally:
        loader.dispose()


def _only_document(loader: yaml.SafeLoader) -> yaml.Node | None:
    root = loader.get_node() if loader.check_node() else None
    if loader.check_node():
        raise ValueError("holds more than one document; an experiment is one")
    return root


class _Reader:
    def __init__(self, loader: yaml.SafeLoader, file: str) -> None:
        self.loader = loader
        self.file = file
        self.open: list[yaml.Node] = []

    def node(self, source: yaml.Node, line: int) -> Node:
        if source in self.open:
            raise ValueError(f"line {line}: refers to itself")
        self.open.append(source)
        node = Node(self.value(source, line), Origin(self.file, line))
        self.open.pop()
        return node

    def value(self, source: yaml.Node, line: int) -> Scalar | dict[str, Node] | list[Node]:
        if isinstance(source, yaml.MappingNode) and source.tag.endswith(":map"):
            return self.table(source)
        if isinstance(source, yaml.SequenceNode) and source.tag.endswith(":seq"):
            return [self.node(item, item.start_mark.line + 1) for item in source.value]
        return self.scalar(source, line)

    def table(self, source: yaml.MappingNode) -> dict[str, Node]:
        _refuse_repeated(self.keys(source))
        self.loader.flatten_mapping(source)  # resolves the merge key <<, putting merged entries before own ones
        return {key: self.node(value, line) for key, line, value in self.keys(source)}

    def keys(self, source: yaml.MappingNode) -> Iterator[tuple[str, int, yaml.Node]]:
        for key, value in source.value:
            line = key.start_mark.line + 1
            name = "<<" if key.tag.endswith(":merge") else self.scalar(key, line)
            if not isinstance(name, str):
                raise ValueError(f"line {line}: the key {key.value!r} must be a string; put it in quotes")
            yield name, line, value

    def scalar(self, source: yaml.Node, line: int) -> Scalar:
        value = self.loader.construct_object(source, deep=True)
        if not isinstance(value, Scalar):
            raise ValueError(f"line {line}: a {type(value).__name__} is not something a config may hold")
        return value


def _refuse_repeated(keys: Iterator[tuple[str, int, yaml.Node]]) -> None:
    seen: dict[str, int] = {}
    for key, line, _ in keys:
        if key in seen:
            raise ValueError(f"line {line}: the key {key!r} is already on line {seen[key]}")
        seen[key] = line
