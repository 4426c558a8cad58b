"""The dataset component ``coco-panoptic``: pictures whose every pixel belongs to a thing or to stuff."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from det_plugin_coco.annotation_file import ImageEntry
from det_plugin_coco.panoptic_file import PanopticEntry, SegmentEntry, read_panoptic_file
from det_plugin_coco.picture_files import PictureFiles
from detcore.data import PackedRecords, panoptic_map
from detcore.errors import DatasetError
from detcore.interfaces import Dataset
from detcore.structures import Annotation, Record, SegmentInfo, rle

__all__ = ["CocoPanopticDataset"]


class CocoPanopticDataset(Dataset):
    """Records of a COCO panoptic file. Objects are those of its map: their masks, and the boxes that fit these tightly.

    Raises:
        DatasetError: the file is missing or broken, names no picture, or a picture or map is not there.
    """

    def __init__(self, *, images: Path, maps: Path, annotations: Path) -> None:
        file = read_panoptic_file(annotations)
        pictures, map_files = PictureFiles(images), PictureFiles(maps, setting="maps")
        if not file.pictures:
            raise DatasetError(f"{annotations}: lists no pictures")
        for image, entry in file.pictures:
            for files, name in ((pictures, image.file_name), (map_files, entry.file_name)):
                if not files.has(name):
                    raise DatasetError(f"{annotations}, image {image.id}: there is no file {files.path(name)}")
        self.metadata = file.metadata
        self._places = file.places
        self._records = PackedRecords(
            self._record(image, entry, pictures=pictures, maps=map_files) for image, entry in file.pictures
        )
        self._sizes = np.array([(image.height, image.width) for image, _ in file.pictures], dtype=np.int32)
        self._ids = [image.id for image, _ in file.pictures]

    def __len__(self) -> int:
        return len(self._records)

    def __getitem__(self, index: int) -> Record:
        record = self._records[index]
        labels, segments = panoptic_map(record)
        things = [segment for segment in segments if segment["isthing"]]
        found = [_annotation(segment, labels == segment["id"]) for segment in things]
        # The map is at hand, so nobody has to read its file again.
        return {**record, "pan_seg": labels, "annotations": [each for each in found if each is not None]}

    def image_size(self, index: int) -> tuple[int, int]:
        height, width = self._sizes[index].tolist()
        return height, width

    def image_id(self, index: int) -> int | str:
        return self._ids[index]

    def _record(self, image: ImageEntry, entry: PanopticEntry, *, pictures: PictureFiles, maps: PictureFiles) -> Record:
        return {
            "file_name": pictures.path(image.file_name),
            "height": image.height,
            "width": image.width,
            "image_id": image.id,
            "annotations": [],
            "pan_seg_file_name": maps.path(entry.file_name),
            "segments_info": [self._segment(segment) for segment in entry.segments_info],
        }

    def _segment(self, segment: SegmentEntry) -> SegmentInfo:
        is_thing, place = self._places[segment.category_id]
        return {
            "id": segment.id,
            "category_id": place,
            "isthing": is_thing,
            "iscrowd": int(segment.iscrowd),
            "area": segment.area,
        }


def _annotation(segment: SegmentInfo, bitmap: NDArray[np.bool_]) -> Annotation | None:
    """``None`` where the map has no pixel of the segment."""
    columns, rows = np.flatnonzero(bitmap.any(axis=0)), np.flatnonzero(bitmap.any(axis=1))
    if not len(rows):
        return None
    return {
        "bbox": [float(edge) for edge in (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)],
        "category_id": segment["category_id"],
        "segmentation": rle.encode(bitmap),
        "iscrowd": segment.get("iscrowd", 0),
        "area": float(np.count_nonzero(bitmap)),
        "id": segment["id"],
    }
