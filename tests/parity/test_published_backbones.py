"""Backbones of all published models have exactly their tensors, by name, shape and kind, so that checkpoints load."""

import json

import torch
from reference_backbones import backbone, inexpressible_backbone
from torch import nn
from zoo_facts import published_backbones

OTHER_KINDS = {"mvit", "regnet", "swin"}
"""Trunks of published models that are not offered here."""


def tensors_of(module: nn.Module) -> dict[str, tuple[list[int], str]]:
    parameters = {name for name, _ in module.named_parameters()}
    kinds = {True: "parameter", False: "buffer"}
    return {name: (list(tensor.shape), kinds[name in parameters]) for name, tensor in module.state_dict().items()}


def test_only_backbones_of_other_kinds_are_passed_over(parity_dir):
    models = published_backbones(parity_dir / "zoo_manifest.json.gz")

    passed_over = {facts["bottom_up"]["type"] for _, facts, _ in models if inexpressible_backbone(facts)}

    assert passed_over == OTHER_KINDS


def test_every_published_backbone_has_the_published_tensors(parity_dir):
    models = published_backbones(parity_dir / "zoo_manifest.json.gz")
    expressible = [(path, facts, tensors) for path, facts, tensors in models if not inexpressible_backbone(facts)]
    ours: dict[str, dict[str, tuple[list[int], str]]] = {}

    for _, facts, _ in expressible:
        if (key := json.dumps(facts)) not in ours:
            with torch.device("meta"):
                ours[key] = tensors_of(backbone(facts).build())

    different = [
        path
        for path, facts, tensors in expressible
        if ours[json.dumps(facts)] != {name: (shape, kind) for name, shape, kind in tensors}
    ]
    assert different == []
    assert len(expressible) > 100
