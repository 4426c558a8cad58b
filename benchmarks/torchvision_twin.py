"""torchvision's Mask R-CNN with the weights of ours, so that both see the same features and have the same work to do.

What still differs is how each defines things: torchvision rounds anchors, does not shift pooled boxes by half a pixel,
takes two samples per bin where ours may take more, and counts background as class 0 instead of the last.
"""

import re
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torchvision.models.detection import MaskRCNN
from torchvision.models.detection.backbone_utils import resnet_fpn_backbone
from torchvision.ops import FrozenBatchNorm2d

__all__ = ["torchvision_twin"]

RENAMINGS = (
    (r"backbone\.bottom_up\.stem\.conv1\.norm\.", "backbone.body.bn1."),
    (r"backbone\.bottom_up\.stem\.", "backbone.body."),
    (r"backbone\.bottom_up\.res2\.", "backbone.body.layer1."),
    (r"backbone\.bottom_up\.res3\.", "backbone.body.layer2."),
    (r"backbone\.bottom_up\.res4\.", "backbone.body.layer3."),
    (r"backbone\.bottom_up\.res5\.", "backbone.body.layer4."),
    (r"\.shortcut\.norm\.", ".downsample.1."),
    (r"\.shortcut\.", ".downsample.0."),
    (r"\.conv(\d)\.norm\.", r".bn\1."),
    (r"backbone\.fpn_lateral(\d)", lambda found: f"backbone.fpn.inner_blocks.{int(found[1]) - 2}.0"),
    (r"backbone\.fpn_output(\d)", lambda found: f"backbone.fpn.layer_blocks.{int(found[1]) - 2}.0"),
    (r"proposal_generator\.rpn_head\.conv", "rpn.head.conv.0.0"),
    (r"proposal_generator\.rpn_head\.objectness_logits", "rpn.head.cls_logits"),
    (r"proposal_generator\.rpn_head\.anchor_deltas", "rpn.head.bbox_pred"),
    (r"roi_heads\.box_head\.fc1", "roi_heads.box_head.fc6"),
    (r"roi_heads\.box_head\.fc2", "roi_heads.box_head.fc7"),
    (r"roi_heads\.mask_head\.mask_fcn(\d)", lambda found: f"roi_heads.mask_head.{int(found[1]) - 1}.0"),
    (r"roi_heads\.mask_head\.deconv", "roi_heads.mask_predictor.conv5_mask"),
    (r"roi_heads\.mask_head\.predictor", "roi_heads.mask_predictor.mask_fcn_logits"),
)
"""Patterns of our names, and torchvision's names; applied in this order."""


def torchvision_twin(ours: nn.Module, *, num_classes: int, **settings: float) -> nn.Module:
    """The model of torchvision for ``num_classes`` objects, its weights those of ``ours``; it does not resize pictures.

    ``ours`` has its stride in the 3×3 convolutions, takes RGB normalised as torchvision does, and freezes its stem and
    first stage, as torchvision then does too.
    """
    backbone = resnet_fpn_backbone(
        backbone_name="resnet50", weights=None, norm_layer=FrozenBatchNorm2d, trainable_layers=3
    )
    twin: nn.Module = MaskRCNN(backbone, num_classes=num_classes + 1, _skip_resize=True, **settings)  # type: ignore[no-untyped-call]
    twin.load_state_dict(_translated(ours.state_dict()))
    return twin


def _translated(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {_renamed(name): _background_first(name, tensor) for name, tensor in weights.items()}


def _renamed(name: str) -> str:
    for pattern, replacement in RENAMINGS:
        name = re.sub(pattern, replacement, name)
    return name


def _background_first(name: str, tensor: Tensor) -> Tensor:
    """Rows by class, reordered; where ours predicts nothing for the background, with rows of zeros for it."""
    if ".cls_score." in name:
        return tensor.roll(1, dims=0)
    if ".bbox_pred." in name:
        return torch.cat([tensor.new_zeros(4, *tensor.shape[1:]), tensor])
    if ".mask_head.predictor." in name:
        return torch.cat([tensor.new_zeros(1, *tensor.shape[1:]), tensor])
    return tensor
