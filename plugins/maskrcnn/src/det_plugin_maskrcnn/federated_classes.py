"""Which classes a step decides on, where a picture is not labelled with all of them.

LVIS, section 3: https://arxiv.org/abs/1908.03195; as a loss: https://arxiv.org/abs/2103.07461, section 4.2.
Differs from Detectron2, which reads from the dataset's file in how many pictures a class stands: here that is counted
while training, so nothing has to be known beforehand; published weights bring their own numbers along.
"""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

__all__ = ["classes_to_decide_on", "counted"]


def classes_to_decide_on(
    classes: Int[Tensor, " box"], *, weights: Float[Tensor, " class"], number: int
) -> Bool[Tensor, " class"]:
    """Classes that are there, and drawn others up to ``number`` together; background (the last class) counts, too.

    The others are drawn without replacement, in proportion to their weights, from torch's default generator.
    """
    background = len(weights)
    is_there = torch.zeros(background + 1, dtype=torch.bool, device=weights.device)
    is_there[classes] = True
    # The largest of logarithms with Gumbel noise are such a draw: https://arxiv.org/abs/1903.06059
    noise = -torch.empty_like(weights).exponential_().log()
    score = torch.cat([weights.log() + noise, weights.new_full((1,), -torch.inf)])
    score = score.masked_fill(is_there, torch.inf)
    best = score.topk(min(number, len(score))).indices
    is_drawn = torch.zeros_like(is_there).index_fill(0, best, value=True) & (score > -torch.inf)
    return (is_drawn | is_there)[:background]


def counted(
    weights: Float[Tensor, " class"],
    classes: Int[Tensor, " box"],
    image_index: Int[Tensor, " box"],
    *,
    power: float,
) -> Float[Tensor, " class"]:
    """Weights after more pictures: each is, to the ``power``, one more than the number of pictures with its class."""
    _, seen = torch.unique(torch.stack([image_index, classes]), dim=1)
    pictures = seen.bincount(minlength=len(weights) + 1)[: len(weights)]
    seen_so_far: Tensor = weights.pow(1 / power) + pictures
    return seen_so_far.pow(power)
