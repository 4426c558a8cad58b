"""A training step of Mask R-CNN R50-FPN of ours beside torchvision's.

Run it with ``python benchmarks/training_step.py``. Both models hold the same random weights and see the same pictures
and targets, with bitmaps as masks; both sample 256 anchors and 512 proposals a picture, keep 1000 proposals, freeze the
stem and the first stage, and take a step of the same SGD. Steps take turns, after a round of warm-up.
"""

import argparse
import statistics
import sys
from collections.abc import Callable

import torch
from alternation import alternating, ratio_text
from model_pairs import NUM_CLASSES, PAIRS
from torch import Tensor, nn

from detcore.structures import BitMasks, Boxes, Instances, ModelInput

PICTURE = (512, 640)
BATCH = 2
OBJECTS = 8
"""In each picture."""


def our_training_step(
    model: nn.Module, pictures: Tensor, boxes: Tensor, classes: Tensor, masks: Tensor
) -> Callable[[], float]:
    height, width = PICTURE
    inputs = [
        ModelInput(
            image=picture,
            height=height,
            width=width,
            instances=Instances((height, width), gt_boxes=Boxes(boxes), gt_classes=classes, gt_masks=BitMasks(masks)),
        )
        for picture in pictures
    ]
    return stepping(model, lambda: model(inputs))


def their_training_step(
    model: nn.Module, pictures: Tensor, boxes: Tensor, classes: Tensor, masks: Tensor
) -> Callable[[], float]:
    targets = [{"boxes": boxes, "labels": classes + 1, "masks": masks.to(torch.uint8)} for _ in pictures]
    return stepping(model, lambda: model([picture.float() / 255 for picture in pictures], targets))


def stepping(model: nn.Module, losses: Callable[[], dict[str, Tensor]]) -> Callable[[], float]:
    """A training step; returns the loss."""
    learning = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.SGD(learning, lr=1e-6, momentum=0.9, weight_decay=1e-4)

    def step() -> float:
        optimizer.zero_grad()
        loss = torch.stack(list(losses().values())).sum()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        return loss.item()

    return step


def targets() -> tuple[Tensor, Tensor, Tensor]:
    """Boxes, classes and masks (ellipses) of a training picture."""
    height, width = PICTURE
    corners = torch.rand(OBJECTS, 2) * torch.tensor([width * 0.6, height * 0.6])
    boxes = torch.cat([corners, corners + 40 + torch.rand(OBJECTS, 2) * 160], dim=1)
    ys, xs = torch.meshgrid(torch.arange(height) + 0.5, torch.arange(width) + 0.5, indexing="ij")
    centres, radii = (boxes[:, :2] + boxes[:, 2:]) / 2, (boxes[:, 2:] - boxes[:, :2]) / 2
    away_x = (xs[None] - centres[:, 0, None, None]) / radii[:, 0, None, None]
    away_y = (ys[None] - centres[:, 1, None, None]) / radii[:, 1, None, None]
    return boxes, torch.randint(NUM_CLASSES, (OBJECTS,)), away_x**2 + away_y**2 <= 1


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="measurements of each")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    pictures = torch.randint(256, (BATCH, 3, *PICTURE), dtype=torch.uint8)
    pair = PAIRS["mask"](pictures[0])
    ours, theirs, goal = pair.ours.train(), pair.theirs.train(), targets()
    calls = {
        "torchvision": their_training_step(theirs, pictures, *goal),
        "ours": our_training_step(ours, pictures, *goal),
    }
    seconds = alternating(calls, rounds=options.rounds)
    print(f"{pair.name}, {BATCH} pictures of {PICTURE[0]}×{PICTURE[1]}, {options.threads} threads")
    for name, each in seconds.items():
        print(f"  {name:11} {statistics.median(each):.3f} s a step")
    print(f"  ours is {ratio_text(seconds['ours'], seconds['torchvision'])}")


if __name__ == "__main__":
    main(sys.argv[1:])
