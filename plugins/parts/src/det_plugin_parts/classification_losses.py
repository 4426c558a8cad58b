"""Classification where nearly everything is background.

Focal Loss for Dense Object Detection, equation 5: https://arxiv.org/abs/1708.02002
"""

from jaxtyping import Float
from torch import Tensor
from torchvision.ops import sigmoid_focal_loss

__all__ = ["focal_loss"]


def focal_loss(
    logits: Float[Tensor, "row class"], wanted: Float[Tensor, "row class"], *, alpha: float, gamma: float
) -> Float[Tensor, ""]:
    """The sum over all rows and classes, each class a question of its own; ``wanted`` is 0 or 1.

    ``gamma`` says how much less a well classified example weighs, ``alpha`` how much the ones weigh against the zeros.
    """
    loss: Tensor = sigmoid_focal_loss(logits.float(), wanted.float(), alpha=alpha, gamma=gamma, reduction="sum")
    return loss
