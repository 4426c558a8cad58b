"""Folders and annotation files where experiments look for their datasets, to be checked without any picture."""

import json
from pathlib import Path
from typing import Any

from detcore.config import ExperimentConfig

__all__ = ["lay_out_data"]


def lay_out_data(experiment: ExperimentConfig) -> None:
    """Write what the datasets of an experiment read except pictures: each file has one picture with one triangle."""
    splits = [split for split in (experiment.data.train, experiment.data.test) if split is not None]
    datasets: list[Any] = [dataset for split in splits for dataset in split.datasets if hasattr(dataset, "annotations")]
    for dataset in datasets:
        for folder in (dataset.images, getattr(dataset, "maps", dataset.images)):
            Path(folder).mkdir(parents=True, exist_ok=True)
        Path(dataset.annotations).parent.mkdir(parents=True, exist_ok=True)
        Path(dataset.annotations).write_text(json.dumps(_one_picture(_categories(experiment))), encoding="utf-8")
        if getattr(dataset, "proposals", None):
            _write_proposals(Path(dataset.proposals))


def _categories(experiment: ExperimentConfig) -> list[dict[str, Any]]:
    """The classes that an experiment is about, with keypoints where it looks for them, and its stuff."""
    heads, semantic = getattr(experiment.model, "roi_heads", None), getattr(experiment.model, "sem_seg_head", None)
    number = heads.num_classes if heads else 1
    names = experiment.data.classes or [f"thing {index}" for index in range(number)]
    things: list[dict[str, Any]] = [{"id": index, "name": name} for index, name in enumerate(names, start=1)]
    if (keypoint_head := getattr(heads, "keypoint_head", None)) is not None:
        things[0]["keypoints"] = [f"point {index}" for index in range(keypoint_head.num_keypoints)]
        things[0]["oks_sigmas"] = [0.05] * keypoint_head.num_keypoints
    if semantic is None:
        return things
    stuff = [{"id": 1000 + index, "name": f"stuff {index}", "isthing": 0} for index in range(semantic.num_classes - 1)]
    return [*({**thing, "isthing": 1} for thing in things), *stuff]


def _one_picture(categories: list[dict[str, Any]]) -> dict[str, Any]:
    triangle = {"segmentation": [[1, 1, 9, 1, 1, 9]], "bbox": [1, 1, 8, 8], "area": 32, "iscrowd": 0}
    return {
        "images": [{"id": 1, "file_name": "1.jpg", "height": 10, "width": 10}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, **triangle}],
        "categories": categories,
    }


def _write_proposals(path: Path) -> None:
    """One box for the one picture."""
    import numpy as np  # only for these: what is checked without torch is laid out without arrays

    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, ids=[1], lengths=[1], boxes=[[1.0, 1.0, 9.0, 9.0]], objectness_logits=[0.5])
