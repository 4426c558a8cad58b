"""What a category says of its keypoints, checked: names, skeleton, and which change places in a mirror."""

from collections.abc import Sequence
from pathlib import Path

from det_plugin_coco.annotation_file import Category
from detcore.errors import DatasetError

__all__ = ["FlipPairs", "check_keypoints", "keypoint_flip"]

FlipPairs = Sequence[tuple[str, str]]
"""Names of keypoints that change places when a picture is mirrored left to right, each there once."""


def check_keypoints(category: Category, path: Path) -> None:
    """Nothing where names, skeleton, mirror and sigmas fit together.

    Raises:
        DatasetError: they do not.
    """
    count, where = len(category.keypoints), f"{path}, category '{category.name}'"
    for name in category.keypoints:
        if category.keypoints.count(name) > 1:
            raise DatasetError(f"{where}: two keypoints are named '{name}'; rename one of them")
    if category.flip_indices and sorted(category.flip_indices) != list(range(count)):
        raise DatasetError(f"{where}: 'flip_indices' must list each of 0 to {count - 1} once")
    for index, other in enumerate(category.flip_indices):
        if category.flip_indices[other] != index:
            raise DatasetError(
                f"{where}: 'flip_indices' makes keypoint {index} the keypoint {other}, but not {other} the {index}; "
                "mirroring twice must change nothing"
            )
    if category.oks_sigmas and (len(category.oks_sigmas) != count or min(category.oks_sigmas) <= 0):
        raise DatasetError(f"{where}: 'oks_sigmas' must be {count} numbers above 0, one per keypoint")
    if not all(1 <= end <= count for pair in category.skeleton for end in pair):
        raise DatasetError(f"{where}: 'skeleton' must join keypoints 1 to {count}")


def keypoint_flip(category: Category, given: FlipPairs | None, path: Path) -> tuple[int, ...]:
    """For each keypoint the one it becomes in a mirror: as ``given``, else as the file says, else by the names.

    Empty where no name says left or right.

    Raises:
        DatasetError: ``given`` names a keypoint that is not there.
    """
    if given is not None:
        return _of_pairs(category, given, path)
    return category.flip_indices or _of_names(category.keypoints)


def _of_pairs(category: Category, pairs: FlipPairs, path: Path) -> tuple[int, ...]:
    flip = list(range(len(category.keypoints)))
    for name in (name for pair in pairs for name in pair):
        if name not in category.keypoints:
            known = ", ".join(f"'{each}'" for each in category.keypoints)
            raise DatasetError(f"{path}: 'keypoint_flip' of the dataset names '{name}', but the keypoints are {known}")
    for one, other in pairs:
        a, b = category.keypoints.index(one), category.keypoints.index(other)
        flip[a], flip[b] = b, a
    return tuple(flip)


def _of_names(keypoints: Sequence[str]) -> tuple[int, ...]:
    """``left_eye`` becomes ``right_eye`` and back, in the words the keypoints themselves use."""
    position = {name: index for index, name in enumerate(keypoints)}
    mirrored = [position.get(_mirror(name), index) for index, name in enumerate(keypoints)]
    return () if mirrored == list(range(len(keypoints))) else tuple(mirrored)


def _mirror(name: str) -> str:
    for left, right in (("left", "right"), ("Left", "Right"), ("LEFT", "RIGHT")):
        if left in name:
            return name.replace(left, right)
        if right in name:
            return name.replace(right, left)
    return name
