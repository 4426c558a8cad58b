import pytest
import torch

from det_plugin_backbones import (
    Attention,
    absolute_positions,
    from_windows,
    into_windows,
    position_bias,
    relative_positions,
    relative_positions_between,
)


@pytest.mark.parametrize(
    ("size", "count"),
    [
        pytest.param((6, 9), 6, id="whole windows"),
        pytest.param((7, 9), 9, id="a part of a row of windows"),
        pytest.param((1, 1), 1, id="less than a window"),
    ],
)
def test_windows_put_together_are_the_map(size, count):
    x = torch.randn(2, *size, 4)

    windows = into_windows(x, 3)

    assert windows.shape == (2 * count, 3, 3, 4)
    assert torch.equal(from_windows(windows, 3, like=x), x)


def test_what_a_window_lacks_is_zero():
    (window,) = into_windows(torch.ones(1, 2, 1, 1), 3)

    assert window[..., 0].tolist() == [[1, 0, 0], [1, 0, 0], [0, 0, 0]]


def test_a_pair_of_tokens_has_the_vector_of_its_distance():
    table = torch.arange(-2.0, 3.0)[:, None]

    vectors = relative_positions(table, 3)[..., 0]

    assert vectors.tolist() == [[0, -1, -2], [1, 0, -1], [2, 1, 0]]


def test_a_table_for_another_length_is_stretched():
    table = torch.arange(-2.0, 3.0)[:, None]

    vectors = relative_positions(table, 6)[..., 0]

    torch.testing.assert_close(vectors, -vectors.T)
    torch.testing.assert_close(vectors[:, 0], torch.tensor([0, 5, 10, 15, 20, 22]) / 11)


def test_rows_of_different_lengths_are_laid_over_each_other():
    table = torch.arange(-3.0, 4.0)[:, None]

    vectors = relative_positions_between(table, queries=2, keys=4)[..., 0]

    assert vectors.tolist() == [[0, -1, -2, -3], [2, 1, 0, -1]]


def test_a_bias_is_the_sum_of_that_of_rows_and_that_of_columns():
    queries, rows, columns = torch.randn(2, 3, 4 * 5, 6), torch.randn(7, 6), torch.randn(9, 6)

    bias = position_bias(queries, rows, columns, size=(4, 5))

    query, (from_row, from_column), (to_row, to_column) = queries[1, 2, 13], (2, 3), (3, 1)
    expected = query @ rows[from_row - to_row + 3] + query @ columns[from_column - to_column + 4]
    torch.testing.assert_close(bias[1, 2, 13, 3 * 5 + 1], expected)


@pytest.mark.parametrize("has_class_position", [False, True])
def test_absolute_positions_of_the_right_size_are_left_alone(has_class_position):
    table = torch.randn(1, 9 + has_class_position, 4)

    positions = absolute_positions(table, has_class_position=has_class_position, size=(3, 3))

    assert torch.equal(positions.flatten(1, 2), table[:, -9:])


def test_absolute_positions_are_stretched_to_any_size():
    table = torch.ones(1, 9, 2)

    positions = absolute_positions(table, has_class_position=False, size=(2, 7))

    torch.testing.assert_close(positions, torch.ones(1, 2, 7, 2))


def test_attention_is_that_of_the_paper_with_the_bias_before_the_softmax():
    torch.manual_seed(0)
    attention = Attention(channels=8, num_heads=2, qkv_bias=True, position_side=3)
    torch.nn.init.normal_(attention.rel_pos_h)
    torch.nn.init.normal_(attention.rel_pos_w)
    x = torch.randn(2, 3, 3, 8)
    queries, keys, values = attention.qkv(x).reshape(2, 9, 3, 2, 4).permute(2, 0, 3, 1, 4)

    scores = queries @ keys.mT / 4**0.5 + position_bias(queries, attention.rel_pos_h, attention.rel_pos_w, size=(3, 3))
    expected = attention.proj((scores.softmax(dim=-1) @ values).transpose(1, 2).reshape(2, 3, 3, 8))

    torch.testing.assert_close(attention(x), expected, rtol=1e-4, atol=1e-5)


def test_attention_without_positions_does_not_care_where_a_patch_is():
    attention = Attention(channels=8, num_heads=2, qkv_bias=False, position_side=None)
    x = torch.randn(1, 3, 4, 8)

    torch.testing.assert_close(attention(x.flip(1, 2)), attention(x).flip(1, 2), rtol=1e-4, atol=1e-5)
