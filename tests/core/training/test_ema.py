from types import SimpleNamespace

import pytest
import torch
from torch import nn

from detcore.training import EMA


def run_of(model, step=0):
    return SimpleNamespace(model=model, step=step, total_steps=100, epoch=0.0, metrics={})


def model_with(value):
    model = nn.BatchNorm1d(1)
    nn.init.constant_(model.weight, value)
    return model


def test_the_average_moves_by_one_minus_decay():
    model, ema = model_with(0.0), EMA(decay=0.9)
    ema.before_training(run_of(model))
    nn.init.constant_(model.weight, 1.0)

    ema.after_step(run_of(model, step=1000))

    assert ema.evaluation_weights()["weight"].item() == pytest.approx(0.1)


def test_early_in_a_run_the_average_follows_faster():
    model, ema = model_with(0.0), EMA(decay=0.9)
    ema.before_training(run_of(model))
    nn.init.constant_(model.weight, 1.0)

    ema.after_step(run_of(model, step=1))

    assert ema.evaluation_weights()["weight"].item() == pytest.approx(1 - 2 / 11)


def test_counters_are_taken_as_they_are():
    model, ema = model_with(0.0), EMA(decay=0.9)
    ema.before_training(run_of(model))
    model.num_batches_tracked.fill_(7)

    ema.after_step(run_of(model, step=1000))

    assert ema.evaluation_weights()["num_batches_tracked"].item() == 7


def test_the_average_is_no_view_of_the_model():
    model, ema = model_with(0.0), EMA(decay=0.9)

    ema.before_training(run_of(model))
    nn.init.constant_(model.weight, 5.0)

    assert ema.evaluation_weights()["weight"].item() == 0.0


def test_a_stored_average_is_kept_when_training_begins():
    model, ema = model_with(0.0), EMA(decay=0.9)
    stored = {name: torch.full_like(tensor, 3) for name, tensor in model.state_dict().items()}

    ema.load_state_dict(stored)
    ema.before_training(run_of(model))

    assert ema.state_dict()["weight"].item() == 3.0
