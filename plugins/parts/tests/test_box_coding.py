from math import log

import pytest
import torch

from det_plugin_parts import DeltaBoxCoderConfig

BOXES = torch.tensor([[0.0, 0.0, 10.0, 20.0], [5.0, 5.0, 6.0, 6.0]])


def test_deltas_are_shifts_in_sides_and_logarithms_of_growth():
    targets = torch.tensor([[10.0, 0.0, 20.0, 40.0], [5.0, 5.0, 6.0, 6.0]])

    deltas = DeltaBoxCoderConfig().build().encode(BOXES, targets)

    torch.testing.assert_close(deltas, torch.tensor([[1.0, 0.5, 0.0, log(2)], [0.0, 0.0, 0.0, 0.0]]))


def test_decoding_undoes_encoding():
    coder = DeltaBoxCoderConfig(weights=(10.0, 10.0, 5.0, 5.0)).build()
    targets = torch.tensor([[3.0, 4.0, 11.0, 9.0], [0.0, 1.0, 2.0, 3.0]])

    decoded = coder.decode(coder.encode(BOXES, targets), BOXES)

    torch.testing.assert_close(decoded, targets)


def test_a_row_may_hold_the_deltas_of_several_classes():
    coder = DeltaBoxCoderConfig().build()
    deltas = torch.tensor([[0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0]])

    decoded = coder.decode(deltas, BOXES[:1])

    assert decoded.tolist() == [[0, 0, 10, 20, 10, 0, 20, 20]]


def test_growth_is_clamped_so_that_wild_predictions_stay_finite():
    decoded = DeltaBoxCoderConfig().build().decode(torch.full((1, 4), 1000.0), BOXES[:1])

    assert decoded.isfinite().all()
    torch.testing.assert_close(decoded[0, 2] - decoded[0, 0], torch.tensor(10 * 1000 / 16))


def test_no_boxes_give_no_boxes():
    coder = DeltaBoxCoderConfig().build()

    assert coder.encode(torch.zeros(0, 4), torch.zeros(0, 4)).shape == (0, 4)
    assert coder.decode(torch.zeros(0, 8), torch.zeros(0, 4)).shape == (0, 8)


def test_half_precision_deltas_are_decoded_in_single_precision():
    decoded = DeltaBoxCoderConfig().build().decode(torch.zeros(2, 4, dtype=torch.bfloat16), BOXES)

    assert decoded.dtype == torch.float32
    torch.testing.assert_close(decoded, BOXES)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        pytest.param(
            {"weights": (10.0, 10.0)}, r"'weights' must have 4 items, not 2: \[10.0, 10.0\]", id="two weights"
        ),
        pytest.param({"weights": (1.0, 1.0, 0.0, 1.0)}, "'weights' must be > 0: 0.0", id="no weight"),
        pytest.param({"scale_clamp": float("inf")}, "'scale_clamp' must be a finite number: inf", id="no clamp"),
    ],
)
def test_impossible_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        DeltaBoxCoderConfig(**settings)
