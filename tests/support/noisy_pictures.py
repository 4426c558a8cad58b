"""Pictures of noise in which everything that a model can learn from is marked."""

from collections.abc import Sequence

import torch
from torch import Tensor

from detcore.structures import BitMasks, Boxes, Instances, Keypoints, ModelInput

__all__ = ["noisy_picture"]

CORNERS = (0.2, 0.5, 0.7)
"""Where in its box each keypoint of an object is, from its top-left to its bottom-right corner."""


SIDES = (3.0, 6.0, 12.0, 24.0, 48.0, 64.0)
"""Of the proposals beside the objects."""


def noisy_picture(
    height: int, width: int, boxes: Sequence[Sequence[float]] = (), *, num_classes: int = 3, num_stuff: int = 4
) -> ModelInput:
    """A picture with an object in each of these boxes, which fills it; classes go round.

    Also stuff of every kind, and proposals: the objects' boxes, and squares of many sizes.
    """
    generator = torch.Generator().manual_seed(height * 1000 + width)
    corners = torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4)
    return {
        "image": torch.randint(0, 256, (3, height, width), dtype=torch.uint8, generator=generator),
        "height": height,
        "width": width,
        "instances": Instances(
            (height, width),
            gt_boxes=Boxes(corners),
            gt_classes=torch.arange(len(boxes)) % num_classes,
            gt_masks=BitMasks(_filled(corners, height, width)),
            gt_keypoints=Keypoints(_points_inside(corners)),
        ),
        "sem_seg": torch.randint(0, num_stuff, (height, width), generator=generator),
        "proposals": _proposals(corners, height, width),
    }


def _filled(corners: Tensor, height: int, width: int) -> Tensor:
    masks = torch.zeros(len(corners), height, width, dtype=torch.bool)
    for mask, (x1, y1, x2, y2) in zip(masks, corners.tolist(), strict=True):
        mask[int(y1) : int(y2) + 1, int(x1) : int(x2) + 1] = True
    return masks


def _points_inside(corners: Tensor) -> Tensor:
    low, high = corners[:, :2], corners[:, 2:]
    points = torch.stack([low + share * (high - low) for share in CORNERS], dim=1)
    return torch.cat([points, torch.full_like(points[..., :1], 2.0)], dim=2)


def _proposals(corners: Tensor, height: int, width: int) -> Instances:
    beside = torch.tensor([[0.0, 0.0, min(side, width), min(side, height)] for side in SIDES])
    boxes = Boxes(torch.cat([corners, beside]))
    return Instances((height, width), proposal_boxes=boxes, objectness_logits=torch.zeros(len(boxes)))
