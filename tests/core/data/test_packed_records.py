"""Records in one block of bytes."""

import pickle
from pathlib import Path

import numpy as np
import pytest

from detcore.data import PackedRecords


def test_a_record_comes_back_equal():
    record = {
        "file_name": "größe.jpg",
        "height": 3,
        "width": 4,
        "image_id": "a7",
        "annotations": [
            {"bbox": [0.5, 1.0, 2.0, 2.5], "category_id": 1, "segmentation": {"size": [3, 4], "counts": b"\x00\xff"}},
            {"bbox": [0.0, 0.0, 1.0, 1.0], "category_id": 0, "segmentation": [[0.0, 0.0, 1.0, 0.0, 1.0, 1.0]]},
        ],
    }

    assert PackedRecords([record])[0] == record


def test_every_access_is_a_copy():
    packed = PackedRecords([{"height": 1, "width": 1, "image_id": 0, "annotations": []}])

    packed[0]["annotations"].append("changed")

    assert packed[0]["annotations"] == []


def test_numpy_values_and_paths_become_plain_ones():
    packed = PackedRecords([{"file_name": Path("a/b.png"), "height": np.int64(2), "width": np.float32(1.5)}])

    assert packed[0] == {"file_name": str(Path("a/b.png")), "height": 2, "width": 1.5}


def test_arrays_come_back_as_arrays():
    image = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)

    unpacked = PackedRecords([{"image": image}])[0]["image"]

    np.testing.assert_array_equal(unpacked, image)
    assert unpacked.flags.writeable


def test_indices_count_from_either_end():
    packed = PackedRecords([{"image_id": index} for index in range(3)])

    assert [packed[-1]["image_id"], packed[0]["image_id"], len(packed)] == [2, 0, 3]
    with pytest.raises(IndexError):
        packed[3]


def test_no_records_are_an_empty_sequence():
    assert len(PackedRecords([])) == 0


def test_it_can_be_sent_to_a_spawned_worker():
    packed = pickle.loads(pickle.dumps(PackedRecords([{"image_id": 5}])))

    assert packed[0] == {"image_id": 5}


def test_what_cannot_be_stored_is_named():
    with pytest.raises(NotImplementedError, match="a record may hold plain values and numpy arrays, not object"):
        PackedRecords([{"file_name": object()}])
