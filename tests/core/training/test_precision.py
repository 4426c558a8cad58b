import pytest
import torch
from torch import nn

from detcore.config import Precision
from detcore.errors import ConfigError
from detcore.training import MixedPrecision


def test_half_precision_needs_a_gpu():
    with pytest.raises(
        ConfigError, match=r"^training.precision: 'float16' needs a CUDA device, not 'cpu'; use 'bfloat16'$"
    ):
        MixedPrecision(precision=Precision.FLOAT16, device=torch.device("cpu"))


@pytest.mark.parametrize(("precision", "expected"), [("float32", torch.float32), ("bfloat16", torch.bfloat16)])
def test_the_forward_pass_runs_in_the_chosen_format(precision, expected):
    mixed = MixedPrecision(precision=Precision(precision), device=torch.device("cpu"))

    with mixed.forward():
        output = nn.Linear(2, 2)(torch.ones(1, 2))

    assert output.dtype == expected


def test_gradients_are_clipped_together_and_their_norm_is_told():
    layer = nn.Linear(1, 1, bias=False)
    optimizer = torch.optim.SGD(layer.parameters(), lr=1.0)
    mixed = MixedPrecision(precision=Precision.FLOAT32, device=torch.device("cpu"))
    before = layer.weight.item()

    mixed.backward(3 * layer.weight.sum())
    norm = mixed.gradient_norm(optimizer, [layer.weight])
    mixed.step(optimizer, [layer.weight], norm=norm, clip=1.0)

    assert float(norm) == pytest.approx(3.0)
    assert layer.weight.item() == pytest.approx(before - 1.0, abs=1e-5)


def test_full_precision_has_no_scale_to_store():
    mixed = MixedPrecision(precision=Precision.FLOAT32, device=torch.device("cpu"))

    mixed.restore(mixed.state())

    assert mixed.state() == {}
