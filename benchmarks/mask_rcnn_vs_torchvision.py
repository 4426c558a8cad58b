"""Mask R-CNN R50-FPN of ours beside torchvision's: seconds per picture in inference, seconds per training step.

Run it with ``python benchmarks/mask_rcnn_vs_torchvision.py``; ``--only inference`` or ``--only training`` is half.
For inference ours chooses the memory format channels-last by itself; with ``--channels-last`` torchvision's model is in
that format too.

How equality of work is ensured:

- Both models hold the same random weights (see ``torchvision_twin``), scaled so that activations stay healthy, and see
  the same picture, already 800×1088, so neither resizes. In training they see the same targets, with bitmaps as masks.
- Both may keep 1000 proposals and 50 detections. The class predictor is scaled so that clearly more boxes than that
  pass the score threshold; the numbers of proposals, of boxes above the threshold and of detections are printed.
- Both end with binary masks of the whole picture: ours pastes (``dense``) what it would otherwise keep small.
- In training both sample 256 anchors and 512 proposals a picture, keep 1000 proposals, freeze the stem and the first
  stage, and take a step of the same SGD.

Measurements alternate between the two, after one round of warm-up; medians are compared.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torchvision_twin import torchvision_twin

from det_plugin_backbones import FPNConfig, ResNetConfig
from det_plugin_maskrcnn import (
    BoxPredictorConfig,
    FCNMaskHeadConfig,
    GeneralizedRCNNConfig,
    ProposalSelectionConfig,
    RPNConfig,
    StandardROIHeadsConfig,
)
from detcore.structures import BitMasks, Boxes, Instances, ModelInput

NUM_CLASSES = 80
NUM_PROPOSALS = 1000
NUM_DETECTIONS = 50
SCORE_THRESHOLD = 0.05
PICTURE = (800, 1088)
TRAINING_PICTURE = (512, 640)
TRAINING_BATCH = 2
OBJECTS = 8
"""In each training picture."""

MEAN, STD = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)
"""Of torchvision, whose pixels are 0 to 1, times 255."""

SETTINGS = {
    "rpn_pre_nms_top_n_train": 2000,
    "rpn_pre_nms_top_n_test": 1000,
    "rpn_post_nms_top_n_train": NUM_PROPOSALS,
    "rpn_post_nms_top_n_test": NUM_PROPOSALS,
    "box_score_thresh": SCORE_THRESHOLD,
    "box_detections_per_img": NUM_DETECTIONS,
}
"""torchvision's names for what :func:`our_model` says."""

STAGES = {
    "backbone": (["backbone"], ["backbone"]),
    "proposals": (["proposal_generator"], ["rpn"]),
    "box pooling": (["roi_heads.box_pooler"], ["roi_heads.box_roi_pool"]),
    "box head": (
        ["roi_heads.box_head", "roi_heads.box_predictor"],
        ["roi_heads.box_head", "roi_heads.box_predictor"],
    ),
    "mask head": (["roi_heads.mask_head"], ["roi_heads.mask_head", "roi_heads.mask_predictor"]),
}
"""Modules of ours and of torchvision's model that do the same."""


def our_model() -> nn.Module:
    trunk = ResNetConfig(depth=50, stride_in_1x1=False)
    return GeneralizedRCNNConfig(
        backbone=FPNConfig(bottom_up=trunk),
        proposal_generator=RPNConfig(
            selection=ProposalSelectionConfig(
                pre_nms_topk_train=2000,
                pre_nms_topk_test=1000,
                post_nms_topk_train=NUM_PROPOSALS,
                post_nms_topk_test=NUM_PROPOSALS,
            )
        ),
        roi_heads=StandardROIHeadsConfig(
            num_classes=NUM_CLASSES,
            box_predictor=BoxPredictorConfig(score_threshold=SCORE_THRESHOLD, detections_per_image=NUM_DETECTIONS),
            mask_head=FCNMaskHeadConfig(),
        ),
        channel_order="RGB",
        pixel_mean=MEAN,
        pixel_std=STD,
    ).build()


def make_healthy(model: nn.Module) -> None:
    """Keeps activations of the fresh trunk near one, and spreads class scores."""
    for name, buffer in model.named_buffers():
        if name.endswith("conv3.norm.weight"):
            buffer.fill_(0.2)  # each block adds a little to its input instead of doubling it
    model.get_parameter("roi_heads.box_predictor.cls_score.weight").data.mul_(CLASS_SPREAD)


CLASS_SPREAD = 25.0
"""Factor of the class predictor's fresh weights, at which some thousand boxes pass the score threshold."""


def our_inference(model: nn.Module, picture: Tensor) -> Callable[[], int]:
    height, width = picture.shape[-2:]

    def infer() -> int:
        with torch.inference_mode():
            (output,) = model([ModelInput(image=picture, height=height, width=width)])
            return len(output["instances"].pred_masks.dense(height, width))

    return infer


def their_inference(model: nn.Module, picture: Tensor) -> Callable[[], int]:
    def infer() -> int:
        with torch.inference_mode():
            (output,) = model([picture.float() / 255])
            return len(output["masks"] > 0.5)

    return infer


def our_training_step(
    model: nn.Module, pictures: Tensor, boxes: Tensor, classes: Tensor, masks: Tensor
) -> Callable[[], float]:
    height, width = TRAINING_PICTURE
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
    height, width = TRAINING_PICTURE
    corners = torch.rand(OBJECTS, 2) * torch.tensor([width * 0.6, height * 0.6])
    boxes = torch.cat([corners, corners + 40 + torch.rand(OBJECTS, 2) * 160], dim=1)
    ys, xs = torch.meshgrid(torch.arange(height) + 0.5, torch.arange(width) + 0.5, indexing="ij")
    centres, radii = (boxes[:, :2] + boxes[:, 2:]) / 2, (boxes[:, 2:] - boxes[:, :2]) / 2
    away_x = (xs[None] - centres[:, 0, None, None]) / radii[:, 0, None, None]
    away_y = (ys[None] - centres[:, 1, None, None]) / radii[:, 1, None, None]
    return boxes, torch.randint(NUM_CLASSES, (OBJECTS,)), away_x**2 + away_y**2 <= 1


