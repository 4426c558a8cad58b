"""Which classes a step decides on, where a picture is not labelled with all of them.

LVIS, section 3: https://arxiv.org/abs/1908.03195; as a loss: https://arxiv.org/abs/2103.07461, section 4.2.
In how many pictures a class is, Detectron2 reads from a file of its own for LVIS; here any training data is counted.
"""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

__all__ = ["classes_to_decide_on"]


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
