"""Whether a semantic head and its data speak of the same labels."""

from typing import Final

from detcore.specs import DataSpec, Problem

__all__ = ["UNLABELLED", "check_ignored", "check_labels"]

UNLABELLED: Final = 255
"""As :data:`detcore.structures.UNLABELLED`, which needs torch: of every dataset's maps."""


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


def check_ignored(ignore_value: int, num_classes: int, data: DataSpec) -> list[Problem]:
    """A doubt about a class that is ignored, and a problem where a label is that no pixel has.

    The first is no mistake: the reference computes it, and a class of no interest can be left out so.
    """
    if ignore_value < num_classes:
        message = (
            f"is {ignore_value}, which is one of the classes (0 to {num_classes - 1}) and so never learned; "
            f"the label of pixels to leave out is usually {UNLABELLED}"
        )
        return [Problem(message, ("ignore_value",), "doubtful")]
    if ignore_value == UNLABELLED or not data.num_stuff_classes:
        return []
    message = (
        f"is {ignore_value}, but pixels of the data's semantic maps that nobody has labelled are {UNLABELLED}; "
        f"write {UNLABELLED}, or leave it out"
    )
    return [Problem(message, ("ignore_value",))]
