"""Proposals that come from a file beside the annotations."""

import re
from pathlib import Path

import numpy as np
import pytest

from detcore.errors import DatasetError

OTHER = {"id": 140, "file_name": "140.jpg", "height": 40, "width": 60}
PICTURE = {"id": 139, "file_name": "139.jpg", "height": 40, "width": 60}
BOXES = [[0.0, 0.0, 5.0, 5.0], [1.0, 1.0, 9.0, 9.0], [2.0, 2.0, 8.0, 8.0]]


def write_proposals(path="proposals.npz", **changes):
    arrays = {"ids": [140, 139], "lengths": [1, 2], "boxes": BOXES, "objectness_logits": [0.5, 0.1, 0.9], **changes}
    np.savez(path, **{name: array for name, array in arrays.items() if array is not None})
    return path


@pytest.fixture
def config(write_coco):
    """A dataset of two pictures whose proposals lie in ``proposals.npz``, to be written by the test."""

    def make(**changes):
        return write_coco(images=[PICTURE, OTHER], proposals="proposals.npz", **changes)

    return make


def test_every_record_has_its_own_best_first(config):
    write_proposals()

    dataset = config().build()

    assert [dataset[index]["proposal_boxes"].tolist() for index in range(2)] == [[BOXES[2], BOXES[1]], [BOXES[0]]]
    assert dataset.metadata.has_proposals is True


def test_a_record_keeps_all_and_says_how_many_are_used(config):
    write_proposals()

    record = config(max_proposals=1).build()[0]

    assert record["proposal_boxes"].tolist() == [BOXES[2], BOXES[1]]
    assert record["max_proposals"] == 1


def test_a_picture_may_have_none(config):
    write_proposals(lengths=[0, 3])

    assert config().build()[1]["proposal_boxes"].shape == (0, 4)


def test_that_there_are_proposals_is_known_before_they_are_read(config, write_coco):
    write_proposals()

    assert config().metadata().has_proposals is True
    assert write_coco().metadata().has_proposals is False


def test_a_missing_file_is_told_by_a_check_of_the_config(config):
    with pytest.raises(
        DatasetError, match=r"^proposals.npz: there is no such file; correct 'proposals' of the dataset$"
    ):
        config().metadata()


def test_a_picture_that_the_file_does_not_list_is_named(config):
    write_proposals(ids=[140, 7])

    message = r"^proposals.npz: has no proposals for image 139; it lists 2 pictures, and every picture of the dataset "
    with pytest.raises(DatasetError, match=message):
        config().build()


@pytest.mark.parametrize(
    "mode", [{}, {"bbox_mode": 0}, {"bbox_mode": 1}], ids=["unsaid", "corners", "width and height"]
)
def test_what_detectron2_publishes_becomes_such_a_file_as_the_readme_says(config, mode):
    readme = Path(__file__).parents[1].joinpath("README.md").read_text(encoding="utf-8")
    [block] = re.findall(r"```python\n(import numpy.*?)```", readme, flags=re.DOTALL)
    stored = np.array(BOXES)
    if mode.get("bbox_mode") == 1:
        stored[:, 2:] -= stored[:, :2]
    logits = [np.array([0.5]), np.array([0.1, 0.9])]

    found = {"ids": [140, 139], "boxes": [stored[:1], stored[1:]], "objectness_logits": logits, **mode}
    exec(block, {"found": found})  # ours

    assert config().build()[0]["proposal_boxes"].tolist() == [BOXES[2], BOXES[1]]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param(
            {"ids": None}, r"^proposals.npz: has no array 'ids'; a file of proposals holds ids, ", id="missing"
        ),
        pytest.param(
            {"lengths": [1, 1]}, r"the array 'boxes' has the shape \(3, 4\), not \(2, 4\), for 2 ", id="total"
        ),
        pytest.param({"ids": [1]}, r"the array 'lengths' has the shape \(2,\), not \(1,\), for 1 ", id="pictures"),
        pytest.param(
            {"boxes": [[0, 0, np.nan, 5], *BOXES[1:]]},
            r"a box of the array 'boxes' has a coordinate that is no finite number$",
            id="not finite",
        ),
        pytest.param(
            {"lengths": [-1, 3]},
            r"^proposals.npz: the array 'lengths' has -1; every picture has 0 proposals or more$",
            id="negative length",
        ),
        pytest.param(
            {"ids": [139, 139]},
            r"^proposals.npz: the array 'ids' lists 139 twice; list each picture once, with all its proposals$",
            id="repeated id",
        ),
        pytest.param(
            {"objectness_logits": [0.5, np.nan, 0.9]},
            r"^proposals.npz: a score of the array 'objectness_logits' is no number, so nobody can say which boxes are "
            r"best$",
            id="no score",
        ),
    ],
)
def test_arrays_that_do_not_fit_are_named(config, changes, message):
    write_proposals(**changes)

    with pytest.raises(DatasetError, match=message):
        config().build()


def test_what_is_no_archive_is_refused_unopened(config, tmp_path):
    (tmp_path / "proposals.npz").write_bytes(b"\x80\x04K\x01.")

    with pytest.raises(DatasetError, match=r"^proposals.npz: cannot be read as an npz archive of proposals: "):
        config().build()
