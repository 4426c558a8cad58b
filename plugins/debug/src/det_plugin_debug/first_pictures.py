"""A dataset cut short."""

from detcore.interfaces import Dataset
from detcore.structures import Record

__all__ = ["FirstPictures"]


class FirstPictures(Dataset):
    """The first ``count`` pictures of a dataset, in its order and with its image ids; all where there are fewer."""

    def __init__(self, dataset: Dataset, *, count: int) -> None:
        self.metadata = dataset.metadata
        self._dataset = dataset
        self._indices = range(min(count, len(dataset)))

    def __len__(self) -> int:
        return len(self._indices)

    def __getitem__(self, index: int) -> Record:
        return self._dataset[self._indices[index]]

    def image_size(self, index: int) -> tuple[int, int]:
        """Height and width, as cheaply as the whole dataset can tell."""
        return self._dataset.image_size(self._indices[index])

    def image_id(self, index: int) -> int | str:
        """As in the record, as cheaply as the whole dataset can tell."""
        return self._dataset.image_id(self._indices[index])
