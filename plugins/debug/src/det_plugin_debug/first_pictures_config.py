"""Settings of a dataset's first pictures."""

from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import ge

from detcore.specs import DatasetConfig, DatasetMetadata

if TYPE_CHECKING:
    from det_plugin_debug.first_pictures import FirstPictures

__all__ = ["FirstPicturesConfig"]


@frozen(kw_only=True)
class FirstPicturesConfig(DatasetConfig):
    """The first pictures of another dataset, and nothing of the others."""

    dataset: DatasetConfig
    """The dataset; it is read whole."""

    count: int = field(default=8, validator=ge(1))
    """So many pictures; all of them where there are fewer."""

    def metadata(self) -> DatasetMetadata | None:
        """That of the whole dataset."""
        return self.dataset.metadata()

    def build(self) -> "FirstPictures":
        """The dataset, its annotations read and checked, cut short."""
        from det_plugin_debug.first_pictures import FirstPictures

        return FirstPictures(self.dataset.build(), count=self.count)
