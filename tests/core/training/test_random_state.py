import random

import numpy as np
import torch

from detcore.training import seed_everything
from detcore.training.random_state import capture_random_state, restore_random_state


def draw():
    return random.random(), random.gauss(0, 1), np.random.rand(), np.random.randn(), torch.rand(1).item()  # noqa: NPY002


def test_all_generators_continue_where_they_were_captured():
    seed_everything(3)
    draw()  # leaves half of a pair of normal numbers waiting in two of the generators
    state = capture_random_state()

    first = draw()
    restore_random_state(state)
    second = draw()

    assert first == second


def test_a_seed_decides_every_generator():
    seed_everything(3)
    first = draw()
    seed_everything(3)

    assert draw() == first
