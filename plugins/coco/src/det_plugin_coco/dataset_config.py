"""The dataset component ``coco``: settings."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from attrs import Attribute, evolve, field, frozen
from attrs.validators import and_, ge, in_, optional

from det_plugin_coco.annotation_text import read_annotation_text
from detcore.specs import DatasetConfig, DatasetMetadata, names, not_empty, of_length

if TYPE_CHECKING:
    from det_plugin_coco.dataset import CocoDataset

__all__ = ["CocoDatasetConfig"]


def _pairs_of_names(
    instance: object, attribute: "Attribute[tuple[tuple[str, str], ...]]", value: tuple[tuple[str, str], ...]
) -> None:
    for pair in value:
        of_length(2)(instance, attribute, pair)
    names(instance, attribute, [name for pair in value for name in pair])


@frozen(kw_only=True)
class CocoDatasetConfig(DatasetConfig):
    """Pictures in a folder, annotated by one COCO JSON file (``instances_*.json``, ``person_keypoints_*.json``)."""

    images: str = field(validator=not_empty)
    """Folder that the file's ``file_name`` entries are relative to."""

    annotations: str = field(validator=not_empty)
    """The JSON file."""

    classes: tuple[str, ...] | None = field(default=None, validator=optional(and_(not_empty, names)))
    """Category names to keep, in the order of class ids; left out: all, by ascending category id."""

    filter_empty: bool = False
    """Leave out pictures without an object (crowds do not count); by default they are kept, as background."""

    invalid: Literal["error", "skip"] = field(default="error", validator=in_(("error", "skip")))
    """What a wrong record does, such as a box of negative width: refuse the file, or be left out with one warning."""

    keypoint_flip: tuple[tuple[str, str], ...] | None = field(default=None, validator=optional(_pairs_of_names))
    """Pairs of keypoint names that change places when a picture is mirrored left to right; an empty list: none do.
    Left out: the category's ``flip_indices``, else the names, as in ``left_eye`` and ``right_eye``."""

    min_keypoints: int = field(default=0, validator=ge(0))
    """Leave out pictures with fewer labelled keypoints than this, all objects together."""

    proposals: str | None = field(default=None, validator=optional(not_empty))
    """An ``.npz`` file of boxes for each picture, for a model that makes no proposals of its own (``fast-rcnn``):
    ``ids``, ``lengths``, ``boxes``, ``objectness_logits``."""

    max_proposals: int = field(default=2000, validator=ge(1))
    """The best so many are used of what augmentation leaves of a picture's; published models are tested with 1000."""

    def metadata(self) -> DatasetMetadata:
        """Classes and keypoints, from the file's categories alone.

        Raises:
            DatasetError: the file, the folder of pictures or the file of proposals is missing, or the file is broken or
                its categories wrong.
        """
        beside = {"proposals": self.proposal_file} if self.proposal_file else {}
        text = read_annotation_text(self.annotation_file, folders={"images": self.picture_folder}, files=beside)
        from det_plugin_coco.categories import metadata_in  # only now, when there is something to decode

        metadata = metadata_in(text, self.annotation_file, self.classes, flip=self.keypoint_flip)
        return evolve(metadata, has_proposals=self.proposals is not None)

    def build(self) -> "CocoDataset":
        """The dataset.

        Raises:
            DatasetError: the file is missing or broken, or (where ``invalid`` is ``"error"``) a record is wrong; the
                first twenty mistakes are listed.
        """
        from det_plugin_coco.dataset import CocoDataset

        return CocoDataset(
            images=self.picture_folder,
            annotations=self.annotation_file,
            classes=self.classes,
            filter_empty=self.filter_empty,
            skip_invalid=self.invalid == "skip",
            flip=self.keypoint_flip,
            min_keypoints=self.min_keypoints,
            proposals=self.proposal_file,
            max_proposals=self.max_proposals,
        )

    @property
    def picture_folder(self) -> Path:
        """``images`` as a path, ``~`` replaced."""
        return Path(self.images).expanduser()

    @property
    def annotation_file(self) -> Path:
        """``annotations`` as a path, ``~`` replaced."""
        return Path(self.annotations).expanduser()

    @property
    def proposal_file(self) -> Path | None:
        """``proposals`` as a path, ``~`` replaced."""
        return Path(self.proposals).expanduser() if self.proposals else None
