"""From the raw entries of an annotation file to records, every wrong one named."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from det_plugin_coco.annotation_checks import box_problems, is_out_of_sight, keypoint_problems, mask_problems
from det_plugin_coco.annotation_file import AnnotationEntry, AnnotationFile, Category, ImageEntry, RunLengths, explain
from det_plugin_coco.findings import Findings
from det_plugin_coco.picture_files import PictureFiles
from detcore.structures import COCO_KEYPOINT_SHIFT, Annotation, Record, RLEDict

__all__ = ["RecordReader"]

_image_decoder = msgspec.json.Decoder(ImageEntry)
_annotation_decoder = msgspec.json.Decoder(AnnotationEntry)
_mask_decoder = msgspec.json.Decoder(list[list[float]] | RunLengths)

ImageId = int | str


class RecordReader:
    """Reads one file's records.

    ``known`` are all categories of the file, ``chosen`` those that become classes, in the order of class ids. After
    :meth:`records` is exhausted, ``mistakes`` says which records are wrong (they are left out), ``unseen`` which boxes
    have no area inside their picture (they are kept), and ``objects`` and ``masks`` count what was kept, crowds apart.
    """

    def __init__(
        self,
        *,
        path: Path,
        pictures: PictureFiles,
        known: Sequence[Category],
        chosen: Sequence[Category],
        keypoints: tuple[str, ...],
    ) -> None:
        self.path = path
        self.mistakes = Findings(path)
        self.unseen = Findings(path)
        self.objects = self.masks = 0
        self._pictures = pictures
        self._known = {category.id for category in known}
        self._class_ids = {category.id: class_id for class_id, category in enumerate(chosen)}
        self._keypoints = keypoints

    def records(self, file: AnnotationFile) -> Iterator[Record]:
        """Every picture of the file in the file's order, with its annotations in the file's order."""
        images = self._images(file.images)
        annotations = self._annotations(file.annotations, images)
        for image in images.values():
            if self._is_picture(image):
                yield {
                    "file_name": self._pictures.path(image.file_name),
                    "height": image.height,
                    "width": image.width,
                    "image_id": image.id,
                    "annotations": [*self._objects(annotations.pop(image.id, ()), image)],
                }

    def _images(self, raw_images: Sequence[msgspec.Raw]) -> dict[ImageId, ImageEntry]:
        images: dict[ImageId, ImageEntry] = {}
        for position, raw in enumerate(raw_images):
            try:
                image = _image_decoder.decode(raw)
            except msgspec.ValidationError as error:
                self.mistakes.add(f"images[{position}]", explain(error))
                continue
            if image.id in images:
                other = images[image.id].file_name
                self.mistakes.add(_image_name(image), f"id {image.id} is also that of {other}; give each its own")
            else:
                images[image.id] = image
        return images

    def _annotations(
        self, raw_annotations: Sequence[msgspec.Raw], images: dict[ImageId, ImageEntry]
    ) -> dict[ImageId, list[AnnotationEntry]]:
        grouped: dict[ImageId, list[AnnotationEntry]] = defaultdict(list)
        seen: set[int] = set()
        for position, raw in enumerate(raw_annotations):
            try:
                entry = _annotation_decoder.decode(raw)
            except msgspec.ValidationError as error:
                self.mistakes.add(f"annotations[{position}]", explain(error))
                continue
            if problem := self._misplaced(entry, seen, images):
                self.mistakes.add(f"annotation {entry.id} (image {_file_name(entry, images)})", problem)
            else:
                grouped[entry.image_id].append(entry)
            seen.add(entry.id)
        return grouped

    def _misplaced(self, entry: AnnotationEntry, seen: set[int], images: dict[ImageId, ImageEntry]) -> str | None:
        if entry.id in seen:
            return f"id {entry.id} stands more than once; give each annotation its own"
        if entry.image_id not in images:
            return f"there is no image {entry.image_id!r} in the file's 'images'; add it or remove the annotation"
        if entry.category_id not in self._known:
            return (
                f"category_id {entry.category_id} is not in the file's 'categories'; "
                "add it there or correct the annotation"
            )
        return None

    def _is_picture(self, image: ImageEntry) -> bool:
        if image.height < 1 or image.width < 1:
            self.mistakes.add(_image_name(image), f"a picture cannot be {image.width}x{image.height} px")
            return False
        if not self._pictures.has(image.file_name):
            folder = self._pictures.folder
            self.mistakes.add(_image_name(image), f"there is no such file in {folder}; correct 'images' of the dataset")
            return False
        return True

    def _objects(self, entries: Sequence[AnnotationEntry], image: ImageEntry) -> Iterator[Annotation]:
        for entry in entries:
            class_id = self._class_ids.get(entry.category_id)
            if class_id is None:
                continue
            mask, problems = _mask(entry, image)
            problems += box_problems(entry)
            problems += keypoint_problems(entry, self._keypoints) if self._has_points(entry) else []
            for problem in problems:
                self.mistakes.add(_annotation_name(entry, image), problem)
            if not problems:
                yield self._object(entry, class_id, mask, image)

    def _object(
        self, entry: AnnotationEntry, class_id: int, mask: list[list[float]] | RLEDict | None, image: ImageEntry
    ) -> Annotation:
        box = [side for side in entry.bbox if side is not None]
        annotation = Annotation(
            bbox=box, bbox_mode="xywh", category_id=class_id, iscrowd=int(entry.iscrowd or 0), id=entry.id
        )
        if entry.area is not None:
            annotation["area"] = entry.area
        if mask is not None:
            annotation["segmentation"] = mask
        if self._has_points(entry):
            annotation["keypoints"] = _shifted(entry.keypoints or [])
        self._count(annotation, entry, image)
        return annotation

    def _count(self, annotation: Annotation, entry: AnnotationEntry, image: ImageEntry) -> None:
        x, y, width, height = annotation["bbox"]
        if is_out_of_sight((x, y, width, height), image):
            self.unseen.add(_annotation_name(entry, image), f"{width:g}x{height:g} px at ({x:g}, {y:g})")
        if not annotation.get("iscrowd"):
            self.objects += 1
            self.masks += "segmentation" in annotation

    def _has_points(self, entry: AnnotationEntry) -> bool:
        """A file whose categories name no keypoints has none, whatever its annotations carry."""
        return bool(self._keypoints) and bool(entry.keypoints)


def _mask(entry: AnnotationEntry, image: ImageEntry) -> tuple[list[list[float]] | RLEDict | None, list[str]]:
    """The segmentation as a record holds it, and what is wrong with it; an empty one is none."""
    raw = bytes(entry.segmentation)
    if raw in (b"", b"null", b"[]", b"{}"):
        return None, []
    try:
        mask = _mask_decoder.decode(raw)
    except msgspec.ValidationError as error:
        return None, [f"segmentation: {explain(error)}; polygons or an RLE were expected"]
    problems = [*mask_problems(mask, image)]
    if isinstance(mask, RunLengths):
        return {"size": list(mask.size), "counts": mask.counts}, problems
    return mask, problems


def _shifted(keypoints: Sequence[float | None]) -> list[float]:
    return [float(value or 0) + (0 if place % 3 == 2 else COCO_KEYPOINT_SHIFT) for place, value in enumerate(keypoints)]


def _image_name(image: ImageEntry) -> str:
    return f"image {image.id} ({image.file_name})"


def _annotation_name(entry: AnnotationEntry, image: ImageEntry) -> str:
    return f"annotation {entry.id} (image {image.file_name})"


def _file_name(entry: AnnotationEntry, images: dict[ImageId, ImageEntry]) -> str:
    image = images.get(entry.image_id)
    return str(entry.image_id) if image is None else image.file_name
