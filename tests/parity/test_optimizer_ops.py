"""SGD and the schedules give the reference's numbers."""

import json

import numpy as np
import pytest
import torch
from attrs import evolve
from torch import nn

from detcore.training import CosineScheduleConfig, MultiStepScheduleConfig, SGDConfig, owned_parameters

SCHEDULES = {
    0: MultiStepScheduleConfig(milestones=(0.6, 0.8), gamma=0.1, warmup_steps=20, warmup_factor=0.001),
    1: MultiStepScheduleConfig(
        milestones=(0.15, 0.8), gamma=0.5, warmup_steps=20, warmup_factor=0.01, warmup_method="constant"
    ),
    # The reference's RESCALE_INTERVAL: 60 % of what follows a warm-up of 10 %.
    2: MultiStepScheduleConfig(milestones=(0.64,), gamma=0.1, warmup_steps=10, warmup_factor=0.1),
    3: CosineScheduleConfig(warmup_steps=20, warmup_factor=0.001),
    5: CosineScheduleConfig(warmup_steps=0),
    6: MultiStepScheduleConfig(milestones=(0.25, 0.5, 0.75), gamma=0.3, warmup_steps=10, warmup_factor=0.01),
}
"""By the number of the recorded case; case 4 rescales a cosine, which no published recipe does."""


@pytest.mark.parametrize("case", SCHEDULES)
def test_the_learning_rate_is_the_references_at_every_step(parity_dir, case):
    with np.load(parity_dir / "ops/lr_schedules.npz") as arrays:
        facts = json.loads(str(arrays["meta"]))["cases"][case]
        expected = arrays[f"c{case}/out/lr"]
    schedule = SCHEDULES[case].build()

    rates = [facts["BASE_LR"] * schedule(step / len(expected), step) for step in range(len(expected))]

    assert rates == pytest.approx(expected.tolist(), rel=1e-9)


@pytest.fixture(params=[0, 1])
def recorded(request, parity_dir):
    """Number, facts and arrays of a recorded case; case 2 clips each parameter by itself, which no recipe does."""
    with np.load(parity_dir / "ops/optimizer_groups.npz") as arrays:
        facts = json.loads(str(arrays["meta"]))["cases"][request.param]
        start = f"c{request.param}/"
        tensors = {
            name.removeprefix(start): torch.from_numpy(arrays[name]) for name in arrays if name.startswith(start)
        }
    return facts, tensors


def test_every_parameter_has_the_references_rate_and_decay(recorded):
    facts, tensors = recorded
    model = recorded_model(tensors)

    optimizer = optimizer_for(facts, model)

    names = {id(parameter): name for name, parameter in model.named_parameters()}
    settings = {
        names[id(parameter)]: {"lr": group["lr"], "weight_decay": group["weight_decay"]}
        for group in optimizer.param_groups
        for parameter in group["params"]
    }
    assert settings == facts["parameters"]


def test_three_steps_end_where_the_references_do(recorded):
    facts, tensors = recorded
    model = recorded_model(tensors)
    optimizer = optimizer_for(facts, model)

    for step in range(3):
        for name, parameter in model.named_parameters():
            parameter.grad = tensors[f"in/grad{step}/{name}"].clone()
        if facts["clip"] is not None:
            torch.nn.utils.clip_grad_value_(model.parameters(), facts["clip"][1])
        optimizer.step()

    for name, parameter in model.named_parameters():
        torch.testing.assert_close(parameter.detach(), tensors[f"out/end/{name}"], rtol=1e-6, atol=1e-7)


def recorded_model(tensors):
    model = nn.Sequential(nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4), nn.Conv2d(4, 3, 1), nn.GroupNorm(1, 3))
    for name, parameter in model.named_parameters():
        parameter.data = tensors[f"in/start/{name}"].clone()
    return model


def optimizer_for(facts, model):
    config = SGDConfig(
        lr=facts["base_lr"],
        momentum=facts["momentum"],
        weight_decay=facts["weight_decay"],
        weight_decay_norm=facts["weight_decay_norm"],
        weight_decay_bias=facts.get("weight_decay_bias"),
    )
    config = evolve(config, lr_factor_bias=facts.get("bias_lr_factor", 1.0))
    return config.build(parameters=owned_parameters(model))
