"""The good experiments that the broken ones are made from, with everything they read except pictures."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Any, cast

import attrs
import tomli
from attrs import frozen

from broken_configs.case import Path, Tree
from detcore.config import ExperimentConfig, load
from detcore.config.layering.merging import read_chain
from detcore.config.structuring.types import field_types
from detcore.config.text.nodes import plain

__all__ = ["Good", "Place", "places", "prepare", "value_at"]

CONFIGS = FilePath(__file__).parents[3] / "configs"


@frozen(kw_only=True)
class Good:
    """An experiment without a mistake."""

    name: str
    tree: Tree
    """What its file and those it extends say, in one."""

    experiment: ExperimentConfig
    file: str
    """Its own file, below the folder of :func:`prepare`."""

    parts: tuple[str, ...]
    """That file and those it extends."""


@frozen(kw_only=True)
class Place:
    """A table of an experiment, or what would be one if it were written."""

    path: Path
    config: Any
    """The attrs object it stands for."""

    def fields(self) -> Iterator[tuple[str, "attrs.Attribute[Any]", Any]]:
        """Name, attribute and type of every setting."""
        hints = field_types(type(self.config))
        for attribute in attrs.fields(type(self.config)):
            yield attribute.name, attribute, hints[attribute.name]

    @property
    def names(self) -> set[str]:
        """Its settings, ``type`` included."""
        return {name for name, _, _ in self.fields()} | {"type"}


def prepare(folder: FilePath) -> list[Good]:
    """Copy the configs into a folder, put annotation files where they look for them, and read every experiment.

    The current directory has to be ``folder``.
    """
    shutil.copytree(CONFIGS, folder / "configs")
    return [_read(path.relative_to(folder)) for path in sorted((folder / "configs").rglob("*.toml")) if _is_whole(path)]


def places(config: object, path: Path = ()) -> Iterator[Place]:
    """Every table below a config object, from the top."""
    config_class: type[Any] = type(config)
    if attrs.has(config_class):
        yield Place(path=path, config=config)
        for field in attrs.fields(config_class):
            yield from places(getattr(config, field.name), (*path, field.name))
    elif isinstance(config, tuple):
        for index, item in enumerate(config):
            yield from places(item, (*path, index))


def value_at(tree: Tree, path: Path) -> Any:
    """The value at a path.

    Raises:
        LookupError: nothing is written there.
    """
    value: Any = tree
    for step in path:
        value = value[step]
    return value


def _is_whole(path: FilePath) -> bool:
    return path.parent.name != "base"


def _read(file: FilePath) -> Good:
    tree = cast("Tree", plain(read_chain(file)))
    data = cast("Any", tree["data"])
    for split in (data["train"], data["test"]):
        for dataset in split["datasets"]:
            if "annotations" in dataset:
                path = FilePath(dataset["annotations"].replace("${data.root}", data["root"]))
                _write_annotations(path, data["classes"], _num_keypoints(tree))
    name = file.with_suffix("").relative_to("configs").as_posix().replace("/", "-")
    return Good(name=name, tree=tree, experiment=load(file).experiment, file=file.as_posix(), parts=tuple(_parts(file)))


def _parts(file: FilePath) -> Iterator[str]:
    yield file.as_posix()
    extends = tomli.loads(file.read_text(encoding="utf-8")).get("extends", [])
    for base in [extends] if isinstance(extends, str) else extends:
        yield from _parts(FilePath(os.path.normpath(file.parent / base)))


def _num_keypoints(tree: Tree) -> int:
    """How many the model looks for; 0: none."""
    model = cast("Any", tree["model"])
    return int(model.get("roi_heads", {}).get("keypoint_head", {}).get("num_keypoints", 0))


def _write_annotations(path: FilePath, classes: list[str], num_keypoints: int) -> None:
    """A COCO file of one picture with one triangle, and the config's classes, each with its keypoints."""
    named = {"keypoints": [f"point {index}" for index in range(num_keypoints)], "oks_sigmas": [0.05] * num_keypoints}
    triangle = {"segmentation": [[1, 1, 9, 1, 1, 9]], "bbox": [1, 1, 8, 8], "area": 32, "iscrowd": 0}
    content = {
        "images": [{"id": 1, "file_name": "1.jpg", "height": 10, "width": 10}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, **triangle}],
        "categories": [{"id": index, "name": name, **named} for index, name in enumerate(classes, start=1)],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")
