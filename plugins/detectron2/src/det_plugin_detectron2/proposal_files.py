"""Proposals that come with the pictures, from the files that Detectron2 lists beside its datasets."""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final, Literal

from det_plugin_detectron2.settings import Missing, Setting, Settings, Tree, joined

__all__ = ["PRECOMPUTED", "takes_proposals", "with_proposals"]

PRECOMPUTED: Final = "PrecomputedProposals"
"""The generator of proposals of models that have none."""

PICKLED: Final = "a pickle there; det-plugin-coco's README has the few lines that make an archive of it"


def takes_proposals(settings: Settings) -> bool:
    """Whether the model is told where to look."""
    return bool(
        settings["MODEL.PROPOSAL_GENERATOR.NAME"].value == PRECOMPUTED and settings["MODEL.LOAD_PROPOSALS"].value
    )


def with_proposals(settings: Settings, tables: Sequence[Tree], split: Literal["TRAIN", "TEST"]) -> list[Tree]:
    """The tables of a split's datasets, each with its file of proposals where the model takes any."""
    if not takes_proposals(settings):
        return list(tables)
    files, most = settings[f"DATASETS.PROPOSAL_FILES_{split}"], settings[f"DATASETS.PRECOMPUTED_PROPOSAL_TOPK_{split}"]
    lacking = None
    if len(files.value) != len(tables):
        lacking = Missing(f"a file of proposals for each dataset (DATASETS.PROPOSAL_FILES_{split})", files)
    return [_with_file(table, lacking or files, index, most) for index, table in enumerate(tables)]


def _with_file(table: Tree, files: Setting | Missing, index: int, most: Setting) -> Tree:
    if not isinstance(table, Mapping):
        return table  # the dataset is missing, and says so
    if isinstance(files, Setting) and table["type"].value != "coco":
        files = Missing(f"proposals for a dataset of type {table['type'].value!r}", files)
    if isinstance(files, Missing):
        return {**table, "proposals": files}
    return {**table, "proposals": joined(_archive(files.value[index]), files, note=PICKLED), "max_proposals": most}


def _archive(file: str) -> str:
    """Where the archive made of a published file should lie, or that of a local one: beside it."""
    path = PurePosixPath(file).with_suffix(".npz")
    return f"${{data.root}}/proposals/{path.name}" if "://" in file else str(path)
