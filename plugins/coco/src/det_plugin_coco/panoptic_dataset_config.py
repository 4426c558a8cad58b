"""The dataset component ``coco-panoptic``: settings."""

from pathlib import Path
from typing import TYPE_CHECKING

from attrs import field, frozen

from det_plugin_coco.annotation_text import read_annotation_text
from detcore.specs import DatasetConfig, DatasetMetadata, not_empty

if TYPE_CHECKING:
    from det_plugin_coco.panoptic_dataset import CocoPanopticDataset

__all__ = ["CocoPanopticDatasetConfig"]


@frozen(kw_only=True)
class CocoPanopticDatasetConfig(DatasetConfig):
    """Pictures with a map of segments each, and one COCO panoptic JSON file (``panoptic_*.json``)."""

    images: str = field(validator=not_empty)
    """Folder of the pictures."""

    maps: str = field(validator=not_empty)
    """Folder of the maps: PNG files whose colours are segment ids."""

    annotations: str = field(validator=not_empty)
    """The JSON file."""

    def metadata(self) -> DatasetMetadata:
        """Classes of things and stuff, from the file's categories alone.

        Raises:
            DatasetError: the file or a folder is missing, or the file is broken.
        """
        path = self.annotation_file
        text = read_annotation_text(path, folders={"images": self.picture_folder, "maps": self.map_folder})
        from det_plugin_coco.panoptic_file import panoptic_metadata  # only now, when there is something to decode

        return panoptic_metadata(text, path)

    def build(self) -> "CocoPanopticDataset":
        """The dataset.

        Raises:
            DatasetError: a file is missing or broken, or what it says does not fit together.
        """
        from det_plugin_coco.panoptic_dataset import CocoPanopticDataset

        return CocoPanopticDataset(images=self.picture_folder, maps=self.map_folder, annotations=self.annotation_file)

    @property
    def picture_folder(self) -> Path:
        """``images`` as a path, ``~`` replaced."""
        return Path(self.images).expanduser()

    @property
    def map_folder(self) -> Path:
        """``maps`` as a path, ``~`` replaced."""
        return Path(self.maps).expanduser()

    @property
    def annotation_file(self) -> Path:
        """``annotations`` as a path, ``~`` replaced."""
        return Path(self.annotations).expanduser()
