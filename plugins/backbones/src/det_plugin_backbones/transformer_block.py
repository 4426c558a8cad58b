"""The block of a plain vision transformer, and what can follow it.

An Image is Worth 16x16 Words: https://arxiv.org/abs/2010.11929
Exploring Plain Vision Transformer Backbones (ViTDet): https://arxiv.org/abs/2203.16527
"""

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn
from torchvision.ops import StochasticDepth

from det_plugin_backbones.attention import Attention
from det_plugin_backbones.channel_layer_norm import EPSILON, ChannelLayerNorm
from det_plugin_backbones.initialisation import msra_fill
from det_plugin_backbones.windows import from_windows, into_windows

__all__ = ["ConvolutionalBlock", "Perceptron", "TransformerBlock"]

Tokens = Float[Tensor, "image height width channel"]


class TransformerBlock(nn.Module):
    """Attention within the map or within its windows, then a perceptron, each added to its input.

    ``window_size`` is in patches; ``None``: the whole map. ``drop_path`` is the probability with which a training
    picture skips the attention, and then the perceptron. ``residual`` reads and returns N×C×H×W.
    """

    def __init__(
        self,
        *,
        channels: int,
        attention: Attention,
        hidden_channels: int,
        window_size: int | None,
        drop_path: float,
        residual: nn.Module | None,
    ) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(channels, eps=EPSILON)
        self.attn = attention
        self.drop_path = StochasticDepth(drop_path, mode="row")
        self.norm2 = nn.LayerNorm(channels, eps=EPSILON)
        self.mlp = Perceptron(channels=channels, hidden_channels=hidden_channels)
        self.window_size = window_size
        self.residual = residual

    def forward(self, x: Tokens) -> Tokens:
        x = x + self.drop_path(self._attended(self.norm1(x)))
        x = x + self.drop_path(self.mlp(self.norm2(x)))
        return x if self.residual is None else self.residual(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)

    def _attended(self, x: Tokens) -> Tokens:
        if self.window_size is None:
            attended: Tensor = self.attn(x)
            return attended
        return from_windows(self.attn(into_windows(x, self.window_size)), self.window_size, like=x)


class Perceptron(nn.Module):
    """Two linear layers with a GELU between them."""

    def __init__(self, *, channels: int, hidden_channels: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(channels, hidden_channels)
        self.fc2 = nn.Linear(hidden_channels, channels)

    def forward(self, x: Float[Tensor, "*token channel"]) -> Float[Tensor, "*token channel"]:
        projected: Tensor = self.fc2(F.gelu(self.fc1(x)))
        return projected


class ConvolutionalBlock(nn.Module):
    """1×1, 3×3 and 1×1 convolutions with layer norms, added to their input; freshly made it changes nothing.

    Carries what is known across the borders of windows: ViTDet, section 3, "convolutional propagation".
    """

    def __init__(self, *, channels: int) -> None:
        super().__init__()
        hidden = channels // 2
        self.conv1 = nn.Conv2d(channels, hidden, kernel_size=1, bias=False)
        self.norm1 = ChannelLayerNorm(hidden)
        self.conv2 = nn.Conv2d(hidden, hidden, kernel_size=3, padding=1, bias=False)
        self.norm2 = ChannelLayerNorm(hidden)
        self.conv3 = nn.Conv2d(hidden, channels, kernel_size=1, bias=False)
        self.norm3 = ChannelLayerNorm(channels)
        for conv in (self.conv1, self.conv2, self.conv3):
            msra_fill(conv)
        nn.init.zeros_(self.norm3.weight)

    def forward(self, x: Float[Tensor, "image channel height width"]) -> Float[Tensor, "image channel height width"]:
        hidden = F.gelu(self.norm1(self.conv1(x)))
        hidden = F.gelu(self.norm2(self.conv2(hidden)))
        change: Tensor = self.norm3(self.conv3(hidden))
        return x + change
