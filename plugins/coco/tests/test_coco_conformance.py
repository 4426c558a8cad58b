"""The datasets and metrics of this plugin keep what their interfaces promise."""

import atexit
import json
import shutil
import tempfile
from pathlib import Path

import cv2
import numpy as np

from det_plugin_coco import CocoDatasetConfig, CocoEvaluatorConfig, CocoPanopticDatasetConfig, VocEvaluatorConfig
from detcore.testing import DatasetConformance, EvaluatorConformance

HEIGHT, WIDTH = 40, 60
NAMES = ("1.png", "2.png")
PICTURES = [{"id": number, "file_name": name, "height": HEIGHT, "width": WIDTH} for number, name in enumerate(NAMES, 1)]
OUTLINE = [10, 5, 30, 5, 30, 35, 10, 35]

FOLDER = Path(tempfile.mkdtemp())
"""Two pictures, one of which shows nothing; configs are told when tests are collected, before any fixture."""

atexit.register(shutil.rmtree, FOLDER)


def write_detection(folder):
    annotation = {"id": 5, "image_id": 1, "category_id": 7, "bbox": [10, 5, 20, 30], "segmentation": [OUTLINE]}
    keypoints = {"keypoints": [12, 8, 2, 20, 9, 1], "num_keypoints": 2, "iscrowd": 0, "area": 600}
    category = {"id": 7, "name": "cat", "keypoints": ["left_ear", "right_ear"], "skeleton": [[1, 2]]}
    file = {"images": PICTURES, "annotations": [annotation | keypoints], "categories": [category]}
    (folder / "objects.json").write_text(json.dumps(file))
    return CocoDatasetConfig(images=str(folder), annotations=str(folder / "objects.json"))


def write_panoptic(folder):
    (folder / "maps").mkdir()
    for name in NAMES:
        ids = np.full((HEIGHT, WIDTH, 3), [0, 0, 1], dtype=np.uint8)  # blue, green, red
        ids[5:35, 10:30] = [0, 0, 2]
        cv2.imwrite(str(folder / "maps" / name), ids)
    segments = [
        {"id": 1, "category_id": 3, "iscrowd": 0, "area": 1800},
        {"id": 2, "category_id": 7, "iscrowd": 0, "area": 600},
    ]
    annotations = [
        {"image_id": each["id"], "file_name": each["file_name"], "segments_info": segments} for each in PICTURES
    ]
    categories = [{"id": 7, "name": "cat", "isthing": 1}, {"id": 3, "name": "grass", "isthing": 0}]
    file = {"images": PICTURES, "annotations": annotations, "categories": categories}
    (folder / "segments.json").write_text(json.dumps(file))
    return CocoPanopticDatasetConfig(
        images=str(folder), maps=str(folder / "maps"), annotations=str(folder / "segments.json")
    )


def write_pictures(folder):
    for name in NAMES:
        cv2.imwrite(str(folder / name), np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8))
    return folder


write_pictures(FOLDER)


class TestCocoDataset(DatasetConformance):
    configs = (write_detection(FOLDER),)


class TestCocoPanopticDataset(DatasetConformance):
    configs = (write_panoptic(FOLDER),)


class TestCocoEvaluator(EvaluatorConformance):
    configs = (CocoEvaluatorConfig(), CocoEvaluatorConfig(tasks=("bbox", "segm", "keypoints")))


class TestVocEvaluator(EvaluatorConformance):
    configs = (VocEvaluatorConfig(),)
