"""The dataset component ``coco``: settings."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from attrs import field, frozen
from attrs.validators import and_, in_, optional

from detcore.specs import DatasetConfig, DatasetMetadata, names, not_empty

if TYPE_CHECKING:
    from det_plugin_coco.dataset import CocoDataset

__all__ = ["CocoDatasetConfig"]


@frozen(kw_only=True)
class CocoDatasetConfig(DatasetConfig):
    """Pictures in a folder, annotated by one COCO JSON file (``instances_*.json``, ``person_keypoints_*.json``)."""

    images: str = field(validator=not_empty)
    """Folder that the file's ``file_name`` entries are relative to."""

    annotations: str = field(validator=not_empty)
    """The JSON file."""

    classes: tuple[str, ...] | None = field(default=None, validator=optional(and_(not_empty, names)))
    """Category names to keep, in the order of class ids; left out: all, by ascending category id."""

    filter_empty: bool = False
    """Leave out pictures without an object (crowds do not count); by default they are kept, as background."""

    invalid: Literal["error", "skip"] = field(default="error", validator=in_(("error", "skip")))
    """What a wrong record does, such as a box of negative width: refuse the file, or be left out with one warning."""

    def metadata(self) -> DatasetMetadata:
        """Classes and keypoints, from the file's categories alone.

        Raises:
            DatasetError: the file is missing or broken, or its categories are wrong.
        """
        from det_plugin_coco.categories import read_metadata

        return read_metadata(self.annotation_file, self.classes)

    def build(self) -> "CocoDataset":
        """The dataset.

        Raises:
            DatasetError: the file is missing or broken, or (where ``invalid`` is ``"error"``) a record is wrong; the
                first twenty mistakes are listed.
        """
        from det_plugin_coco.dataset import CocoDataset

        return CocoDataset(
            images=Path(self.images).expanduser(),
            annotations=self.annotation_file,
            classes=self.classes,
            filter_empty=self.filter_empty,
            skip_invalid=self.invalid == "skip",
        )

    @property
    def annotation_file(self) -> Path:
        """``annotations`` as a path, ``~`` replaced."""
        return Path(self.annotations).expanduser()
