"""Facts about data, and config base classes of what delivers it."""

from abc import abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from attrs import frozen

from detcore.specs.component import ComponentConfig

if TYPE_CHECKING:
    from detcore.interfaces import Augmentation, Dataset, Sampler

__all__ = ["AugmentationConfig", "DataSpec", "DatasetConfig", "DatasetMetadata", "SamplerConfig", "true_of_all"]


@frozen(kw_only=True)
class DatasetMetadata:
    """What is true of a whole dataset. Travels with the data, the checkpoint and the predictions."""

    classes: tuple[str, ...]
    """Class names; the position is the class id inside a model."""

    category_ids: tuple[int, ...] = ()
    """The dataset's own id of each class, in the same order; empty: they are 0, 1, 2, …"""

    has_masks: bool | None = None
    """Whether objects carry masks; ``None``: not known without reading all annotations."""

    keypoints: tuple[str, ...] = ()
    """Names of the keypoints of an object; empty: none."""

    keypoint_flip: tuple[int, ...] = ()
    """For each keypoint, the one it becomes when the picture is mirrored left to right; empty: itself."""

    keypoint_sigmas: tuple[float, ...] = ()
    """COCO's per-keypoint spread for the object keypoint similarity."""

    keypoint_skeleton: tuple[tuple[int, int], ...] = ()
    """Pairs of keypoints, counted from 0, that a drawing joins by a line."""

    stuff_classes: tuple[str, ...] = ()
    """Names of the labels of the semantic map, in order. Where there are objects too, label 0 is all of them together:
    ``"things"``, and what follows is stuff. Empty: there is no semantic map."""

    has_proposals: bool | None = None
    """Whether every picture comes with boxes to look at; ``None``: not known without reading all annotations."""

    name: str = ""
    """A short name for reports."""

    def __attrs_post_init__(self) -> None:
        for name, wanted in (
            ("category_ids", self.classes),
            ("keypoint_flip", self.keypoints),
            ("keypoint_sigmas", self.keypoints),
        ):
            given = getattr(self, name)
            if given and len(given) != len(wanted):
                of = "classes" if wanted is self.classes else "keypoints"
                raise ValueError(f"'{name}' must be left out or have {len(wanted)} items, one for each of the {of}")

    def category_id(self, class_id: int) -> int:
        """The dataset's own id of a model's class id."""
        return self.category_ids[class_id] if self.category_ids else class_id


@frozen(kw_only=True)
class DataSpec:
    """What is known about the training data (of proposals: about all data); ``None`` means not known."""

    classes: tuple[str, ...] | None = None
    """Class names, background not listed."""

    has_masks: bool | None = None
    """Whether objects carry masks."""

    keypoints: tuple[str, ...] | None = None
    """Names of an object's keypoints; empty: objects carry none."""

    stuff_classes: tuple[str, ...] | None = None
    """Names of the labels of the semantic map; empty: there is none."""

    has_proposals: bool | None = None
    """Whether every picture comes with boxes to look at, in the test data too."""

    without_proposals: tuple[str, ...] = ()
    """Datasets known to come without: where they stand in a config, and their names."""

    @property
    def num_classes(self) -> int | None:
        """Number of object classes."""
        return None if self.classes is None else len(self.classes)

    @property
    def num_keypoints(self) -> int | None:
        """Number of keypoints of an object; 0: objects carry none."""
        return None if self.keypoints is None else len(self.keypoints)

    @property
    def num_stuff_classes(self) -> int | None:
        """Number of labels of the semantic map; 0: there is none."""
        return None if self.stuff_classes is None else len(self.stuff_classes)


def true_of_all(values: Iterable[bool | None]) -> bool | None:
    """Whether it is true of all: one false decides it, one that is not known leaves it open; ``None`` of nothing.

    >>> true_of_all([True, True]), true_of_all([True, None]), true_of_all([None, False])
    (True, None, False)
    """
    distinct = set(values)
    return False if False in distinct else True if distinct == {True} else None


@frozen(kw_only=True)
class DatasetConfig(ComponentConfig):
    """A collection of annotated pictures."""

    group: ClassVar[str] = "detcore.datasets"

    def metadata(self) -> DatasetMetadata | None:
        """Class names and the like, where they are known without reading pictures; without importing torch."""
        return None

    @abstractmethod
    def build(self) -> "Dataset":
        """The dataset, its annotations read and checked."""


@frozen(kw_only=True)
class AugmentationConfig(ComponentConfig):
    """A random (or fixed) change of a picture together with its annotations."""

    group: ClassVar[str] = "detcore.augmentations"

    @abstractmethod
    def build(self) -> "Augmentation":
        """The augmentation."""


@frozen(kw_only=True)
class SamplerConfig(ComponentConfig):
    """The order in which a dataset's pictures are seen."""

    group: ClassVar[str] = "detcore.samplers"

    @abstractmethod
    def build(self, *, dataset: "Dataset", seed: int) -> "Sampler":
        """The endless stream of indices into ``dataset``."""
