"""From a file's categories to what a model knows of them: contiguous class ids, keypoints."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from det_plugin_coco.annotation_file import Category, decode_categories
from detcore.errors import DatasetError
from detcore.specs import DatasetMetadata

__all__ = ["COCO_PERSON_SIGMAS", "chosen_categories", "metadata_in", "metadata_of"]

COCO_PERSON_SIGMAS: Final = (
    *(0.026, 0.025, 0.025, 0.035, 0.035, 0.079, 0.079, 0.072, 0.072),
    *(0.062, 0.062, 0.107, 0.107, 0.087, 0.087, 0.089, 0.089),
)
"""Spread of the 17 keypoints of a person, nose to ankles: https://cocodataset.org/#keypoints-eval"""


def metadata_in(text: bytes, path: Path, classes: Sequence[str] | None) -> DatasetMetadata:
    """What the categories in a file's text say; ``has_masks`` only where its objects never mention a segmentation.

    Raises:
        DatasetError: the text is broken, or its categories are wrong; ``path`` is what the message calls it.
    """
    categories, may_have_masks = decode_categories(text, path)
    return metadata_of(chosen_categories(categories, classes, path), path, has_masks=None if may_have_masks else False)


def chosen_categories(categories: Sequence[Category], classes: Sequence[str] | None, path: Path) -> list[Category]:
    """The categories in the order of class ids: by ascending id (as in Detectron2), or as ``classes`` lists them."""
    _check_ids(categories, path)
    if classes is None:
        _check_names(categories, path)
        return sorted(categories, key=lambda category: category.id)
    _check_names([category for category in categories if category.name in classes], path)
    by_name = {category.name: category for category in categories}
    if unknown := [name for name in classes if name not in by_name]:
        raise DatasetError(f"{path}: has no category named {_listed(unknown)}; it has {_listed(by_name)}")
    if repeated := _repeated(classes):
        raise DatasetError(f"{path}: 'classes' of the dataset names {_listed(repeated)} more than once")
    return [by_name[name] for name in classes]


def metadata_of(categories: Sequence[Category], path: Path, *, has_masks: bool | None) -> DatasetMetadata:
    """Metadata of a dataset with these categories, which are in the order of class ids."""
    named = _category_with_keypoints(categories, path)
    keypoints = named.keypoints if named else ()
    return DatasetMetadata(
        classes=tuple(category.name for category in categories),
        category_ids=tuple(category.id for category in categories),
        has_masks=has_masks,
        keypoints=keypoints,
        keypoint_flip=(named.flip_indices or _mirrored_names(keypoints)) if named else (),
        keypoint_sigmas=(named.oks_sigmas or _known_sigmas(keypoints)) if named else (),
        keypoint_skeleton=tuple((a - 1, b - 1) for a, b in named.skeleton) if named else (),
        name=path.stem,
    )


def _check_ids(categories: Sequence[Category], path: Path) -> None:
    if not categories:
        raise DatasetError(f"{path}: 'categories' is empty; list at least one category")
    if repeated := _repeated(category.id for category in categories):
        raise DatasetError(f"{path}: category id {_listed(repeated)} stands more than once; give each category its own")


def _check_names(categories: Sequence[Category], path: Path) -> None:
    for name in _repeated(category.name for category in categories):
        ids = _listed(category.id for category in categories if category.name == name)
        raise DatasetError(f"{path}: categories {ids} are all named '{name}'; rename all but one")


def _category_with_keypoints(categories: Sequence[Category], path: Path) -> Category | None:
    named = [category for category in categories if category.keypoints]
    for category in named:
        _check_keypoints(category, path)
        if category.keypoints != named[0].keypoints:
            raise DatasetError(
                f"{path}: categories '{named[0].name}' and '{category.name}' name different keypoints; "
                "a dataset has one list of keypoints, so choose one of them with 'classes'"
            )
    return named[0] if named else None


def _check_keypoints(category: Category, path: Path) -> None:
    count, where = len(category.keypoints), f"{path}, category '{category.name}'"
    if category.flip_indices and sorted(category.flip_indices) != list(range(count)):
        raise DatasetError(f"{where}: 'flip_indices' must list each of 0 to {count - 1} once")
    if category.oks_sigmas and (len(category.oks_sigmas) != count or min(category.oks_sigmas) <= 0):
        raise DatasetError(f"{where}: 'oks_sigmas' must be {count} numbers above 0, one per keypoint")
    if not all(1 <= end <= count for pair in category.skeleton for end in pair):
        raise DatasetError(f"{where}: 'skeleton' must join keypoints 1 to {count}")


def _mirrored_names(keypoints: Sequence[str]) -> tuple[int, ...]:
    """``left_eye`` becomes ``right_eye`` and back, in the words the keypoints themselves use."""
    position = {name: index for index, name in enumerate(keypoints)}
    mirrored = [position.get(_mirror(name), index) for index, name in enumerate(keypoints)]
    return () if mirrored == list(range(len(keypoints))) else tuple(mirrored)


def _mirror(name: str) -> str:
    if "left" in name:
        return name.replace("left", "right")
    return name.replace("right", "left")


def _known_sigmas(keypoints: Sequence[str]) -> tuple[float, ...]:
    is_coco_person = len(keypoints) == len(COCO_PERSON_SIGMAS) and keypoints[0] == "nose"
    return COCO_PERSON_SIGMAS if is_coco_person else ()


def _repeated(values: Iterable[object]) -> list[object]:
    return [value for value, count in Counter(values).items() if count > 1]


def _listed(values: Iterable[object]) -> str:
    return ", ".join(f"'{value}'" if isinstance(value, str) else str(value) for value in values)
