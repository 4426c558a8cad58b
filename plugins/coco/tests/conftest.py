"""What the tests of this plugin share: a COCO file of one picture, changed where a test says so."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from det_plugin_coco import CocoDatasetConfig

CAT = {"id": 1, "name": "cat"}
PICTURE = {"id": 139, "file_name": "139.jpg", "height": 40, "width": 60}
OBJECT = {"id": 8812, "image_id": 139, "category_id": 1, "bbox": [10, 5, 20, 30]}

WriteCoco = Callable[..., CocoDatasetConfig]


@pytest.fixture
def write_coco(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WriteCoco:
    """A function that writes ``val.json`` and empty files for its pictures into the working folder.

    Its keywords replace parts of the file (``images``, ``annotations``, ``categories``) or set options of the config.
    """
    monkeypatch.chdir(tmp_path)
    Path("pictures").mkdir()

    def write(**changes: Any) -> CocoDatasetConfig:
        parts = {"images": [PICTURE], "annotations": [OBJECT], "categories": [CAT]}
        document = {name: changes.pop(name, part) for name, part in parts.items()}
        for image in document["images"]:
            path = Path("pictures", image.get("file_name", "139.jpg"))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        Path("val.json").write_text(json.dumps(document))
        return CocoDatasetConfig(images="pictures", annotations="val.json", **changes)

    return write
