"""A YAML file of Detectron2 as flat keys, each with its line; tags for Python objects are understood or refused.

Nothing is ever constructed or imported: ``eval`` is arithmetic, a tuple is a list, and a name is its text.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml
from attrs import frozen

from det_plugin_detectron2.arithmetic import evaluate
from det_plugin_detectron2.settings import Source
from detcore.config import text_of
from detcore.errors import ConfigError

__all__ = ["BASE_KEY", "TARGET_KEY", "Document", "read_document"]

BASE_KEY: Final = "_BASE_"
TARGET_KEY: Final = "_target_"
MAX_VALUES: Final = 50_000
"""Values that aliases may multiply a file into."""

_PYTHON: Final = "tag:yaml.org,2002:python/"


@frozen
class Document:
    """One file, without its bases."""

    sources: dict[str, Source]
    """Every leaf, by its dotted key; a list that holds tables is one more level, counted from 0."""

    bases: Source | None
    """What ``_BASE_`` says."""


def read_document(path: Path) -> Document:
    """The file's leaves.

    Raises:
        ConfigError: it cannot be read, is no table of settings, or wants something executed.
    """
    text = text_of(path)
    try:
        return _parsed(text, str(path))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise ConfigError(f"{path}:{line}: is no YAML: {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: is no YAML: {str(error).splitlines()[0]}") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: is nested too deeply, or refers to itself") from error


def _parsed(text: str, file: str) -> Document:
    loader = yaml.SafeLoader(text)
    try:
        root = loader.get_single_node()
        if not isinstance(root, yaml.MappingNode):
            raise ConfigError(f"{file}: must hold a table of settings")
        return _Reader(loader, file, root).document(root)
    finally:
        loader.dispose()


class _Reader:
    def __init__(self, loader: yaml.SafeLoader, file: str, root: yaml.MappingNode) -> None:
        self.loader = loader
        self.file = file
        self.names_are_text = any(key.value == TARGET_KEY for key, _ in root.value)
        self.flat: list[yaml.MappingNode] = []
        """Tables whose merge keys are resolved; an alias comes by again."""
        self.seen = 0

    def document(self, root: yaml.MappingNode) -> Document:
        sources: dict[str, Source] = {}
        for source in self.leaves(root, "", root.start_mark.line + 1):
            sources[source.key] = source
        return Document({key: source for key, source in sources.items() if key != BASE_KEY}, sources.get(BASE_KEY))

    def leaves(self, node: yaml.Node, key: str, line: int) -> Iterator[Source]:
        """The leaves below a node; ``line`` is where its key stands."""
        self.count(line)
        if isinstance(node, yaml.MappingNode):
            for name, name_line, value in self.entries(node):
                yield from self.leaves(value, f"{key}.{name}" if key else name, name_line)
        elif isinstance(node, yaml.SequenceNode) and any(isinstance(item, yaml.MappingNode) for item in node.value):
            for index, item in enumerate(node.value):
                yield from self.leaves(item, f"{key}.{index}", item.start_mark.line + 1)
        else:
            yield Source(key=key, value=self.value(node), file=self.file, line=line)

    def entries(self, node: yaml.MappingNode) -> Iterator[tuple[str, int, yaml.Node]]:
        self.expect_tag(node, "map", "python/dict")
        if node not in self.flat:
            self.refuse_repeated(node)
            self.loader.flatten_mapping(node)  # resolves the merge key <<
            self.flat.append(node)
        for name, value in node.value:
            if not isinstance(name, yaml.ScalarNode) or not name.tag.endswith(":str"):
                raise self.refusal(name, f"the key {name.value!r} must be a word")
            yield name.value, name.start_mark.line + 1, value

    def refuse_repeated(self, node: yaml.MappingNode) -> None:
        names = [str(name.value) for name, _ in node.value]
        for index, (name, _) in enumerate(node.value):
            if name.value in names[:index]:
                raise self.refusal(name, f"the key {name.value!r} stands twice in one table")

    def value(self, node: yaml.Node) -> Any:
        self.count(node.start_mark.line + 1)
        if node.tag.startswith(_PYTHON):
            return self.python_value(node, node.tag.removeprefix(_PYTHON))
        if isinstance(node, yaml.SequenceNode):
            self.expect_tag(node, "seq")
            return [self.value(item) for item in node.value]
        if isinstance(node, yaml.MappingNode):
            raise self.refusal(node, "a table cannot stand in a list of plain values")
        if not isinstance(value := self.scalar(node), str | int | float | bool | None):
            return node.value  # a date, which no key of Detectron2 is
        return value

    def scalar(self, node: yaml.Node) -> Any:
        try:
            return self.loader.construct_object(node)
        except ValueError as error:
            raise self.refusal(node, f"{node.value!r} is no value: {error}") from error

    def python_value(self, node: yaml.Node, tag: str) -> Any:
        """What stands under a tag that Detectron2's loader would let Python construct."""
        if tag in ("tuple", "list") and isinstance(node, yaml.SequenceNode):
            return [self.value(item) for item in node.value]
        if tag == "object/apply:eval":
            return self.evaluated(node)
        if tag.startswith("name:") and self.names_are_text:
            return tag.removeprefix("name:")
        raise self.refusal(node, f"the tag !!python/{tag} would execute code, and configs are never executed")

    def evaluated(self, node: yaml.Node) -> Any:
        items = node.value if isinstance(node, yaml.SequenceNode) else []
        if len(items) != 1 or not isinstance(items[0], yaml.ScalarNode):
            raise self.refusal(node, "an eval tag is understood with one text in a list, as published configs have it")
        try:
            return evaluate(items[0].value)
        except ValueError as error:
            raise self.refusal(node, str(error)) from error

    def expect_tag(self, node: yaml.Node, *known: str) -> None:
        if node.tag.removeprefix("tag:yaml.org,2002:") not in known:
            raise self.refusal(node, f"the tag {node.tag!r} has no meaning in a config")

    def count(self, line: int) -> None:
        self.seen += 1
        if self.seen > MAX_VALUES:
            raise ConfigError(f"{self.file}:{line}: aliases make this file more than {MAX_VALUES} values")

    def refusal(self, node: yaml.Node, message: str) -> ConfigError:
        return ConfigError(f"{self.file}:{node.start_mark.line + 1}: {message}")
