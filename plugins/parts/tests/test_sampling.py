import torch

from det_plugin_parts import sample_balanced


def labels(*, positive: int, negative: int, ignored: int = 0) -> torch.Tensor:
    return torch.tensor([1] * positive + [0] * negative + [-1] * ignored)


def test_all_are_taken_in_order_where_there_are_few():
    positive, negative = sample_balanced(
        labels(positive=2, negative=3, ignored=4), batch_size=16, positive_fraction=0.5
    )

    assert positive.tolist() == [0, 1]
    assert negative.tolist() == [2, 3, 4]


def test_positives_are_limited_to_their_share_and_negatives_fill_the_rest():
    positive, negative = sample_balanced(labels(positive=100, negative=100), batch_size=20, positive_fraction=0.25)

    assert len(positive) == len(set(positive.tolist())) == 5
    assert len(negative) == len(set(negative.tolist())) == 15
    assert positive.max() < 100 <= negative.min()


def test_missing_positives_are_replaced_by_negatives():
    positive, negative = sample_balanced(labels(positive=1, negative=100), batch_size=20, positive_fraction=0.5)

    assert (len(positive), len(negative)) == (1, 19)


def test_the_choice_follows_torchs_seed():
    torch.manual_seed(3)
    first = sample_balanced(labels(positive=50, negative=50), batch_size=10, positive_fraction=0.5)
    torch.manual_seed(3)
    second = sample_balanced(labels(positive=50, negative=50), batch_size=10, positive_fraction=0.5)

    assert [rows.tolist() for rows in first] == [rows.tolist() for rows in second]


def test_nothing_is_sampled_from_nothing():
    positive, negative = sample_balanced(torch.zeros(0, dtype=torch.int8), batch_size=20, positive_fraction=0.5)

    assert positive.shape == negative.shape == (0,)
