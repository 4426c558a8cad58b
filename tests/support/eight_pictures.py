"""Eight pictures of the embedded dataset, to be learned by heart."""

from collections.abc import Sequence
from math import cos, pi

import numpy as np
import torch
from torch import Tensor

from detcore.data import ShapesConfig, map_record
from detcore.interfaces import Architecture
from detcore.structures import Boxes, Instances, ModelInput

__all__ = ["DATASET", "eight_pictures", "learn_by_heart", "with_proposals"]

DATASET = ShapesConfig(num_images=8, size=(64, 64), max_objects=3, smallest_side=16, max_hidden=0.2)

WARMUP_STEPS = 50


def eight_pictures() -> list[ModelInput]:
    """All of them, with what is learned and what is measured against."""
    dataset = DATASET.build()
    views = [
        [
            map_record(
                record,
                augmentations=[],
                generator=np.random.default_rng(0),
                channel_order="RGB",
                training=training,
                sem_seg=training,
            )
            for training in (False, True)
        ]
        for record in (dataset[index] for index in range(len(dataset)))
    ]
    return [measured | learned for measured, learned in views]


def with_proposals(inputs: Sequence[ModelInput], *, per_object: int = 12, elsewhere: int = 20) -> list[ModelInput]:
    """The pictures, each with places to look at: near its objects, and anywhere."""
    generator = torch.Generator().manual_seed(0)
    return [{**each, "proposals": _places(each, per_object, elsewhere, generator)} for each in inputs]


def _places(picture: ModelInput, per_object: int, elsewhere: int, generator: torch.Generator) -> Instances:
    height, width = picture["image"].shape[1:]
    near = picture["instances"].gt_boxes.tensor.repeat(per_object, 1)
    sides = (near[:, 2:] - near[:, :2]).repeat(1, 2)
    near = near + 0.15 * sides * torch.randn(near.shape, generator=generator)
    ends = torch.rand((elsewhere, 2, 2), generator=generator) * torch.tensor([width, height])
    boxes = Boxes(torch.cat([near, _spanned(ends)]))
    boxes.clip((height, width))
    boxes = boxes[boxes.nonempty(threshold=4.0)]
    return Instances((height, width), proposal_boxes=boxes, objectness_logits=torch.zeros(len(boxes)))


def _spanned(ends: Tensor) -> Tensor:
    return torch.cat([ends.amin(dim=1), ends.amax(dim=1)], dim=1)


def learn_by_heart(model: Architecture, inputs: Sequence[ModelInput], *, steps: int, learning_rate: float) -> None:
    """Steps on all pictures at once, ever smaller ones."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _share(step, steps))
    model.train()
    for _ in range(steps):
        optimizer.zero_grad()
        torch.autograd.backward(sum(model.losses(inputs).values(), torch.zeros(())))
        torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=10.0)
        optimizer.step()
        schedule.step()


def _share(step: int, steps: int) -> float:
    return min(1.0, (step + 1) / WARMUP_STEPS) * (1 + cos(pi * step / steps)) / 2
