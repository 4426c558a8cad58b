"""Order and counting in the layout that lays the rows of all pictures end to end.

Nothing here branches on tensor data, and no picture is looked at on its own, so that an exported graph serves any
number of pictures.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

__all__ = ["rank_in_image", "top_per_image"]


def top_per_image(
    scores: Float[Tensor, " row"], image_index: Int[Tensor, " row"], *, num_images: int, count: int
) -> Int[Tensor, " kept"]:
    """The best ``count`` rows of every picture, ordered by picture, then by falling score; ties keep their order."""
    by_score = scores.argsort(descending=True, stable=True)
    order = by_score[image_index[by_score].argsort(stable=True)]
    return order[rank_in_image(image_index[order], num_images=num_images) < count]


def rank_in_image(image_index: Int[Tensor, " row"], *, num_images: int) -> Int[Tensor, " row"]:
    """Position of every row among its picture's, where the rows are ordered by picture."""
    images = torch.arange(num_images, device=image_index.device)
    counts = (image_index[None] == images[:, None]).sum(dim=1)
    first = counts.cumsum(0) - counts
    return torch.arange(image_index.shape[0], device=image_index.device) - first[image_index]
