"""The evaluation loop, with a model and evaluators that only count."""

# ruff: noqa: NPY002 - the global generator is what must not change

import random
from typing import NamedTuple

import numpy as np
import pytest
import torch
from torch import nn

from detcore.errors import ConfigError
from detcore.evaluation import evaluate
from detcore.interfaces import Architecture, Evaluator
from detcore.structures import Instances


class Result(NamedTuple):
    noise: torch.Tensor


class Noisy(Architecture):
    """Predicts nothing, but draws random numbers and has a part that is frozen."""

    channel_order = "RGB"

    def __init__(self):
        super().__init__()
        self.learns = nn.Linear(2, 2)
        self.frozen = nn.BatchNorm1d(2).eval()
        self.saw_gradients = None

    def preprocess(self, inputs):
        return torch.zeros(len(inputs), 2), torch.zeros(len(inputs), 2)

    def infer(self, images, sizes):
        self.saw_gradients = torch.is_grad_enabled()
        random.random()
        np.random.random()
        return Result(self.learns(images) + torch.rand(1))

    def postprocess(self, result, inputs):
        return [{"instances": Instances((1, 1))} for _ in inputs]

    def losses(self, inputs):
        raise AssertionError("an evaluation asks for no losses")


class Counter(Evaluator):
    def __init__(self, name="count"):
        self.name = name
        self.ids = {"left over"}

    def reset(self):
        self.ids = set()

    def process(self, inputs, outputs):
        self.ids |= {model_input["image_id"] for model_input in inputs}

    def state(self):
        return self.ids

    def merge(self, states):
        self.ids = set().union(*states)

    def evaluate(self):
        return {"pictures": {self.name: float(len(self.ids))}}


def picture(image_id):
    return {"image": torch.zeros(3, 4, 4), "height": 4, "width": 4, "image_id": image_id, "annotations": []}


STREAM = [[picture(1), picture(2)], [picture(3)]]


def test_every_evaluator_sees_every_picture():
    results = evaluate(Noisy(), STREAM, [Counter("all"), Counter("again")])

    assert results == {"pictures": {"all": 3.0, "again": 3.0}}


def test_no_pictures_are_no_error():
    assert evaluate(Noisy(), [], [Counter()]) == {"pictures": {"count": 0.0}}


def test_each_module_keeps_its_training_mode():
    model = Noisy()

    evaluate(model, STREAM, [])

    assert model.training
    assert model.learns.training
    assert not model.frozen.training


def test_training_mode_is_restored_after_an_error():
    model = Noisy()

    with pytest.raises(KeyError):
        evaluate(model, [[{"image": None}]], [Counter()])

    assert model.training


def test_no_gradients_are_kept():
    model = Noisy()

    evaluate(model, STREAM, [])

    assert model.saw_gradients is False
    assert torch.is_grad_enabled()


def test_random_generators_do_not_notice():
    def draw():
        return torch.rand(1).item(), np.random.random(), random.random()

    model = Noisy()
    torch.manual_seed(0)
    np.random.seed(0)
    random.seed(0)
    expected = draw()

    torch.manual_seed(0)
    np.random.seed(0)
    random.seed(0)
    evaluate(model, STREAM, [])

    assert draw() == expected


def test_each_batch_is_shown():
    shown = []

    evaluate(Noisy(), STREAM, [], on_batch=lambda inputs, outputs: shown.append((len(inputs), len(outputs))))

    assert shown == [(2, 2), (1, 1)]


def test_states_of_all_ranks_are_brought_together():
    results = evaluate(Noisy(), STREAM, [Counter()], gather=lambda state: [state, {3, 4}])

    assert results == {"pictures": {"count": 4.0}}


def test_evaluators_that_report_the_same_value_are_refused():
    with pytest.raises(ConfigError) as caught:
        evaluate(Noisy(), STREAM, [Counter(), Counter()])

    assert str(caught.value) == "two evaluators both report 'pictures.count'; keep one of them"
