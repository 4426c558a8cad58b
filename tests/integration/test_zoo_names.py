"""Models built from ``configs/base`` have exactly the tensors of the published checkpoints, by name, shape and kind."""

import gzip
import json
from pathlib import Path

import pytest
import torch
from attrs import evolve
from torch import nn

from detcore.config import load
from detcore.specs import ArchitectureConfig

BASE = Path(__file__).parents[2] / "configs/base"

RESNET = "model.backbone.bottom_up"
R101 = [f"{RESNET}.depth=101"]
X101 = [*R101, f"{RESNET}.groups=32", f"{RESNET}.width_per_group=8", f"{RESNET}.stride_in_1x1=false"]
FOUR_CONVOLUTIONS = ["model.roi_heads.box_head.conv_dims=[256,256,256,256]", "model.roi_heads.box_head.fc_dims=[1024]"]
CLASS_AGNOSTIC = ["model.roi_heads.box_predictor.class_agnostic=true", "model.roi_heads.mask_head.class_agnostic=true"]


def normalised(norm: str) -> list[str]:
    """The settings of a model with this norm outside the trunk, as the published ones of that kind have it."""
    places = ("backbone", "roi_heads.box_head", "roi_heads.mask_head")
    return [*FOUR_CONVOLUTIONS, *(f"model.{place}.norm={norm}" for place in places)]


LSJ = [
    *normalised("sync-batch"),
    f"{RESNET}.norm=sync-batch",
    f"{RESNET}.freeze_at=0",
    f"{RESNET}.stride_in_1x1=false",
    "model.proposal_generator.conv_dims=[256,256]",
]

ENTRIES = [
    ("COCO-Detection/faster_rcnn_R_50_FPN_1x.yaml", "faster", 80, []),
    ("COCO-Detection/faster_rcnn_R_50_FPN_3x.yaml", "faster", 80, []),
    ("COCO-Detection/faster_rcnn_R_101_FPN_3x.yaml", "faster", 80, R101),
    ("COCO-Detection/faster_rcnn_X_101_32x8d_FPN_3x.yaml", "faster", 80, X101),
    ("COCO-InstanceSegmentation/mask_rcnn_R_50_FPN_1x.yaml", "mask", 80, []),
    ("COCO-InstanceSegmentation/mask_rcnn_R_50_FPN_1x_giou.yaml", "mask", 80, []),
    ("COCO-InstanceSegmentation/mask_rcnn_R_50_FPN_3x.yaml", "mask", 80, []),
    ("COCO-InstanceSegmentation/mask_rcnn_R_101_FPN_3x.yaml", "mask", 80, R101),
    ("COCO-InstanceSegmentation/mask_rcnn_X_101_32x8d_FPN_3x.yaml", "mask", 80, X101),
    ("Cityscapes/mask_rcnn_R_50_FPN.yaml", "mask", 8, []),
    ("PascalVOC-Detection/faster_rcnn_R_50_FPN.yaml", "faster", 20, []),
    ("LVISv1-InstanceSegmentation/mask_rcnn_R_50_FPN_1x.yaml", "mask", 1203, []),
    ("LVISv1-InstanceSegmentation/mask_rcnn_R_101_FPN_1x.yaml", "mask", 1203, R101),
    ("LVISv1-InstanceSegmentation/mask_rcnn_X_101_32x8d_FPN_1x.yaml", "mask", 1203, X101),
    ("Misc/mask_rcnn_R_50_FPN_1x_cls_agnostic.yaml", "mask", 80, CLASS_AGNOSTIC),
    ("Misc/mask_rcnn_R_50_FPN_3x_gn.yaml", "mask", 80, [*normalised("group"), f"{RESNET}.norm=group"]),
    ("new_baselines/mask_rcnn_R_50_FPN_400ep_LSJ.py", "mask", 80, LSJ),
    ("new_baselines/mask_rcnn_R_101_FPN_400ep_LSJ.py", "mask", 80, [*LSJ, *R101]),
]


@pytest.fixture(scope="module")
def manifest(parity_dir):
    with gzip.open(parity_dir / "zoo_manifest.json.gz") as file:
        return json.load(file)


def model_config(family: str, overrides: list[str], num_classes: int) -> ArchitectureConfig:
    """The model of a base config; over any dataset, since names do not depend on it."""
    datasets = [f"data.{split}.datasets=[{{type='shapes'}}]" for split in ("train", "test")]
    path = BASE / f"{family}_rcnn_r50_fpn.toml"
    model = load(path, overrides=[*datasets, "training.steps=1", *overrides]).experiment.model
    return evolve(model, roi_heads=evolve(model.roi_heads, num_classes=num_classes))


def tensors_of(model: nn.Module) -> dict[str, tuple[list[int], str]]:
    """Shape and kind of everything a checkpoint of the model holds."""
    parameters = {name for name, _ in model.named_parameters()}
    kinds = {True: "parameter", False: "buffer"}
    return {name: (list(tensor.shape), kinds[name in parameters]) for name, tensor in model.state_dict().items()}


@pytest.mark.parametrize(
    ("entry", "family", "num_classes", "overrides"), [pytest.param(*row, id=row[0]) for row in ENTRIES]
)
def test_a_published_checkpoint_fits_without_renaming(manifest, entry, family, num_classes, overrides):
    published = manifest["state_dicts"][manifest["entries"][entry]["state_dict"]]["tensors"]
    with torch.device("meta"):
        model = model_config(family, overrides, num_classes).build()

    assert tensors_of(model) == {name: (shape, kind) for name, shape, kind in published}
