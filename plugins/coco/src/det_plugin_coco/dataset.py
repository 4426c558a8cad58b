"""The dataset component ``coco``: pictures annotated by one COCO JSON file."""

import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from attrs import evolve

from det_plugin_coco.annotation_file import read_annotation_file
from det_plugin_coco.categories import chosen_categories, metadata_of
from det_plugin_coco.keypoint_schema import FlipPairs
from det_plugin_coco.picture_files import PictureFiles
from det_plugin_coco.proposal_file import ProposalFile
from det_plugin_coco.records import RecordReader
from detcore.data import PackedRecords
from detcore.errors import DatasetError, DetcoreWarning
from detcore.interfaces import Dataset
from detcore.structures import Record

__all__ = ["CocoDataset"]


class CocoDataset(Dataset):
    """Records of a COCO file, packed.

    Boxes, areas, segmentations, ``iscrowd`` and ids are those of the file, so that evaluating against these records is
    evaluating against the file. Class ids are positions in ``metadata.classes``; annotations of other categories are
    left out. Keypoints are moved by half a pixel, to continuous coordinates.

    Raises:
        DatasetError: the file is missing or broken, has no pictures, or (unless ``skip_invalid``) a record is wrong.
    """

    def __init__(
        self,
        *,
        images: Path,
        annotations: Path,
        classes: Sequence[str] | None,
        filter_empty: bool,
        skip_invalid: bool,
        flip: FlipPairs | None,
        min_keypoints: int,
        proposals: Path | None,
        max_proposals: int,
    ) -> None:
        file = read_annotation_file(annotations)
        chosen = chosen_categories(file.categories, classes, annotations)
        metadata = metadata_of(chosen, annotations, has_masks=None, flip=flip)
        reader = RecordReader(
            path=annotations,
            pictures=PictureFiles(images),
            known=file.categories,
            chosen=chosen,
            keypoints=metadata.keypoints,
        )
        sizes: list[tuple[int, int]] = []
        kept = _kept(reader.records(file), filter_empty, min_keypoints)
        if proposals is not None:
            kept = ProposalFile(proposals).added_to(kept, most=max_proposals)
        self._records = PackedRecords(_noting_sizes(kept, sizes))
        self._sizes = np.array(sizes, dtype=np.int32)  # one array, not objects that forked workers would each copy
        _tell(reader, skip_invalid)
        if not sizes:
            raise DatasetError(f"{annotations}: lists no pictures{_wanted(filter_empty, min_keypoints)}")
        metadata = metadata_of(chosen, annotations, has_masks=_has_masks(reader), flip=flip)
        self.metadata = evolve(metadata, has_proposals=proposals is not None)

    def __len__(self) -> int:
        return len(self._records)

    def __getitem__(self, index: int) -> Record:
        return self._records[index]

    def image_size(self, index: int) -> tuple[int, int]:
        height, width = self._sizes[index].tolist()
        return height, width


def _kept(records: Iterator[Record], filter_empty: bool, min_keypoints: int) -> Iterator[Record]:
    for record in records:
        is_empty = all(annotation.get("iscrowd") for annotation in record["annotations"])
        if not (filter_empty and is_empty) and _num_labelled(record) >= min_keypoints:
            yield record


def _num_labelled(record: Record) -> int:
    """Keypoints, as in the reference with those of crowds."""
    labels = (annotation.get("keypoints", [])[2::3] for annotation in record["annotations"])
    return sum(visibility > 0 for visible in labels for visibility in visible)


def _wanted(filter_empty: bool, min_keypoints: int) -> str:
    if min_keypoints:
        return f" with {min_keypoints} labelled keypoints or more"
    return " with objects" if filter_empty else ""


def _noting_sizes(records: Iterator[Record], sizes: list[tuple[int, int]]) -> Iterator[Record]:
    for record in records:
        sizes.append((record["height"], record["width"]))
        yield record


def _tell(reader: RecordReader, skip_invalid: bool) -> None:
    if not skip_invalid:
        reader.mistakes.refuse()
    reader.mistakes.warn("left out because they are wrong ('invalid' of the dataset is \"skip\")")
    reader.unseen.warn("with a box that has no area inside its picture; they count in evaluation, not in training")


def _has_masks(reader: RecordReader) -> bool | None:
    """Whether every object has a mask; not known where there are no objects."""
    if 0 < reader.masks < reader.objects:
        warnings.warn(
            f"{reader.path}: only {reader.masks} of {reader.objects} objects have a segmentation, "
            "so the dataset counts as one without masks",
            DetcoreWarning,
            stacklevel=2,
        )
    return reader.masks == reader.objects if reader.objects else None
