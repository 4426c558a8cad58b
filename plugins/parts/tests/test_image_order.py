import torch

from det_plugin_parts import rank_in_image, top_per_image


def test_the_best_rows_of_every_picture_by_picture_then_score():
    scores = torch.tensor([0.1, 0.9, 0.5, 0.8, 0.7])
    image_index = torch.tensor([1, 0, 1, 0, 0])

    rows = top_per_image(scores, image_index, num_images=2, count=2)

    assert rows.tolist() == [1, 3, 2, 0]


def test_ties_keep_their_order():
    rows = top_per_image(torch.full((4,), 0.5), torch.tensor([0, 1, 0, 1]), num_images=2, count=5)

    assert rows.tolist() == [0, 2, 1, 3]


def test_a_picture_without_rows_is_skipped():
    rows = top_per_image(torch.tensor([0.3, 0.2]), torch.tensor([2, 0]), num_images=4, count=1)

    assert rows.tolist() == [1, 0]


def test_ranks_start_anew_in_every_picture():
    assert rank_in_image(torch.tensor([0, 0, 2, 2, 2]), num_images=3).tolist() == [0, 1, 0, 1, 2]


def test_there_may_be_no_rows_at_all():
    rows = top_per_image(torch.zeros(0), torch.zeros(0, dtype=torch.long), num_images=2, count=3)

    assert rows.shape == (0,)
