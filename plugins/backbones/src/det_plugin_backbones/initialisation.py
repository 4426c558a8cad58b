"""How fresh convolutions are filled, as the published models were."""

from torch import nn

__all__ = ["msra_fill", "xavier_fill"]


def msra_fill(conv: nn.Conv2d) -> None:
    """Normal with variance 2 / fan-out, bias zero: https://arxiv.org/abs/1502.01852, for layers followed by a ReLU."""
    nn.init.kaiming_normal_(conv.weight, mode="fan_out", nonlinearity="relu")
    _zero_bias(conv)


def xavier_fill(conv: nn.Conv2d) -> None:
    """Uniform with variance 1 / fan-in, bias zero: what Caffe2 calls ``XavierFill``, for linear layers.

    Differs from Glorot and Bengio, who average fan-in and fan-out.
    """
    nn.init.kaiming_uniform_(conv.weight, a=1)
    _zero_bias(conv)


def _zero_bias(conv: nn.Conv2d) -> None:
    if conv.bias is not None:
        nn.init.zeros_(conv.bias)
