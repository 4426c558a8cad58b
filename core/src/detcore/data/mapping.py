"""From a record to what a model takes: read, augment, convert."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal, cast

import numpy as np
import torch
from numpy.typing import NDArray

from detcore.data.applying import apply
from detcore.data.label_maps import label_maps_of
from detcore.data.record_sample import sample_from_record
from detcore.data.targets import instances_from_sample, proposals_of
from detcore.interfaces import Augmentation, Sample, SampleMix
from detcore.structures import ModelInput, Record

__all__ = ["ChannelOrder", "DrawRecord", "map_record"]

ChannelOrder = Literal["RGB", "BGR"]

DrawRecord = Callable[[np.random.Generator], Record]
"""Another record of the dataset, for augmentations that mix samples."""


def map_record(
    record: Record,
    *,
    augmentations: Sequence[Augmentation | SampleMix],
    generator: np.random.Generator,
    channel_order: ChannelOrder,
    training: bool,
    keypoint_flip: Sequence[int] = (),
    num_keypoints: int = 0,
    draw_other: DrawRecord | None = None,
    sem_seg: bool = False,
) -> ModelInput:
    """The model input of one record, its augmentations decided by ``generator`` and applied in order.

    In training it carries ``instances`` and, where ``sem_seg`` asks for it, the semantic map, in pixels of the
    augmented picture; otherwise the record's ``annotations`` and label maps, untouched. ``keypoint_flip`` is the
    dataset's, and so is ``num_keypoints``: a picture without objects has none of that many. ``draw_other`` is needed by
    a :class:`SampleMix`.

    Raises:
        DatasetError: the record's picture or annotations are wrong; names the file.
    """
    read = partial(
        sample_from_record, with_objects=training, sem_seg=sem_seg, num_keypoints=num_keypoints if training else 0
    )
    sample = read(record)
    for augmentation in augmentations:
        if isinstance(augmentation, SampleMix):
            sample = augmentation(sample, _others(augmentation, draw_other, generator, read), generator)
        else:
            sample = apply(augmentation(sample, generator), sample, keypoint_flip=keypoint_flip)
    mapped = _without_targets(record, sample, channel_order)
    if training:
        mapped["instances"] = instances_from_sample(sample)
    else:
        mapped["annotations"] = record.get("annotations", [])
        mapped = cast("ModelInput", {**mapped, **label_maps_of(record)})
    return mapped


def _others(
    mix: SampleMix,
    draw_other: DrawRecord | None,
    generator: np.random.Generator,
    read: Callable[[Record], Sample],
) -> list[Sample]:
    if draw_other is None:
        raise ValueError(
            f"{type(mix).__name__} draws {mix.num_others} other samples, but there is nothing to draw from"
        )
    return [read(draw_other(generator)) for _ in range(mix.num_others)]


def _without_targets(record: Record, sample: Sample, channel_order: ChannelOrder) -> ModelInput:
    mapped = ModelInput(
        image=image_tensor(sample.image, channel_order),
        height=record["height"],
        width=record["width"],
        image_id=record["image_id"],
    )
    if "file_name" in record:
        mapped["file_name"] = record["file_name"]
    if sample.proposals is not None:
        mapped["proposals"] = proposals_of(sample.proposals, *sample.image.shape[:2], most=record.get("max_proposals"))
    if "sem_seg" in sample.label_maps:
        mapped["sem_seg"] = torch.from_numpy(sample.label_maps["sem_seg"].astype(np.int64))
    return mapped


def image_tensor(image: NDArray[np.uint8], channel_order: ChannelOrder) -> torch.Tensor:
    """An H×W×3 RGB picture as a contiguous C×H×W tensor of its own memory."""
    ordered = image[:, :, ::-1] if channel_order == "BGR" else image
    return torch.from_numpy(np.array(ordered.transpose(2, 0, 1), order="C", copy=True))
