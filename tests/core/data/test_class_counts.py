"""How frequent the classes of a dataset are."""

from detcore.data import ListDataset, class_image_counts
from detcore.specs import DatasetMetadata


def test_a_picture_counts_once_for_each_class_it_shows():
    shown = [[0, 0, 2], [], [2]]
    records = [
        {
            "file_name": f"{index}.png",
            "image_id": index,
            "height": 8,
            "width": 8,
            "annotations": [{"bbox": [0, 0, 4, 4], "category_id": category} for category in classes],
        }
        for index, classes in enumerate(shown)
    ]

    assert class_image_counts(ListDataset(records, DatasetMetadata(classes=("a", "b", "c")))) == [1, 0, 2]
