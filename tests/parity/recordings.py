"""The recorded models: their facts, weights, inputs and numbers."""

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from facts import Facts
from numpy.typing import NDArray
from repository import ROOT

from detcore.structures import BitMasks, Boxes, Instances, Keypoints, ModelInput, PolygonMasks

__all__ = ["Recording", "folders", "model_inputs", "read_recording", "without_objects"]

Arrays = dict[str, NDArray[Any]]


class Recording(NamedTuple):
    folder: Path
    facts: Facts
    weights: dict[str, torch.Tensor]
    inputs: Arrays
    expected: Arrays


def folders(is_wanted: Callable[[dict[str, Any]], bool]) -> list[str]:
    """Names of the folders whose facts are wanted; one empty name where there is no folder of recordings at all."""
    parent = Path(os.environ.get("DETCORE_PARITY_DIR", ROOT.parent / "shared/parity"))
    paths = sorted(parent.glob("*/config.json"))
    return [path.parent.name for path in paths if is_wanted(json.loads(path.read_text()))] or [""]


def read_recording(folder: Path) -> Recording:
    arrays = {name: dict(np.load(folder / f"{name}.npz")) for name in ("weights", "inputs", "expected")}
    return Recording(
        folder=folder,
        facts=json.loads((folder / "config.json").read_text(), object_hook=Facts),
        weights={name: torch.from_numpy(array) for name, array in arrays["weights"].items()},
        inputs=arrays["inputs"],
        expected=arrays["expected"],
    )


def model_inputs(arrays: Arrays) -> list[ModelInput]:
    """The recorded batch as a model takes it, ground truth included."""
    count = sum(name.startswith("image") for name in arrays)
    return [_model_input(arrays, i) for i in range(count)]


def _model_input(arrays: Arrays, index: int) -> ModelInput:
    image = torch.from_numpy(arrays[f"image{index}"])
    height, width = arrays[f"output_size{index}"].tolist()
    made: ModelInput = {"image": image, "height": height, "width": width}
    if f"gt{index}_boxes" in arrays:
        made["instances"] = _ground_truth(arrays, f"gt{index}_", (image.shape[1], image.shape[2]))
    if f"gt{index}_sem_seg" in arrays:
        made["sem_seg"] = torch.from_numpy(arrays[f"gt{index}_sem_seg"]).long()
    return made


def _ground_truth(arrays: Arrays, prefix: str, size: tuple[int, int]) -> Instances:
    classes = torch.from_numpy(arrays[f"{prefix}classes"]).long()
    instances = Instances(size, gt_boxes=Boxes(torch.from_numpy(arrays[f"{prefix}boxes"])), gt_classes=classes)
    if f"{prefix}polygon_coords" in arrays:
        instances.gt_masks = _polygons(arrays, prefix, len(classes))
    elif f"{prefix}masks_packed" in arrays:
        instances.gt_masks = _bitmaps(arrays[f"{prefix}masks_packed"], size)
    if f"{prefix}keypoints" in arrays:
        instances.gt_keypoints = Keypoints(torch.from_numpy(arrays[f"{prefix}keypoints"]))
    return instances


def _polygons(arrays: Arrays, prefix: str, count: int) -> PolygonMasks:
    ends = np.cumsum(arrays[f"{prefix}polygon_lengths"])[:-1]
    polygons = np.split(arrays[f"{prefix}polygon_coords"], ends)
    objects: list[list[NDArray[np.float64]]] = [[] for _ in range(count)]
    for owner, polygon in zip(arrays[f"{prefix}polygon_owner"], polygons, strict=False):
        objects[owner].append(polygon.reshape(-1, 2))
    return PolygonMasks(objects)


def _bitmaps(packed: NDArray[np.uint8], size: tuple[int, int]) -> BitMasks:
    height, width = size
    bits = np.unpackbits(packed, axis=1, count=height * width)
    return BitMasks(torch.from_numpy(bits.reshape(-1, height, width)).bool())


def without_objects(inputs: Iterable[ModelInput]) -> list[ModelInput]:
    """The same pictures with nothing marked in them."""
    return [{**each, "instances": each["instances"][:0]} if "instances" in each else each for each in inputs]
