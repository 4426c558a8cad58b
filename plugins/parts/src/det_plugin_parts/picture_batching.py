"""Pictures of different sizes as one normalised tensor: how every model here takes its input."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from detcore.structures import ImageBatch, ModelInput

__all__ = ["PictureBatching", "pad_and_stack"]


class PictureBatching(nn.Module):
    """Normalises pictures, then pads them with zeros at the bottom and right and stacks them.

    Its mean and deviation are no part of a model's weights: they come from the config.
    """

    pixel_mean: Tensor
    pixel_std: Tensor

    def __init__(
        self, *, pixel_mean: Sequence[float], pixel_std: Sequence[float], size_divisibility: int, square_side: int
    ) -> None:
        super().__init__()
        self.size_divisibility = size_divisibility
        self.square_side = square_side
        self.register_buffer("pixel_mean", torch.tensor(pixel_mean).view(-1, 1, 1), persistent=False)
        self.register_buffer("pixel_std", torch.tensor(pixel_std).view(-1, 1, 1), persistent=False)

    @property
    def device(self) -> torch.device:
        """Where the batch will be."""
        return self.pixel_mean.device

    def forward(self, inputs: Sequence[ModelInput]) -> ImageBatch:
        """The batch, on the model's device.

        Raises:
            TypeError: a picture is no tensor.
            ValueError: a picture is larger than ``square_side``, or not of C×H×W.
        """
        images = [self._checked(each, position).to(self.device) for position, each in enumerate(inputs)]
        normalised = [(image - self.pixel_mean) / self.pixel_std for image in images]
        return pad_and_stack(normalised, size_divisibility=self.size_divisibility, square_side=self.square_side)

    def _checked(self, wanted: ModelInput, position: int) -> Tensor:
        """The picture, if it is laid out as a model takes it."""
        image, channels = wanted["image"], len(self.pixel_mean)
        name = wanted.get("file_name", f"input {position}")
        if not isinstance(image, Tensor):
            raise TypeError(
                f"{name}: 'image' must be a tensor of {channels}×H×W, not {type(image).__name__}; of an H×W×{channels}"
                " array, torch.from_numpy(array).permute(2, 0, 1) makes one"
            )
        if image.ndim != 3 or image.shape[0] != channels:
            shape = "×".join(map(str, image.shape))
            raise ValueError(
                f"{name}: 'image' must be a tensor of {channels}×H×W, not {shape or 'a single number'}; of"
                f" H×W×{channels}, image.permute(2, 0, 1) makes one"
            )
        return image


def pad_and_stack(images: Sequence[Tensor], *, size_divisibility: int, square_side: int = 0) -> ImageBatch:
    """Stack C×H×W pictures, padded with zeros at the bottom and right.

    Height and width are ``square_side``; where that is 0, the largest of the batch, rounded up to a multiple of
    ``size_divisibility`` (0: not rounded).

    Raises:
        ValueError: a picture is larger than ``square_side``.
    """
    largest = [max(image.shape[axis] for image in images) for axis in (1, 2)]
    height, width = _padded(largest, size_divisibility) if square_side == 0 else _square(largest, square_side)
    padded = [F.pad(image, (0, width - image.shape[2], 0, height - image.shape[1])) for image in images]
    sizes = torch.tensor([image.shape[1:] for image in images], device=images[0].device)
    return ImageBatch(pixels=torch.stack(padded), sizes=sizes)


def _padded(size: Sequence[int], size_divisibility: int) -> list[int]:
    step = max(size_divisibility, 1)
    return [-(-side // step) * step for side in size]


def _square(size: Sequence[int], side: int) -> list[int]:
    if max(size) > side:
        raise ValueError(
            f"this model takes pictures of up to {side}×{side} pixels, found {size[0]}×{size[1]} (height × width);"
            f" resize them, for example to a longest side of {side}"
        )
    return [side, side]
