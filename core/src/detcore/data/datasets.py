"""Datasets made of records that are already known, and datasets laid end to end."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain

import numpy as np
from attrs import evolve

from detcore.data.class_agreement import check_classes
from detcore.data.packed import PackedRecords
from detcore.data.record_checks import check_records
from detcore.errors import DatasetError
from detcore.interfaces import Dataset
from detcore.specs import DatasetMetadata, true_of_all
from detcore.structures import Record

__all__ = ["ConcatenatedDataset", "ListDataset"]


class ListDataset(Dataset):
    """Records held in memory, packed; what a plain function returning ``list[dict]`` becomes.

    Raises:
        DatasetError: records are malformed; the first twenty and the total are told.
    """

    def __init__(self, records: Iterable[Record], metadata: DatasetMetadata) -> None:
        records = list(records)
        check_records(records, metadata)
        self.metadata = metadata
        self._records = PackedRecords(records)
        # Kept beside the records: batching asks for sizes at every position, and decoding is slow.
        self._sizes = np.array([(record["height"], record["width"]) for record in records], dtype=np.int32)

    def __len__(self) -> int:
        return len(self._records)

    def __getitem__(self, index: int) -> Record:
        return self._records[index]

    def image_size(self, index: int) -> tuple[int, int]:
        """Height and width, without decoding the record."""
        height, width = self._sizes[index]
        return int(height), int(width)


class ConcatenatedDataset(Dataset):
    """Several datasets as one, laid end to end.

    Image ids stay what they are unless two of the datasets use the same one. Results could then not tell the pictures
    apart, so each such picture's id becomes the text ``"dataset/id"``, where ``dataset`` is the dataset's name, or its
    position (0, 1, …) where names are missing or equal.

    Raises:
        DatasetError: their classes, keypoints or stuff classes differ, or their image ids clash even then.
    """

    def __init__(self, datasets: Sequence[Dataset]) -> None:
        if not datasets:
            raise ValueError("needs at least one dataset")
        self.metadata = _common_metadata([dataset.metadata for dataset in datasets])
        self._datasets = list(datasets)
        self._ends = list(accumulate(len(dataset) for dataset in datasets))
        self._labels = _labels([dataset.metadata.name for dataset in datasets])
        self._shared_ids = _shared_ids(datasets, self._labels)

    def __len__(self) -> int:
        return self._ends[-1]

    def __getitem__(self, index: int) -> Record:
        which, local = self._locate(index)
        record = self._datasets[which][local]
        return {**record, "image_id": self._unique_id(record["image_id"], which)}

    def image_size(self, index: int) -> tuple[int, int]:
        """Height and width, as cheaply as the dataset that holds the picture can tell."""
        which, local = self._locate(index)
        return self._datasets[which].image_size(local)

    def image_id(self, index: int) -> int | str:
        """As in the record, as cheaply as the dataset that holds the picture can tell."""
        which, local = self._locate(index)
        return self._unique_id(self._datasets[which].image_id(local), which)

    def _unique_id(self, image_id: int | str, which: int) -> int | str:
        return f"{self._labels[which]}/{image_id}" if image_id in self._shared_ids else image_id

    def _locate(self, index: int) -> tuple[int, int]:
        index = range(len(self))[index]  # negative indices, and IndexError past the end
        which = bisect_right(self._ends, index)
        return which, index - (self._ends[which - 1] if which else 0)


def _labels(names: Sequence[str]) -> list[str]:
    are_telling = all(names) and len(set(names)) == len(names)
    return list(names) if are_telling else [str(position) for position in range(len(names))]


def _shared_ids(datasets: Sequence[Dataset], labels: Sequence[str]) -> frozenset[int | str]:
    """Image ids of more than one dataset."""
    ids = [{dataset.image_id(index) for index in range(len(dataset))} for dataset in datasets]
    count = Counter(chain.from_iterable(ids))
    shared = frozenset(image_id for image_id, times in count.items() if times > 1)
    renamed = Counter(f"{label}/{each}" for label, own in zip(labels, ids, strict=True) for each in own & shared)
    for name, times in renamed.items():
        if times > 1 or name in count:
            raise DatasetError(f"image id {name!r} would stand for several pictures of {', '.join(labels)}; rename it")
    return shared


def _common_metadata(all_metadata: Sequence[DatasetMetadata]) -> DatasetMetadata:
    first = all_metadata[0]
    for other in all_metadata[1:]:
        check_classes(first.classes, other, source=f"dataset {first.name!r}" if first.name else "the first dataset")
        if other.keypoints != first.keypoints:
            raise DatasetError(
                f"datasets {first.name!r} and {other.name!r} have different keypoints: "
                f"{list(first.keypoints)} and {list(other.keypoints)}"
            )
    stuff = {metadata.stuff_classes for metadata in all_metadata if metadata.stuff_classes}
    if len(stuff) > 1:
        raise DatasetError(
            f"datasets have different stuff classes: {', '.join(str(list(each)) for each in sorted(stuff))}"
        )
    same_ids = all(other.category_ids == first.category_ids for other in all_metadata)
    return evolve(
        first,
        category_ids=first.category_ids if same_ids else (),
        stuff_classes=first.stuff_classes if all(metadata.stuff_classes for metadata in all_metadata) else (),
        has_masks=true_of_all(metadata.has_masks for metadata in all_metadata),
        has_proposals=true_of_all(metadata.has_proposals for metadata in all_metadata),
        name="+".join(metadata.name for metadata in all_metadata if metadata.name),
    )
