"""The focal loss, and what is left of it where nothing is weighed."""

import pytest
import torch
import torch.nn.functional as F
from torch.testing import assert_close

from det_plugin_parts import focal_loss

LOGITS = torch.tensor([[2.0, -1.0], [0.5, 0.0]])
WANTED = torch.tensor([[1.0, 0.0], [0.0, 1.0]])


@pytest.mark.parametrize(
    ("alpha", "weights"),
    [
        pytest.param(0.25, (0.25, 0.75), id="a share"),
        pytest.param(1.0, (1.0, 0.0), id="what is there alone"),
        pytest.param(-1, (1.0, 1.0), id="no weight"),
    ],
)
def test_alpha_weighs_what_is_there_against_what_is_not(alpha, weights):
    each = F.binary_cross_entropy_with_logits(LOGITS, WANTED, reduction="none")

    loss = focal_loss(LOGITS, WANTED, alpha=alpha, gamma=0.0)

    assert_close(loss, weights[0] * each[WANTED == 1].sum() + weights[1] * each[WANTED == 0].sum())
