"""The value that a config may refer to although nobody writes it."""

from detcore.config.facts import metadata_of
from detcore.config.layering.references import resolve_references
from detcore.config.structuring.gathering import UnreadableError
from detcore.config.structuring.structurer import Structurer
from detcore.config.text.nodes import Node, Origin, Path, at
from detcore.errors import DetcoreError
from detcore.plugins import Registry
from detcore.specs import DatasetConfig

__all__ = ["derived"]


def derived(path: Path, root: Node, registry: Registry) -> Node | None:
    """``${data.num_classes}``: how many names ``data.classes`` lists, or else the first dataset has.

    ``None`` for every other path.

    Raises:
        ValueError: it cannot be known without reading the data.
    """
    if path != ("data", "num_classes"):
        return None
    resolved, _ = resolve_references(root, lambda _: None)
    classes = at(resolved, ("data", "classes"))
    if classes is None:
        return Node(_classes_of_first_dataset(resolved, registry), Origin())
    if not isinstance(classes.value, list) or not classes.value:
        raise ValueError("")  # what is wrong with it is reported there
    return Node(len(classes.value), classes.origin)


def _classes_of_first_dataset(root: Node, registry: Registry) -> int:
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
        raise ValueError("${data.num_classes}: not known before the dataset is read; write data.classes")
    return len(metadata.classes)
