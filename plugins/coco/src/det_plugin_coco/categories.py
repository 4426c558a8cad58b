"""From a file's categories to what a model knows of them: contiguous class ids, keypoints."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from det_plugin_coco.annotation_file import Category, decode_categories
from det_plugin_coco.keypoint_schema import FlipPairs, check_keypoints, keypoint_flip
from det_plugin_coco.keypoint_sigmas import COCO_PERSON_SIGMAS
from detcore.errors import DatasetError
from detcore.specs import DatasetMetadata

__all__ = ["chosen_categories", "metadata_in", "metadata_of"]


def metadata_in(
    text: bytes, path: Path, classes: Sequence[str] | None, *, flip: FlipPairs | None = None
) -> DatasetMetadata:
    """What the categories in a file's text say; ``has_masks`` only where its objects never mention a segmentation.

    Raises:
        DatasetError: the text is broken, or its categories are wrong; ``path`` is what the message calls it.
    """
    categories, may_have_masks = decode_categories(text, path)
    chosen = chosen_categories(categories, classes, path)
    return metadata_of(chosen, path, has_masks=None if may_have_masks else False, flip=flip)


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


def metadata_of(
    categories: Sequence[Category], path: Path, *, has_masks: bool | None, flip: FlipPairs | None = None
) -> DatasetMetadata:
    """Metadata of a dataset with these categories, which are in the order of class ids.

    ``flip`` are the pairs of keypoints that change places in a mirror; ``None``: as the file says.

    Raises:
        DatasetError: what they say of their keypoints is wrong, or ``flip`` does not fit them.
    """
    named = _category_with_keypoints(categories, path)
    if flip and named is None:
        raise DatasetError(f"{path}: its categories name no keypoints, but 'keypoint_flip' of the dataset does")
    keypoints = named.keypoints if named else ()
    return DatasetMetadata(
        classes=tuple(category.name for category in categories),
        category_ids=tuple(category.id for category in categories),
        has_masks=has_masks,
        keypoints=keypoints,
        keypoint_flip=keypoint_flip(named, flip, path) if named else (),
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
        check_keypoints(category, path)
        if category.keypoints != named[0].keypoints:
            raise DatasetError(
                f"{path}: categories '{named[0].name}' and '{category.name}' name different keypoints; "
                "a dataset has one list of keypoints, so choose one of them with 'classes'"
            )
    return named[0] if named else None


def _known_sigmas(keypoints: Sequence[str]) -> tuple[float, ...]:
    is_coco_person = len(keypoints) == len(COCO_PERSON_SIGMAS) and keypoints[0] == "nose"
    return COCO_PERSON_SIGMAS if is_coco_person else ()


def _repeated(values: Iterable[object]) -> list[object]:
    return [value for value, count in Counter(values).items() if count > 1]


def _listed(values: Iterable[object]) -> str:
    return ", ".join(f"'{value}'" if isinstance(value, str) else str(value) for value in values)
