import torch

from detcore.rehearsal import LiveMemory

KIB = 256
"""Numbers of float32 in a kibibyte."""


def test_a_tensor_counts_until_it_is_let_go():
    with LiveMemory() as memory:
        first = torch.ones(KIB)
        second = torch.ones(2 * KIB)
        del first
        live = memory.live
        del second

    assert (live, memory.live, memory.peak) == (2048, 0, 3072)


def test_views_and_changes_in_place_take_nothing():
    with LiveMemory() as memory:
        x = torch.ones(KIB)
        y = x.view(2, -1).t()
        x.add_(1)

    assert y.shape == (KIB // 2, 2)
    assert memory.peak == 1024


def test_what_was_there_before_is_not_counted():
    weight = torch.ones(KIB, requires_grad=True)

    with LiveMemory() as memory:
        weight.detach().mul_(2)

    assert memory.peak == 0


def test_what_the_backward_pass_needs_stays_alive():
    weight = torch.ones(KIB, requires_grad=True)

    with LiveMemory() as memory:
        loss = weight.exp().sum()
        before = memory.live
        loss.backward()
        del loss

    assert before == 1024 + 4  # the exponential, and the sum itself
    assert memory.live == 1024  # the gradient
