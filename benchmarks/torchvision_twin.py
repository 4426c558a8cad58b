"""Models of torchvision with the weights of ours, so that both see the same features and have the same work to do.

What still differs is how each defines things: torchvision rounds anchors, does not shift pooled boxes by half a pixel,
and counts background as class 0 instead of the last.
"""

import re
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torchvision.models.detection import FasterRCNN, KeypointRCNN, MaskRCNN, RetinaNet
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.backbone_utils import resnet_fpn_backbone
from torchvision.ops import FrozenBatchNorm2d
from torchvision.ops.feature_pyramid_network import LastLevelP6P7

__all__ = ["region_twin", "retinanet_twin"]

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
    (r"backbone\.top_block\.", "backbone.fpn.extra_blocks."),
    (r"proposal_generator\.rpn_head\.conv", "rpn.head.conv.0.0"),
    (r"proposal_generator\.rpn_head\.objectness_logits", "rpn.head.cls_logits"),
    (r"proposal_generator\.rpn_head\.anchor_deltas", "rpn.head.bbox_pred"),
    (r"roi_heads\.box_head\.fc1", "roi_heads.box_head.fc6"),
    (r"roi_heads\.box_head\.fc2", "roi_heads.box_head.fc7"),
    (r"roi_heads\.mask_head\.mask_fcn(\d)", lambda found: f"roi_heads.mask_head.{int(found[1]) - 1}.0"),
    (r"roi_heads\.mask_head\.deconv", "roi_heads.mask_predictor.conv5_mask"),
    (r"roi_heads\.mask_head\.predictor", "roi_heads.mask_predictor.mask_fcn_logits"),
    (r"roi_heads\.keypoint_head\.conv_fcn(\d)", lambda found: f"roi_heads.keypoint_head.{2 * int(found[1]) - 2}"),
    (r"roi_heads\.keypoint_head\.score_lowres", "roi_heads.keypoint_predictor.kps_score_lowres"),
    (r"^head\.cls_subnet\.(\d)", lambda found: f"head.classification_head.conv.{int(found[1]) // 2}.0"),
    (r"^head\.bbox_subnet\.(\d)", lambda found: f"head.regression_head.conv.{int(found[1]) // 2}.0"),
    (r"^head\.cls_score", "head.classification_head.cls_logits"),
    (r"^head\.bbox_pred", "head.regression_head.bbox_reg"),
)
"""Patterns of our names, and torchvision's names; applied in this order."""

PYRAMID = re.compile(r"backbone\.fpn_(lateral|output)(\d)\.")
PYRAMID_PARTS = {"lateral": "inner_blocks", "output": "layer_blocks"}
"""Levels of ours are numbered by their stride, those of torchvision from the finest."""

REGION_MODELS = {"faster": FasterRCNN, "mask": MaskRCNN, "keypoint": KeypointRCNN}


def region_twin(ours: nn.Module, *, kind: str, num_classes: int, **settings: float) -> nn.Module:
    """The ``"faster"``, ``"mask"`` or ``"keypoint"`` R-CNN for ``num_classes`` objects; it does not resize pictures.

    ``ours`` has its stride in the 3×3 convolutions, takes RGB normalised as torchvision does, and freezes its stem and
    first stage, as torchvision then does too.
    """
    trunk = _trunk()
    twin: nn.Module = REGION_MODELS[kind](trunk, num_classes=num_classes + 1, _skip_resize=True, **settings)  # type: ignore[no-untyped-call]
    twin.load_state_dict(_translated(ours.state_dict(), finest_level=2))
    return twin


def retinanet_twin(ours: nn.Module, *, num_classes: int, **settings: float) -> nn.Module:
    """The RetinaNet whose classes count from 0 as ours do, and whose coarsest levels come from ``p5``."""
    trunk = _trunk(returned_layers=[2, 3, 4], extra_blocks=LastLevelP6P7(256, 256))
    sizes = tuple((side, int(side * 2 ** (1 / 3)), int(side * 2 ** (2 / 3))) for side in (32, 64, 128, 256, 512))
    anchors = AnchorGenerator(sizes, ((0.5, 1.0, 2.0),) * len(sizes))  # type: ignore[no-untyped-call]
    twin: nn.Module = RetinaNet(  # type: ignore[no-untyped-call]
        trunk, num_classes=num_classes, anchor_generator=anchors, _skip_resize=True, **settings
    )
    twin.load_state_dict(_translated(ours.state_dict(), finest_level=3))
    return twin


def _trunk(**settings: object) -> nn.Module:
    trunk: nn.Module = resnet_fpn_backbone(
        backbone_name="resnet50", weights=None, norm_layer=FrozenBatchNorm2d, trainable_layers=3, **settings
    )
    return trunk


def _translated(weights: Mapping[str, Tensor], *, finest_level: int) -> dict[str, Tensor]:
    return {_renamed(name, finest_level): _background_first(name, tensor) for name, tensor in weights.items()}


def _renamed(name: str, finest_level: int) -> str:
    for pattern, replacement in RENAMINGS:
        name = re.sub(pattern, replacement, name)
    return PYRAMID.sub(lambda found: f"backbone.fpn.{PYRAMID_PARTS[found[1]]}.{int(found[2]) - finest_level}.0.", name)


def _background_first(name: str, tensor: Tensor) -> Tensor:
    """Rows by class of the heads of regions, reordered; where ours predict nothing for the background, with zeros."""
    if "box_predictor.cls_score." in name:
        return tensor.roll(1, dims=0)
    if "box_predictor.bbox_pred." in name:
        return torch.cat([tensor.new_zeros(4, *tensor.shape[1:]), tensor])
    if ".mask_head.predictor." in name:
        return torch.cat([tensor.new_zeros(1, *tensor.shape[1:]), tensor])
    return tensor
