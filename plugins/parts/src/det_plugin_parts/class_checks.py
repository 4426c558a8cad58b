"""Whether a model and its data speak of the same number of classes."""

from detcore.specs import DataSpec, Problem

__all__ = ["check_classes"]


def check_classes(num_classes: int, data: DataSpec) -> list[Problem]:
    """A problem where the data is known to have another number of classes."""
    if data.num_classes in {None, num_classes}:
        return []
    message = f'{num_classes} classes, but the data has {data.num_classes}; write "${{data.num_classes}}"'
    return [Problem(message, ("num_classes",))]
