"""A COCO panoptic annotation file as it is written, decoded into typed records.

The format: https://cocodataset.org/#format-data, section 4.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from attrs import frozen
from msgspec import Struct

from det_plugin_coco.annotation_file import ImageEntry, decode, read_file
from det_plugin_coco.findings import Findings
from detcore.errors import DatasetError
from detcore.specs import DatasetMetadata

__all__ = ["PanopticEntry", "PanopticFile", "SegmentEntry", "panoptic_metadata", "read_panoptic_file"]


class PanopticCategory(Struct):
    """One entry of ``categories``."""

    id: int
    name: str
    isthing: int | bool


class SegmentEntry(Struct):
    """One entry of ``segments_info``."""

    id: int
    category_id: int
    area: float
    iscrowd: int | bool = 0


class PanopticEntry(Struct):
    """One entry of ``annotations``: a picture's segments and the file of their map."""

    image_id: int | str
    file_name: str
    segments_info: list[SegmentEntry]


class _CategoryFile(Struct):
    categories: list[PanopticCategory]


class _WholeFile(Struct):
    categories: list[PanopticCategory]
    images: list[ImageEntry]
    annotations: list[PanopticEntry]


@frozen(kw_only=True, eq=False)
class PanopticFile:
    """What a file says, put together."""

    metadata: DatasetMetadata
    places: dict[int, tuple[bool, int]]
    """Of each category id: whether it is a thing, and its position among the classes of its kind."""

    pictures: list[tuple[ImageEntry, PanopticEntry]]


def panoptic_metadata(text: bytes, path: Path) -> DatasetMetadata:
    """Classes of both kinds in a file's text, in the order of their ids.

    Raises:
        DatasetError: the text is broken; ``path`` is what the message calls it.
    """
    return _metadata(decode(text, _CategoryFile, path).categories, path)


def read_panoptic_file(path: Path) -> PanopticFile:
    """The whole file, checked.

    Raises:
        DatasetError: the file is missing or broken, or what it says does not fit together; the first twenty mistakes.
    """
    file = read_file(path, _WholeFile)
    metadata = _metadata(file.categories, path)
    places = _places(file.categories)
    mistakes = Findings(path)
    for record, sentence in _mistakes(file, places):
        mistakes.add(record, sentence)
    mistakes.refuse()
    images = {image.id: image for image in file.images}
    return PanopticFile(
        metadata=metadata, places=places, pictures=[(images[each.image_id], each) for each in file.annotations]
    )


def _metadata(categories: Sequence[PanopticCategory], path: Path) -> DatasetMetadata:
    things, stuff = _of_kind(categories, thing=True), _of_kind(categories, thing=False)
    for kind in (things, stuff):
        names = [category.name for category in kind]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise DatasetError(f"{path}: several categories of one kind are named {repeated[0]!r}; rename all but one")
    return DatasetMetadata(
        classes=tuple(category.name for category in things),
        category_ids=tuple(category.id for category in things),
        has_masks=True,
        stuff_classes=("things", *(category.name for category in stuff)),
        has_proposals=False,
        name=path.stem,
    )


def _places(categories: Sequence[PanopticCategory]) -> dict[int, tuple[bool, int]]:
    things = {category.id: (True, index) for index, category in enumerate(_of_kind(categories, thing=True))}
    # Label 0 of a semantic map is all things together.
    stuff = {category.id: (False, index) for index, category in enumerate(_of_kind(categories, thing=False), start=1)}
    return {**things, **stuff}


def _of_kind(categories: Iterable[PanopticCategory], *, thing: bool) -> list[PanopticCategory]:
    return sorted((each for each in categories if bool(each.isthing) == thing), key=lambda category: category.id)


def _mistakes(file: _WholeFile, places: dict[int, tuple[bool, int]]) -> Iterator[tuple[str, str]]:
    images = {image.id for image in file.images}
    for each in file.annotations:
        if each.image_id not in images:
            yield f"annotation of {each.file_name}", f"speaks of image {each.image_id}, which 'images' does not list"
        for segment in each.segments_info:
            if segment.category_id not in places:
                yield f"segment {segment.id} ({each.file_name})", f"there is no category {segment.category_id}"
