"""Settings of the embedded dataset."""

from typing import TYPE_CHECKING, Literal

from attrs import field, frozen
from attrs.validators import and_, deep_iterable, ge, in_, le, optional

from detcore.data.shapes.vocabulary import CLASSES, KEYPOINT_FLIP, KEYPOINT_SIGMAS, KEYPOINTS, STUFF_CLASSES
from detcore.specs import DatasetConfig, DatasetMetadata, of_length

if TYPE_CHECKING:
    from detcore.data.shapes.dataset import ShapesDataset

__all__ = ["ShapesConfig"]

_SMALLEST_PICTURE = 32
"""Pixels a side; there is no room for a scene below."""

_PICTURE_SIZE = and_(of_length(2), deep_iterable(ge(1)))


@frozen(kw_only=True)
class ShapesConfig(DatasetConfig):
    """Circles, squares, triangles, stars and crosses on textured ground: drawn when asked for, free of files.

    Every object has a box, a mask of what is visible of it, five keypoints and its place in a panoptic map. A picture
    depends on ``seed``, ``split`` and its index alone.
    """

    num_images: int = field(default=1000, validator=ge(1))
    """How many pictures there are."""

    split: Literal["train", "test"] = field(default="train", validator=in_(("train", "test")))
    """The two never share a picture, whatever the seeds."""

    size: tuple[int, int] = field(default=(128, 128), validator=_PICTURE_SIZE)
    """Height and width of the pictures."""

    max_size: tuple[int, int] | None = field(default=None, validator=optional(_PICTURE_SIZE))
    """Where given, heights and widths are drawn between ``size`` and this, each by itself."""

    seed: int = field(default=0, validator=ge(0))
    """Another seed is another dataset."""

    min_objects: int = field(default=1, validator=ge(1))
    """Fewest objects of a picture."""

    max_objects: int = field(default=12, validator=ge(1))
    """Most objects of a picture."""

    smallest_side: int = field(default=8, validator=ge(4))
    """Pixels; no side of a visible box is shorter. The longest is the picture's own."""

    max_hidden: float = field(default=0.6, validator=and_(ge(0.0), le(0.9)))
    """The largest part of an object that others may cover; most objects are covered far less."""

    def __attrs_post_init__(self) -> None:
        if self.min_objects > self.max_objects:
            raise ValueError(f"min_objects ({self.min_objects}) must not exceed max_objects ({self.max_objects})")
        largest = self.max_size or self.size
        if any(small > large for small, large in zip(self.size, largest, strict=True)):
            raise ValueError(f"size {self.size} must not exceed max_size {self.max_size} in height or in width")
        if min(self.size) < max(_SMALLEST_PICTURE, 2 * self.smallest_side):
            raise ValueError(
                f"size {self.size} is too small: height and width must be at least {_SMALLEST_PICTURE}"
                f" and twice smallest_side ({self.smallest_side})"
            )

    def metadata(self) -> DatasetMetadata:
        """Everything but the number of pictures, which is known before anything is drawn."""
        return DatasetMetadata(
            classes=CLASSES,
            has_masks=True,
            keypoints=KEYPOINTS,
            keypoint_flip=KEYPOINT_FLIP,
            keypoint_sigmas=KEYPOINT_SIGMAS,
            stuff_classes=STUFF_CLASSES,
            has_proposals=False,
            name=f"shapes-{self.split}",
        )

    def build(self) -> "ShapesDataset":
        """The dataset; nothing is drawn yet."""
        from detcore.data.shapes.dataset import ShapesDataset  # numpy and cv2 arrive only here
        from detcore.data.shapes.scene import SceneRules

        rules = SceneRules(
            min_objects=self.min_objects,
            max_objects=self.max_objects,
            smallest_side=self.smallest_side,
            max_hidden=self.max_hidden,
        )
        return ShapesDataset(
            num_images=self.num_images,
            split=self.split,
            size=self.size,
            max_size=self.max_size or self.size,
            seed=self.seed,
            rules=rules,
            metadata=self.metadata(),
        )
