"""Whether a semantic head and its data speak of the same labels."""

from detcore.specs import DataSpec, Problem

__all__ = ["check_labels"]


def check_labels(num_classes: int, data: DataSpec) -> list[Problem]:
    """A problem where the data is known to have other labels, or none."""
    if data.num_stuff_classes in {None, num_classes}:
        return []
    if data.num_stuff_classes == 0:
        return [Problem("there is a semantic head, but the data has no semantic maps to learn from")]
    message = (
        f"{num_classes} classes, but the data's semantic maps have {data.num_stuff_classes} labels; "
        'write "${data.num_stuff_classes}"'
    )
    return [Problem(message, ("num_classes",))]
