"""Is every record what a dataset may yield? Found when data is loaded, not an hour into training."""

import math
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from detcore.errors import DatasetError
from detcore.specs import DatasetMetadata
from detcore.structures import Annotation, Record

__all__ = ["check_records", "describe"]

_SHOWN = 20
"""Problems told in full; of the others, only how many."""


def check_records(records: Sequence[Record], metadata: DatasetMetadata) -> None:
    """Look at every record.

    Raises:
        DatasetError: some are wrong; names the first twenty and the total.
    """
    owners: dict[int | str, int] = {}
    problems = (
        f"record {index} ({describe(record)}): {problem}"
        for index, record in enumerate(records)
        for problem in chain(_record_problems(record, metadata), _repeated_id(record, index, owners))
    )
    shown = list(islice(problems, _SHOWN))
    if shown:
        total = len(shown) + sum(1 for _ in problems)
        where = f"dataset {metadata.name!r}: " if metadata.name else ""
        more = [f"… and {total - len(shown)} more"] if total > len(shown) else []
        count = f"{total} problems:\n  " if total > 1 else ""
        raise DatasetError(where + count + "\n  ".join(shown + more))


def describe(record: Record) -> str:
    """What a message calls the picture of a record: its file where it has one."""
    return str(record["file_name"]) if "file_name" in record else f"image {record.get('image_id', 'without image_id')}"


def _record_problems(record: Record, metadata: DatasetMetadata) -> Iterator[str]:
    missing = [key for key in ("height", "width", "image_id", "annotations") if key not in record]
    if "file_name" not in record and "image" not in record:
        missing.append("file_name")
    if missing:
        yield f"has no {', '.join(missing)}"
        return
    if record["height"] < 1 or record["width"] < 1:
        yield f"a picture cannot be {record['width']}×{record['height']} px"
    for index, annotation in enumerate(record["annotations"]):
        problems = chain(_annotation_problems(annotation, metadata), _mask_problems(annotation, record))
        for problem in problems:
            yield f"annotation {annotation.get('id', f'number {index}')}: {problem}"


def _repeated_id(record: Record, index: int, owners: dict[int | str, int]) -> Iterator[str]:
    """Results are told apart by image id; ``owners`` remembers which record had each first."""
    if "image_id" not in record:
        return
    first = owners.setdefault(record["image_id"], index)
    if first != index:
        yield f"image_id {record['image_id']!r} is already that of record {first}"


def _annotation_problems(annotation: Annotation, metadata: DatasetMetadata) -> Iterator[str]:
    missing = {"bbox", "category_id"} - annotation.keys()
    if missing:
        yield f"has no {', '.join(sorted(missing))}"
        return
    if not 0 <= annotation["category_id"] < len(metadata.classes):
        yield f"category_id {annotation['category_id']} is not one of the {len(metadata.classes)} classes"
    mode: str = annotation.get("bbox_mode", "xyxy")
    if mode not in {"xyxy", "xywh"}:
        yield f"bbox_mode must be 'xyxy' or 'xywh', not {mode!r}"
    elif len(annotation["bbox"]) != 4 or not all(math.isfinite(value) for value in annotation["bbox"]):
        yield f"bbox must be four finite numbers, not {list(annotation['bbox'])}"
    else:
        yield from _negative_sides(annotation["bbox"], mode)
    if len(annotation.get("keypoints", ())) % 3:
        yield f"keypoints must be x y visibility for each, found {len(annotation['keypoints'])} numbers"


def _negative_sides(bbox: Sequence[float], mode: str) -> Iterator[str]:
    x, y, right, bottom = bbox
    width, height = (right - x, bottom - y) if mode == "xyxy" else (right, bottom)
    if width < 0:
        yield f"box has width {width:g} px"
    if height < 0:
        yield f"box has height {height:g} px"


def _mask_problems(annotation: Annotation, record: Record) -> Iterator[str]:
    segmentation = annotation.get("segmentation", [])
    size = [record["height"], record["width"]]
    if isinstance(segmentation, dict):
        if list(segmentation["size"]) != size:
            yield f"its mask is for a picture of {list(segmentation['size'])} (height, width), not of {size}"
    elif any(len(polygon) % 2 for polygon in segmentation):
        yield "a polygon has an odd number of coordinates"