def alternating(
    ours: Callable[[], object], theirs: Callable[[], object], rounds: int
) -> tuple[list[float], list[float]]:
    """Seconds of each call, one after the other, after a round that does not count."""
    ours(), theirs()
    seconds = [(timed(ours), timed(theirs)) for _ in range(rounds)]
    return [pair[0] for pair in seconds], [pair[1] for pair in seconds]


def timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


@contextmanager
def stage_clock(model: nn.Module, stages: dict[str, list[str]]) -> Iterator[dict[str, float]]:
    """Adds up the seconds inside some modules while the context lasts."""
    clocks = {stage: [ModuleClock(model.get_submodule(name)) for name in names] for stage, names in stages.items()}
    spent: dict[str, float] = {}
    yield spent
    spent.update({stage: sum(clock.stop() for clock in timing) for stage, timing in clocks.items()})


class ModuleClock:
    """Seconds inside a module, all calls together."""

    def __init__(self, module: nn.Module) -> None:
        self.spent = 0.0
        self.started = 0.0
        self.handles = [module.register_forward_pre_hook(self._enter), module.register_forward_hook(self._leave)]

    def stop(self) -> float:
        """No longer listens; the seconds."""
        for handle in self.handles:
            handle.remove()
        return self.spent

    def _enter(self, *_: object) -> None:
        self.started = time.perf_counter()

    def _leave(self, *_: object) -> None:
        self.spent += time.perf_counter() - self.started


@contextmanager
def seen_classes(model: nn.Module, name: str) -> Iterator[list[Tensor]]:
    """The class logits that a predictor returns while the context lasts."""
    seen: list[Tensor] = []
    handle = model.get_submodule(name).register_forward_hook(lambda _, __, output: seen.append(output))
    yield seen
    handle.remove()


def print_counts(name: str, model: nn.Module, infer: Callable[[], int], *, background: int) -> None:
    with seen_classes(model, "roi_heads.box_predictor.cls_score") as seen:
        detections = infer()
    probabilities = seen[0].softmax(dim=1)
    objects = torch.ones(NUM_CLASSES + 1, dtype=torch.bool)
    objects[background] = False
    above = int((probabilities[:, objects] > SCORE_THRESHOLD).sum())
    print(f"  {name:12} {len(probabilities)} proposals, {above} boxes above the threshold, {detections} detections")


def print_ratio(what: str, ours: list[float], theirs: list[float]) -> None:
    mine, other = statistics.median(ours), statistics.median(theirs)
    print(f"{what}: ours {mine:.3f} s, torchvision {other:.3f} s, ratio {mine / other:.2f}")
    print(f"  best of each: {min(ours):.3f} s and {min(theirs):.3f} s, ratio {min(ours) / min(theirs):.2f}")


def print_stages(ours: dict[str, float], theirs: dict[str, float], rounds: int) -> None:
    for stage, seconds in ours.items():
        print(f"  {stage:14} {seconds / rounds:7.3f} {theirs[stage] / rounds:7.3f}")


def measure_inference(model: nn.Module, twin: nn.Module, *, rounds: int, channels_last: bool) -> None:
    picture = torch.randint(256, (3, *PICTURE), dtype=torch.uint8)
    model.eval()
    twin.eval()
    if channels_last:
        twin.to(memory_format=torch.channels_last)
    infer, infer_theirs = our_inference(model, picture), their_inference(twin, picture)
    print(f"inference, one picture of {PICTURE[0]}×{PICTURE[1]}")
    print_counts("ours", model, infer, background=NUM_CLASSES)
    print_counts("torchvision", twin, infer_theirs, background=0)
    ours, theirs = ({stage: names[side] for stage, names in STAGES.items()} for side in (0, 1))
    with stage_clock(model, ours) as spent, stage_clock(twin, theirs) as spent_theirs:
        seconds = alternating(infer, infer_theirs, rounds)
    print_ratio("seconds per picture", *seconds)
    print_stages(spent, spent_theirs, rounds + 1)


def measure_training(model: nn.Module, twin: nn.Module, *, rounds: int) -> None:
    pictures = torch.randint(256, (TRAINING_BATCH, 3, *TRAINING_PICTURE), dtype=torch.uint8)
    model.train()
    twin.train()
    goal = targets()
    step, step_theirs = our_training_step(model, pictures, *goal), their_training_step(twin, pictures, *goal)
    print(f"training, {TRAINING_BATCH} pictures of {TRAINING_PICTURE[0]}×{TRAINING_PICTURE[1]}")
    print_ratio("seconds per step", *alternating(step, step_theirs, rounds))


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="measurements of each, in inference and in training")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", choices=["inference", "training"])
    parser.add_argument(
        "--channels-last", action="store_true", help="torchvision's model in that memory format as well"
    )
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    model = our_model()
    make_healthy(model)
    twin = torchvision_twin(model, num_classes=NUM_CLASSES, **SETTINGS)
    if options.only != "training":
        measure_inference(model, twin, rounds=options.rounds, channels_last=options.channels_last)
    if options.only != "inference":
        measure_training(model, twin, rounds=options.rounds)


if __name__ == "__main__":
    main(sys.argv[1:])
