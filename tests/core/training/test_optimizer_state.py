import json

import pytest
import torch
from torch import nn

from detcore.errors import WeightsError
from detcore.training.optimizer_state import optimizer_tensors, optimizer_values, restore_optimizer


def stepped(optimizer_class, **settings):
    torch.manual_seed(0)
    model = nn.Linear(2, 1)
    optimizer = optimizer_class(model.parameters(), lr=0.1, **settings)
    step(model, optimizer)
    return model, optimizer


def step(model, optimizer):
    optimizer.zero_grad()
    model(torch.ones(1, 2)).sum().backward()
    optimizer.step()


@pytest.mark.parametrize("optimizer_class", [torch.optim.SGD, torch.optim.AdamW])
def test_a_restored_optimizer_takes_the_same_next_step(optimizer_class):
    settings = {"momentum": 0.9} if optimizer_class is torch.optim.SGD else {}
    model, optimizer = stepped(optimizer_class, **settings)
    tensors = {name: tensor.clone() for name, tensor in optimizer_tensors(optimizer, model).items()}
    values = json.loads(json.dumps(optimizer_values(optimizer, model)))
    twin = nn.Linear(2, 1)
    twin.load_state_dict(model.state_dict())
    twin_optimizer = optimizer_class(twin.parameters(), lr=0.1, **settings)

    restore_optimizer(twin_optimizer, twin, tensors, values)
    step(model, optimizer)
    step(twin, twin_optimizer)

    assert torch.equal(twin.weight, model.weight)


def test_tensors_are_known_by_the_names_of_parameters():
    model, optimizer = stepped(torch.optim.SGD, momentum=0.9)

    assert sorted(optimizer_tensors(optimizer, model)) == ["bias/momentum_buffer", "weight/momentum_buffer"]


def test_an_optimizer_with_other_groups_is_refused():
    model, optimizer = stepped(torch.optim.SGD, momentum=0.9)
    other = torch.optim.SGD([{"params": [model.weight]}, {"params": [model.bias]}], lr=0.1)

    with pytest.raises(WeightsError, match=r"^the checkpoint's optimizer has 1 parameter groups, this run's has 2$"):
        restore_optimizer(other, model, optimizer_tensors(optimizer, model), optimizer_values(optimizer, model))
