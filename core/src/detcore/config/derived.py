"""The values that a config may refer to although nobody writes them."""

from detcore.config.facts import metadata_of
from detcore.config.layering.references import resolve_references
from detcore.config.structuring.gathering import UnreadableError
from detcore.config.structuring.structurer import Structurer
from detcore.config.text.nodes import Node, Origin, Path, at
from detcore.errors import DetcoreError
from detcore.plugins import Registry
from detcore.specs import DatasetConfig, DatasetMetadata

__all__ = ["derived"]


def derived(path: Path, root: Node, registry: Registry) -> Node | None:
    """``${data.num_classes}`` and ``${data.num_stuff_classes}``: as many as the first training dataset has.

    Of classes, as many as ``data.classes`` lists where it does. ``None`` for every other path.

    Raises:
        ValueError: it cannot be known without reading the data.
    """
    if path == ("data", "num_classes"):
        return _number_of_classes(_without_derived(root), registry)
    if path == ("data", "num_stuff_classes"):
        resolved = _without_derived(root)
        metadata = _first_dataset(resolved, registry, told="data.num_stuff_classes", else_write="the number")
        return Node(len(metadata.stuff_classes), Origin())
    return None


def _without_derived(root: Node) -> Node:
    """The config with every other reference resolved."""
    resolved, _ = resolve_references(root, lambda _: None)
    return resolved


def _number_of_classes(resolved: Node, registry: Registry) -> Node:
    classes = at(resolved, ("data", "classes"))
    if classes is None:
        metadata = _first_dataset(resolved, registry, told="data.num_classes", else_write="data.classes")
        return Node(len(metadata.classes), Origin())
    if not isinstance(classes.value, list) or not classes.value:
        raise ValueError("")  # what is wrong with it is reported there
    return Node(len(classes.value), classes.origin)


def _first_dataset(root: Node, registry: Registry, *, told: str, else_write: str) -> DatasetMetadata:
    """What the first training dataset tells without being read; ``told`` is the value that is worked out from it."""
    path: Path = ("data", "train", "datasets", 0)
    node = at(root, path)
    if node is None:
        raise ValueError("")  # that there is no training dataset is reported where it should be
    try:
        config: DatasetConfig = Structurer(registry).read(node, DatasetConfig, path)
        metadata = metadata_of(config, registry)
    except (UnreadableError, DetcoreError) as error:
        raise ValueError("") from error  # the dataset's own mistake is reported at the dataset
    if metadata is None:
        raise ValueError(f"${{{told}}}: not known before the dataset is read; write {else_write}")
    return metadata
