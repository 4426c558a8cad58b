"""Whether datasets that are used together mean the same classes."""

from collections.abc import Sequence

from detcore.errors import DatasetError
from detcore.specs import DatasetMetadata

__all__ = ["check_classes"]


def check_classes(expected: Sequence[str], metadata: DatasetMetadata, *, source: str = "data.classes") -> None:
    """Refuse a dataset whose classes are not exactly ``expected``, in this order; ``source`` is who says so.

    Raises:
        DatasetError: they differ; the message names both lists.
    """
    if tuple(expected) != metadata.classes:
        name = f"dataset {metadata.name!r}" if metadata.name else "a dataset"
        raise DatasetError(
            f"{name} has the classes {_listed(metadata.classes)}, but {source} lists {_listed(expected)}: "
            "names and order must agree"
        )


def _listed(classes: Sequence[str]) -> str:
    return "[" + ", ".join(classes) + "]"
