"""A COCO annotation file as it is written, decoded into typed records.

The format: https://cocodataset.org/#format-data. Only the outer object and the categories are decoded in one go; images
and annotations stay raw until :mod:`det_plugin_coco.records` looks at each, so that every wrong one can be named and
a file of half a gigabyte never becomes Python lists all at once.
"""

import json
import re
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Raw, Struct

from det_plugin_coco.annotation_text import read_annotation_text
from detcore.errors import DatasetError

__all__ = [
    "AnnotationEntry",
    "AnnotationFile",
    "Category",
    "CategoryFile",
    "ImageEntry",
    "RunLengths",
    "decode",
    "decode_categories",
    "explain",
    "read_annotation_file",
    "read_file",
]


class Category(Struct):
    """One entry of ``categories``."""

    id: int
    name: str
    keypoints: tuple[str, ...] = ()
    skeleton: tuple[tuple[int, int], ...] = ()
    """Pairs of keypoint positions, counted from 1."""

    flip_indices: tuple[int, ...] = ()
    """Not of the format: for each keypoint, the one it becomes in the mirror, counted from 0."""

    oks_sigmas: tuple[float, ...] = ()
    """Not of the format: per-keypoint spread for the object keypoint similarity."""


class ImageEntry(Struct):
    """One entry of ``images``."""

    id: int | str
    file_name: str
    height: int
    width: int


class AnnotationEntry(Struct):
    """One entry of ``annotations``."""

    id: int
    image_id: int | str
    category_id: int
    bbox: tuple[float | None, float | None, float | None, float | None]
    """x, y, width, height in pixels; ``None`` where the file says null or NaN, which is a mistake."""

    area: float | None = None
    iscrowd: int | bool | None = 0
    segmentation: Raw = Raw()
    keypoints: list[float | None] | None = None


class RunLengths(Struct):
    """A segmentation by run lengths, compressed (str) or plain."""

    size: tuple[int, int]
    counts: str | list[int]


class CategoryFile(Struct):
    """What of a file is needed to know its classes."""

    categories: list[Category]


class AnnotationFile(Struct):
    """A whole file."""

    categories: list[Category]
    images: list[Raw]
    annotations: list[Raw]


Wanted = TypeVar("Wanted", bound=Struct)


def decode_categories(text: bytes, path: Path) -> tuple[list[Category], bool]:
    """The categories, and whether the text may hold masks: it mentions segmentations, or has no object at all.

    Raises:
        DatasetError: the text is broken; ``path`` is what the message calls it.
    """
    return decode(text, CategoryFile, path).categories, b'"segmentation"' in text or b'"bbox"' not in text


def read_annotation_file(path: Path) -> AnnotationFile:
    """The file, its images and annotations still raw.

    Raises:
        DatasetError: the file is missing or broken.
    """
    return read_file(path, AnnotationFile)


def read_file(path: Path, kind: type[Wanted]) -> Wanted:
    """The file as what it should be.

    Raises:
        DatasetError: the file is missing or broken.
    """
    return decode(read_annotation_text(path), kind, path)


def explain(error: msgspec.ValidationError) -> str:
    """What does not fit, in words: ``bbox[3]: expected float, found str``."""
    message = str(error).replace("`", "").replace("got null", "found null or NaN").replace("got ", "found ")
    if missing := re.match(r"Object missing required field (\w+)(?: - at \$\.?(.*))?", message):
        return f"{missing[2]}: has no '{missing[1]}'" if missing[2] else f"has no '{missing[1]}'"
    what, _, where = message.partition(" - at $")
    what = what[0].lower() + what[1:]
    return f"{where.removeprefix('.')}: {what}" if where else what


def decode(text: bytes, kind: type[Wanted], path: Path) -> Wanted:
    """A file's text as what it should be.

    Raises:
        DatasetError: the text is broken; ``path`` is what the message calls it.
    """
    if text.lstrip()[:1] == b"[":
        raise DatasetError(
            f"{path}: holds a list, as files of results do; a COCO annotation file is an object with 'images', "
            "'annotations' and 'categories'"
        )
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.ValidationError as error:
        raise DatasetError(f"{path}: {explain(error)}; a COCO annotation file was expected") from None
    except msgspec.DecodeError as error:
        return _decode_with_nan(text, kind, path, str(error))


def _decode_with_nan(text: bytes, kind: type[Wanted], path: Path, complaint: str) -> Wanted:
    """Python writes NaN into JSON, where it does not belong: read it as null, so that the record can be named."""
    try:
        document = json.loads(text)
    except ValueError:
        raise DatasetError(f"{path}{_position(text, complaint)}") from None
    return decode(msgspec.json.encode(document), kind, path)


def _position(text: bytes, complaint: str) -> str:
    found = re.search(r"JSON is malformed: (.*) \(byte (\d+)\)", complaint)
    before = text if found is None else text[: int(found[2])]
    line, column = 1 + before.count(b"\n"), len(before) - before.rfind(b"\n")
    if found is None:
        return f", line {line}: the file ends in the middle of a value; it was cut off or never finished"
    return f", line {line}, column {column}: not valid JSON: {found[1]}"
