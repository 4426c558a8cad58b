"""What ``predict`` writes of every pixel can be read again: as a dataset, or as a map of labels."""

import json

import numpy as np
import pytest
import torch

from det_plugin_coco import CocoPanopticDatasetConfig
from detcore.data import panoptic_map
from detcore.data.pictures import read_label_map
from detcore.drawing import write_picture
from detcore.jobs.predicting import Predictor, predict
from detcore.specs import DatasetMetadata

METADATA = DatasetMetadata(classes=("cat",), category_ids=(4,), stuff_classes=("things", "sky"))
IDS = torch.tensor([[1, 1, 0], [2, 3, 3]], dtype=torch.int32)
CAT = {"id": 1, "isthing": True, "category_id": 0, "score": 0.9}
DOUBTFUL = {"id": 2, "isthing": True, "category_id": 0, "score": 0.1}
SKY = {"id": 3, "isthing": False, "category_id": 1}


@pytest.fixture
def predicted(tmp_path, monkeypatch):
    """The folder of predictions for two pictures of one name, given what a model says of each."""
    for folder in ("a", "b"):
        write_picture(tmp_path / folder / "grey.png", np.full((2, 3, 3), 128, dtype=np.uint8))

    def predicted(output, metadata=METADATA):
        class Sure:
            def __call__(self, image, *, image_id):
                return {"image_id": image_id, "height": 2, "width": 3}, output

        Sure.metadata = metadata
        monkeypatch.setattr(Predictor, "of", lambda _: Sure())
        return predict("model", [tmp_path / "a/grey.png", tmp_path / "b/grey.png"], output=tmp_path / "out")

    return predicted


def test_segments_are_a_panoptic_dataset(predicted, tmp_path):
    folder = predicted({"panoptic_seg": (IDS, [CAT, DOUBTFUL, SKY])})

    places = {"images": str(tmp_path), "maps": str(folder), "annotations": str(folder / "panoptic.json")}
    dataset = CocoPanopticDatasetConfig(**places).build()
    assert (dataset.metadata.classes, dataset.metadata.stuff_classes) == (METADATA.classes, METADATA.stuff_classes)
    assert dataset.metadata.category_ids == METADATA.category_ids
    for record in (dataset[0], dataset[1]):
        ids, segments = panoptic_map(record)
        assert ids.tolist() == [[1, 1, 0], [0, 3, 3]]
        assert [(each["id"], each["isthing"], each["category_id"]) for each in segments] == [
            (1, True, 0),
            (3, False, 1),
        ]


@pytest.mark.parametrize("num_labels", [3, 300])
def test_labels_are_a_grey_picture(predicted, num_labels):
    logits = torch.zeros(num_labels, 2, 3)
    logits[num_labels - 1, 1, 2] = 1
    names = tuple(f"label {number}" for number in range(num_labels))

    folder = predicted({"sem_seg": logits}, DatasetMetadata(classes=(), stuff_classes=names))

    told = json.loads((folder / "images.json").read_text())
    maps = [image["labels"] for image in told["images"]]
    assert maps == ["grey.labels.png", "grey-2.labels.png"]
    assert [read_label_map(folder / name).tolist() for name in maps] == [[[0, 0, 0], [0, 0, num_labels - 1]]] * 2
    assert told["labels"] == list(names)
    assert not (folder / "panoptic.json").exists()
