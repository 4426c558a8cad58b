"""How many pictures of a dataset show each class."""

import numpy as np

from detcore.interfaces import Dataset

__all__ = ["class_image_counts"]


def class_image_counts(dataset: Dataset) -> list[int]:
    """The number of pictures with at least one object of each class, in the order of class ids.

    Crowds count, too, as in the files of LVIS. Reads every record.
    """
    counts = np.zeros(len(dataset.metadata.classes), dtype=np.int64)
    for index in range(len(dataset)):
        shown = {annotation["category_id"] for annotation in dataset[index]["annotations"]}
        counts[list(shown)] += 1
    return [int(count) for count in counts]
