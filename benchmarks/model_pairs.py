"""Four detectors of ours, each with the model of torchvision that does the same work with the same weights."""

from collections.abc import Callable
from typing import Any

import torch
from attrs import frozen
from torch import Tensor, nn
from torchvision_twin import region_twin, retinanet_twin

from det_plugin_backbones import FPNConfig, P6P7TopBlockConfig, ResNetConfig
from det_plugin_dense import CandidateSelectionConfig, RetinaNetConfig
from det_plugin_maskrcnn import (
    BoxPredictorConfig,
    ConvDeconvKeypointHeadConfig,
    FCNMaskHeadConfig,
    GeneralizedRCNNConfig,
    ProposalSelectionConfig,
    RPNConfig,
    StandardROIHeadsConfig,
)
from det_plugin_parts import ROIAlignPoolerConfig
from detcore.structures import ModelInput

__all__ = ["NUM_CLASSES", "PAIRS", "SCORE_THRESHOLD", "Pair"]

NUM_CLASSES = 80
NUM_PROPOSALS = 1000
NUM_DETECTIONS = 50
NUM_KEYPOINTS = 17
SCORE_THRESHOLD = 0.05

COLOURS: dict[str, Any] = {
    "channel_order": "RGB",
    "pixel_mean": (123.675, 116.28, 103.53),
    "pixel_std": (58.395, 57.12, 57.375),
}
"""Of torchvision, whose pixels are 0 to 1, times 255."""

TRUNK = ResNetConfig(depth=50, stride_in_1x1=False)

SAMPLES_PER_BIN = 2
"""Along each side of a bin, as torchvision samples."""

REGION_SETTINGS = {
    "rpn_pre_nms_top_n_train": 2000,
    "rpn_pre_nms_top_n_test": 1000,
    "rpn_post_nms_top_n_train": NUM_PROPOSALS,
    "rpn_post_nms_top_n_test": NUM_PROPOSALS,
    "box_score_thresh": SCORE_THRESHOLD,
    "box_detections_per_img": NUM_DETECTIONS,
}
"""torchvision's names for what :func:`region_config` says."""


@frozen(kw_only=True)
class Pair:
    """Two models that do the same, and where their class scores come from."""

    name: str
    ours: nn.Module
    theirs: nn.Module
    our_scores: str
    """The module whose output is the logits of the classes."""

    their_scores: str


def region_config(**heads: Any) -> GeneralizedRCNNConfig:
    num_classes = 1 if "keypoint_head" in heads else NUM_CLASSES
    return GeneralizedRCNNConfig(
        backbone=FPNConfig(bottom_up=TRUNK),
        proposal_generator=RPNConfig(
            selection=ProposalSelectionConfig(
                pre_nms_topk_train=2000,
                pre_nms_topk_test=1000,
                post_nms_topk_train=NUM_PROPOSALS,
                post_nms_topk_test=NUM_PROPOSALS,
            )
        ),
        roi_heads=StandardROIHeadsConfig(
            num_classes=num_classes,
            box_pooler=_pooler(7),
            box_predictor=BoxPredictorConfig(score_threshold=SCORE_THRESHOLD, detections_per_image=NUM_DETECTIONS),
            **heads,
        ),
        **COLOURS,
    )


def faster_rcnn(picture: Tensor) -> Pair:
    return _region_pair("faster", region_config(), picture)


def mask_rcnn(picture: Tensor) -> Pair:
    return _region_pair("mask", region_config(mask_pooler=_pooler(14), mask_head=FCNMaskHeadConfig()), picture)


def keypoint_rcnn(picture: Tensor) -> Pair:
    head = ConvDeconvKeypointHeadConfig(num_keypoints=NUM_KEYPOINTS)
    return _region_pair("keypoint", region_config(keypoint_pooler=_pooler(14), keypoint_head=head), picture)


def retinanet(picture: Tensor) -> Pair:
    pyramid = FPNConfig(
        bottom_up=TRUNK, in_features=("res3", "res4", "res5"), top_block=P6P7TopBlockConfig(in_feature="p5")
    )
    selection = CandidateSelectionConfig(score_threshold=SCORE_THRESHOLD, detections_per_image=NUM_DETECTIONS)
    model = RetinaNetConfig(num_classes=NUM_CLASSES, backbone=pyramid, selection=selection, **COLOURS).build()
    _keep_activations_near_one(model)
    _spread_scores(model, "head.cls_score", picture, mean=RARE, deviation=1.0)
    twin = retinanet_twin(
        model, num_classes=NUM_CLASSES, score_thresh=SCORE_THRESHOLD, detections_per_img=NUM_DETECTIONS
    )
    return Pair(
        name="RetinaNet",
        ours=model,
        theirs=twin,
        our_scores="head.cls_score",
        their_scores="head.classification_head.cls_logits",
    )


PAIRS: dict[str, Callable[[Tensor], Pair]] = {
    "faster": faster_rcnn,
    "mask": mask_rcnn,
    "keypoint": keypoint_rcnn,
    "retinanet": retinanet,
}
"""Each from the picture that it is going to see, whose scores are spread so that there is something to choose from."""

RARE = -6.0
"""The logit of a class that is seldom there, among the many thousand places that RetinaNet looks at."""


def _pooler(output_size: int) -> ROIAlignPoolerConfig:
    return ROIAlignPoolerConfig(output_size=output_size, sampling_ratio=SAMPLES_PER_BIN)


def _region_pair(kind: str, config: GeneralizedRCNNConfig, picture: Tensor) -> Pair:
    model = config.build()
    predictor = "roi_heads.box_predictor.cls_score"
    _keep_activations_near_one(model)
    _spread_scores(model, predictor, picture, mean=0.0, deviation=2.0)
    twin = region_twin(model, kind=kind, num_classes=config.roi_heads.num_classes, **REGION_SETTINGS)
    return Pair(
        name=f"{kind.capitalize()} R-CNN", ours=model, theirs=twin, our_scores=predictor, their_scores=predictor
    )


def _keep_activations_near_one(model: nn.Module) -> None:
    """Lets each block of the fresh trunk add a little to its input instead of doubling it."""
    for name, buffer in model.named_buffers():
        if name.endswith("conv3.norm.weight"):
            buffer.fill_(0.2)


def _spread_scores(model: nn.Module, predictor: str, picture: Tensor, *, mean: float, deviation: float) -> None:
    """Scales and shifts the fresh predictor, so that the logits of each class are spread thus over the picture."""
    layer = model.get_submodule(predictor)
    seen: list[Tensor] = []
    handle = layer.register_forward_hook(lambda _, __, output: seen.append(output.transpose(0, 1).flatten(1)))
    model.eval()
    with torch.inference_mode():
        model([ModelInput(image=picture, height=picture.shape[1], width=picture.shape[2])])
    handle.remove()
    logits = torch.cat(seen, dim=1)  # class × prediction
    factor = deviation / logits.std(dim=1).clamp(min=1e-6)
    with torch.no_grad():
        layer.bias.sub_(logits.mean(dim=1)).mul_(factor).add_(mean)
        layer.weight.mul_(factor.view(-1, *[1] * (layer.weight.dim() - 1)))
