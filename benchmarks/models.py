"""Inference of Faster, Mask and Keypoint R-CNN and of RetinaNet (R50-FPN) beside torchvision's, in one run.

Run it with ``python benchmarks/models.py``; ``--only mask retinanet`` takes some of them.

How equality of work is ensured:

- Both models hold the same random weights (see ``torchvision_twin``), scaled so that activations stay healthy, and see
  the same picture, already 800×1088, so neither resizes.
- Both may keep 1000 proposals (RetinaNet: 1000 candidates a level) and 50 detections, and sample each bin of a region
  at 2×2 points. The class predictor is scaled so that clearly more predictions than that pass the score threshold;
  the numbers above it and of detections are printed.
- Both of Mask R-CNN end with binary masks of the whole picture: ours pastes (``dense``) what it would otherwise keep
  small. Both of Keypoint R-CNN end with places of keypoints in the picture.

Ours runs in float32 as it comes, and as ``evaluation.precision = "bfloat16"`` runs it. torchvision's runs eagerly in
float32; ``--channels-last`` puts its model into the memory format that ours chooses by itself. Calls take turns, after
a round of warm-up.

With two threads on an AMD EPYC that knows bfloat16 (torch 2.15, torchvision 0.29.2), ours was as many times as fast, in
float32 and in bfloat16: Faster R-CNN 1.73 and 3.71, Mask R-CNN 1.74 and 3.71, Keypoint R-CNN 1.45 and 3.03,
RetinaNet 1.47 and 2.77. It fails below 1.25 or 2.
"""

import argparse
import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from alternation import alternating, ratio_text, speedup
from model_pairs import PAIRS, SCORE_THRESHOLD, Pair
from torch import Tensor, nn

from detcore.config import Precision
from detcore.structures import ModelInput
from detcore.training import forward_pass_in

PICTURE = (800, 1088)

LEAST = {"ours": 1.25, "ours in bfloat16": 2.0}
"""How many times as fast as torchvision's the models have to be, by the medians."""

CPU = torch.device("cpu")


def our_inference(model: nn.Module, picture: Tensor, precision: Precision) -> Callable[[], int]:
    height, width = picture.shape[-2:]
    forward_pass = forward_pass_in(precision, CPU, setting="evaluation.precision")

    def infer() -> int:
        with torch.inference_mode(), forward_pass():
            (output,) = model([ModelInput(image=picture, height=height, width=width)])
        detections = output["instances"]
        if "pred_masks" in detections:
            detections.pred_masks.dense(height, width)
        return len(detections)

    return infer


def their_inference(model: nn.Module, picture: Tensor) -> Callable[[], int]:
    def infer() -> int:
        with torch.inference_mode():
            (output,) = model([picture.float() / 255])
            if "masks" in output:
                _ = output["masks"] > 0.5
        return len(output["boxes"])

    return infer


def measure(pair: Pair, picture: Tensor, *, rounds: int) -> bool:
    """Prints what was found; whether both of ours were fast enough."""
    calls = {
        "torchvision": their_inference(pair.theirs, picture),
        "ours": our_inference(pair.ours, picture, Precision.FLOAT32),
        "ours in bfloat16": our_inference(pair.ours, picture, Precision.BFLOAT16),
    }
    print(pair.name)
    print_counts("torchvision", pair.theirs, pair.their_scores, calls["torchvision"])
    for name in LEAST:
        print_counts(name, pair.ours, pair.our_scores, calls[name])
    seconds = alternating(calls, rounds=rounds)
    print(f"  torchvision      {statistics.median(seconds['torchvision']):.3f} s")
    for name in LEAST:
        ratio = ratio_text(seconds[name], seconds["torchvision"])
        print(f"  {name:16} {statistics.median(seconds[name]):.3f} s, {ratio}", flush=True)
    return all(speedup(seconds[name], seconds["torchvision"]) >= least for name, least in LEAST.items())


def print_counts(name: str, model: nn.Module, scores: str, infer: Callable[[], int]) -> None:
    with seen_logits(model, scores) as seen:
        detections = infer()
    above = sum(int((each > SCORE_THRESHOLD).sum()) for each in map(probabilities, seen))
    rows = sum(len(each) for each in seen if each.dim() == 2)
    proposals = f"{rows} proposals, " if rows else ""
    print(f"  {name:16} {proposals}{above} scores above {SCORE_THRESHOLD} (background, too), {detections} detections")


def probabilities(logits: Tensor) -> Tensor:
    """Of maps, each class by itself; of rows, one class or the background."""
    return logits.sigmoid() if logits.dim() == 4 else logits.softmax(dim=1)


@contextmanager
def seen_logits(model: nn.Module, name: str) -> Iterator[list[Tensor]]:
    """The class logits that a predictor returns while the context lasts."""
    seen: list[Tensor] = []
    handle = model.get_submodule(name).register_forward_hook(lambda _, __, output: seen.append(output))
    yield seen
    handle.remove()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="measurements of each")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", nargs="+", choices=sorted(PAIRS), default=list(PAIRS))
    parser.add_argument("--channels-last", action="store_true", help="torchvision's models in that memory format")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    print(f"one picture of {PICTURE[0]}×{PICTURE[1]}, {options.threads} threads, seconds by median of {options.rounds}")
    are_fast = True
    for name in options.only:
        torch.manual_seed(0)
        picture = torch.randint(256, (3, *PICTURE), dtype=torch.uint8)
        pair = PAIRS[name](picture)
        pair.theirs.eval()
        if options.channels_last:
            pair.theirs.to(memory_format=torch.channels_last)
        are_fast &= measure(pair, picture, rounds=options.rounds)
    return 0 if are_fast else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
