"""Proposals that were computed before, from a file beside the annotations.

Detectron2 stores the same as a pickle (``ids``, ``boxes``, ``objectness_logits``); a pickle can execute code, so here
it is an archive of arrays.
"""

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detcore.errors import DatasetError
from detcore.structures import Record

__all__ = ["ProposalFile"]

ARRAYS: Final = ("ids", "lengths", "boxes", "objectness_logits")

Archive = Mapping[str, NDArray[np.generic]]


class ProposalFile:
    """The boxes of an ``.npz`` archive, by picture.

    ``ids`` are those of the pictures and ``lengths`` how many proposals each has; ``boxes`` (n×4, ``x1 y1 x2 y2`` in
    pixels of the stored picture) and ``objectness_logits`` (n) are those of all pictures, one after the other.

    Raises:
        DatasetError: the file is missing, damaged, or does not hold these.
    """

    def __init__(self, path: Path) -> None:
        arrays = _read(path)
        self._path = path
        self._boxes = arrays["boxes"].astype(np.float32, copy=False)
        self._scores = arrays["objectness_logits"].astype(np.float32, copy=False)
        ends = np.cumsum(arrays["lengths"].astype(np.int64)).tolist()
        # As text, for a file's ids may be numbers where the annotations' are not.
        self._rows = dict(zip(map(str, arrays["ids"].tolist()), zip([0, *ends], ends, strict=False), strict=True))

    def added_to(self, records: Iterable[Record], *, most: int) -> Iterator[Record]:
        """The records, each with its proposals, best first, of which ``most`` are looked at.

        All are kept: which are the best is decided once augmentation has cropped some away.

        Raises:
            DatasetError: the file has nothing for one of the pictures.
        """
        for record in records:
            yield {**record, "proposal_boxes": self._of(record["image_id"]), "max_proposals": most}

    def _of(self, image_id: int | str) -> NDArray[np.float32]:
        if str(image_id) not in self._rows:
            raise DatasetError(
                f"{self._path}: has no proposals for image {image_id}; it lists {len(self._rows)} pictures, and every "
                "picture of the dataset has to be among them (with a length of 0 where there are none)"
            )
        start, end = self._rows[str(image_id)]
        order = np.argsort(-self._scores[start:end], kind="stable")
        return self._boxes[start:end][order]


def _read(path: Path) -> Archive:
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in ARRAYS if name in archive.files}
    except FileNotFoundError:
        raise DatasetError(f"{path}: there is no such file; correct 'proposals' of the dataset") from None
    except (ValueError, TypeError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise DatasetError(f"{path}: cannot be read as an npz archive of proposals: {error}") from error
    _check(path, arrays)
    return arrays


def _check(path: Path, arrays: Archive) -> None:
    if missing := [name for name in ARRAYS if name not in arrays]:
        raise DatasetError(f"{path}: has no array {missing[0]!r}; a file of proposals holds {', '.join(ARRAYS)}")
    lengths = arrays["lengths"].astype(np.int64)
    if (lengths < 0).any():  # first, or their sum would be blamed on the other arrays
        raise DatasetError(f"{path}: the array 'lengths' has {lengths.min()}; every picture has 0 proposals or more")
    total = int(lengths.sum())
    wanted = {"lengths": arrays["ids"].shape, "boxes": (total, 4), "objectness_logits": (total,)}
    for name, shape in wanted.items():
        if arrays[name].shape != shape:
            raise DatasetError(
                f"{path}: the array {name!r} has the shape {arrays[name].shape}, not {shape}, for {len(arrays['ids'])} "
                f"pictures with {total} proposals"
            )
    for mistake in _mistakes(arrays):
        raise DatasetError(f"{path}: {mistake}")


def _mistakes(arrays: Archive) -> Iterator[str]:
    """What is wrong with the values of arrays whose shapes fit."""
    ids, times = np.unique(arrays["ids"], return_counts=True)
    if (times > 1).any():
        yield f"the array 'ids' lists {ids[times > 1][0]} twice; list each picture once, with all its proposals"
    if not np.isfinite(arrays["boxes"].astype(np.float64)).all():
        yield "a box of the array 'boxes' has a coordinate that is no finite number"
    if np.isnan(arrays["objectness_logits"].astype(np.float64)).any():
        yield "a score of the array 'objectness_logits' is no number, so nobody can say which boxes are best"
