"""Component base classes of what delivers data."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from detcore.specs import DatasetMetadata
from detcore.structures import Record, RLEDict

__all__ = ["Augmentation", "Dataset", "Sample", "SampleMix", "Sampler", "Segmentation", "Transform"]

Segmentation = list[NDArray[np.float64]] | RLEDict | NDArray[np.bool_]
"""One object's mask: polygons (each n×2), an RLE, or an H×W bitmap of the current picture."""


class Dataset(ABC):
    """A collection of annotated pictures."""

    metadata: DatasetMetadata

    @abstractmethod
    def __len__(self) -> int:
        """Number of pictures."""

    @abstractmethod
    def __getitem__(self, index: int) -> Record:
        """The picture's record; cheap unless the picture itself is generated."""

    def image_size(self, index: int) -> tuple[int, int]:
        """Height and width, without generating the picture where that can be avoided."""
        record = self[index]
        return record["height"], record["width"]

    def image_id(self, index: int) -> int | str:
        """The record's ``image_id``, without generating the picture where that can be avoided."""
        return self[index]["image_id"]


class Sampler(ABC):
    """An endless stream of indices, a pure function of seed and position, so that any point of it can be reached."""

    epoch_length: int
    """Number of positions that make one epoch."""

    @abstractmethod
    def __getitem__(self, position: int) -> int:
        """The dataset index at ``position`` (0, 1, 2, … without end)."""


@frozen(kw_only=True, eq=False)
class Sample:
    """A picture on its way through augmentation, with its objects as arrays; all in pixels of ``image``."""

    image: NDArray[Any]
    """H×W×3, RGB, uint8."""

    boxes: NDArray[np.float64]
    """n×4, ``x1 y1 x2 y2``."""

    classes: NDArray[np.int64]
    """n, contiguous class ids."""

    is_crowd: NDArray[np.bool_]
    """n."""

    masks: tuple[Segmentation, ...] | None = None
    """One per object, or ``None`` where the dataset has none."""

    keypoints: NDArray[np.float64] | None = None
    """n×K×3, ``x y visibility``."""

    proposals: NDArray[np.float64] | None = None
    """P×4, ``x1 y1 x2 y2``, best first; ``None`` where the dataset has none."""

    label_maps: dict[str, NDArray[np.int32]] = field(factory=dict)
    """H×W maps by name (``"sem_seg"``, ``"pan_seg"``)."""


class Transform(ABC):
    """One fixed change of geometry or colour, already decided: the same for picture, boxes, masks and keypoints.

    Coordinates are continuous pixels. A transform that only changes colour returns coordinates as they are.
    """

    @abstractmethod
    def output_size(self, height: int, width: int) -> tuple[int, int]:
        """Height and width of what a picture of this size becomes."""

    @abstractmethod
    def image(self, image: NDArray[Any]) -> NDArray[Any]:
        """An H×W×C picture; never changed in place."""

    @abstractmethod
    def label_map(self, labels: NDArray[Any]) -> NDArray[Any]:
        """An H×W map of labels, or a bitmap as 0 and 1; values are kept, never blended.

        What was not in the picture before is :data:`~detcore.structures.UNLABELLED`.
        """

    @abstractmethod
    def points(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """n×2 points ``x y``."""

    @property
    def mirrors(self) -> bool:
        """Whether left and right change places, so that left and right keypoints must too."""
        return False

    def inverse(self) -> "Transform":
        """The transform that undoes this one's geometry.

        Raises:
            NotImplementedError: this transform loses what it would need.
        """
        raise NotImplementedError(f"{type(self).__name__} has no inverse")


class Augmentation(ABC):
    """Decides, for one sample and one random generator, which :class:`Transform` to apply."""

    @abstractmethod
    def __call__(self, sample: Sample, generator: np.random.Generator) -> Transform:
        """The transform; the sample itself is not changed."""


class SampleMix(ABC):
    """An augmentation that also draws other samples of the dataset, such as mosaic or copy-paste."""

    num_others: int
    """How many other samples it draws."""

    @abstractmethod
    def __call__(self, sample: Sample, others: Sequence[Sample], generator: np.random.Generator) -> Sample:
        """The mixed sample."""
