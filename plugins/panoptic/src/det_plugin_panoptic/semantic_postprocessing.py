"""From logits of a padded batch to logits of each picture, in pixels of the wanted output."""

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from det_plugin_parts import output_size
from detcore.structures import ModelInput

__all__ = ["semantic_logits"]


def semantic_logits(
    logits: Float[Tensor, "class height width"], stride: int, wanted: ModelInput
) -> Float[Tensor, "class output_height output_width"]:
    """Brought to the network's resolution, cropped to the picture, then resized as the output is.

    Differs from one resize in the pixels near edges; this is the reference's order.
    """
    height, width = wanted["image"].shape[-2:]
    x = F.interpolate(logits[None].float(), scale_factor=float(stride), mode="bilinear", align_corners=False)
    return F.interpolate(x[..., :height, :width], size=output_size(wanted), mode="bilinear", align_corners=False)[0]
