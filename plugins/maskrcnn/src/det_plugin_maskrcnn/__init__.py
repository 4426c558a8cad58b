"""Fast, Faster, Mask, Cascade and Keypoint R-CNN, PointRend, and the proposal network alone."""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from det_plugin_maskrcnn.box_head import ConvFCBoxHead as ConvFCBoxHead
    from det_plugin_maskrcnn.box_head_config import ConvFCBoxHeadConfig as ConvFCBoxHeadConfig
    from det_plugin_maskrcnn.box_predictor import BoxPredictor as BoxPredictor
    from det_plugin_maskrcnn.box_predictor_config import BoxPredictorConfig as BoxPredictorConfig
    from det_plugin_maskrcnn.cascade_roi_heads import CascadeROIHeads as CascadeROIHeads
    from det_plugin_maskrcnn.cascade_roi_heads_config import CascadeROIHeadsConfig as CascadeROIHeadsConfig
    from det_plugin_maskrcnn.cascade_roi_heads_config import CascadeStageConfig as CascadeStageConfig
    from det_plugin_maskrcnn.components import BoxHead as BoxHead
    from det_plugin_maskrcnn.components import KeypointHead as KeypointHead
    from det_plugin_maskrcnn.components import MaskHead as MaskHead
    from det_plugin_maskrcnn.components import Regions as Regions
    from det_plugin_maskrcnn.components import SampledProposals as SampledProposals
    from det_plugin_maskrcnn.fast_rcnn import FastRCNN as FastRCNN
    from det_plugin_maskrcnn.fast_rcnn_config import FastRCNNConfig as FastRCNNConfig
    from det_plugin_maskrcnn.federated_loss_config import FederatedLossConfig as FederatedLossConfig
    from det_plugin_maskrcnn.generalized_rcnn import GeneralizedRCNN as GeneralizedRCNN
    from det_plugin_maskrcnn.generalized_rcnn_config import GeneralizedRCNNConfig as GeneralizedRCNNConfig
    from det_plugin_maskrcnn.interfaces import BoxHeadConfig as BoxHeadConfig
    from det_plugin_maskrcnn.interfaces import KeypointHeadConfig as KeypointHeadConfig
    from det_plugin_maskrcnn.interfaces import MaskHeadConfig as MaskHeadConfig
    from det_plugin_maskrcnn.keypoint_head import ConvDeconvKeypointHead as ConvDeconvKeypointHead
    from det_plugin_maskrcnn.keypoint_head_config import ConvDeconvKeypointHeadConfig as ConvDeconvKeypointHeadConfig
    from det_plugin_maskrcnn.mask_head import FCNMaskHead as FCNMaskHead
    from det_plugin_maskrcnn.mask_head_config import FCNMaskHeadConfig as FCNMaskHeadConfig
    from det_plugin_maskrcnn.point_rend_mask_head import PointRendMaskHead as PointRendMaskHead
    from det_plugin_maskrcnn.point_rend_mask_head_config import PointRendMaskHeadConfig as PointRendMaskHeadConfig
    from det_plugin_maskrcnn.point_rend_mask_head_config import PointSamplingConfig as PointSamplingConfig
    from det_plugin_maskrcnn.proposal_network import ProposalNetwork as ProposalNetwork
    from det_plugin_maskrcnn.proposal_network_config import ProposalNetworkConfig as ProposalNetworkConfig
    from det_plugin_maskrcnn.proposal_sampling_config import ProposalSamplingConfig as ProposalSamplingConfig
    from det_plugin_maskrcnn.region_model import RegionModel as RegionModel
    from det_plugin_maskrcnn.res5_roi_heads import Res5ROIHeads as Res5ROIHeads
    from det_plugin_maskrcnn.res5_roi_heads_config import Res5ROIHeadsConfig as Res5ROIHeadsConfig
    from det_plugin_maskrcnn.res5_roi_heads_config import Res5StageConfig as Res5StageConfig
    from det_plugin_maskrcnn.rpn import RPN as RPN
    from det_plugin_maskrcnn.rpn_config import AnchorSamplingConfig as AnchorSamplingConfig
    from det_plugin_maskrcnn.rpn_config import ProposalSelectionConfig as ProposalSelectionConfig
    from det_plugin_maskrcnn.rpn_config import RPNConfig as RPNConfig
    from det_plugin_maskrcnn.standard_roi_heads import StandardROIHeads as StandardROIHeads
    from det_plugin_maskrcnn.standard_roi_heads_config import StandardROIHeadsConfig as StandardROIHeadsConfig
    from det_plugin_maskrcnn.training_points import TrainingPoints as TrainingPoints

__getattr__, __dir__ = front_door(
    __name__,
    {
        "AnchorSamplingConfig": "det_plugin_maskrcnn.rpn_config",
        "BoxHead": "det_plugin_maskrcnn.components",
        "BoxHeadConfig": "det_plugin_maskrcnn.interfaces",
        "BoxPredictor": "det_plugin_maskrcnn.box_predictor",
        "BoxPredictorConfig": "det_plugin_maskrcnn.box_predictor_config",
        "CascadeROIHeads": "det_plugin_maskrcnn.cascade_roi_heads",
        "CascadeROIHeadsConfig": "det_plugin_maskrcnn.cascade_roi_heads_config",
        "CascadeStageConfig": "det_plugin_maskrcnn.cascade_roi_heads_config",
        "ConvDeconvKeypointHead": "det_plugin_maskrcnn.keypoint_head",
        "ConvDeconvKeypointHeadConfig": "det_plugin_maskrcnn.keypoint_head_config",
        "ConvFCBoxHead": "det_plugin_maskrcnn.box_head",
        "ConvFCBoxHeadConfig": "det_plugin_maskrcnn.box_head_config",
        "FCNMaskHead": "det_plugin_maskrcnn.mask_head",
        "FCNMaskHeadConfig": "det_plugin_maskrcnn.mask_head_config",
        "FastRCNN": "det_plugin_maskrcnn.fast_rcnn",
        "FastRCNNConfig": "det_plugin_maskrcnn.fast_rcnn_config",
        "FederatedLossConfig": "det_plugin_maskrcnn.federated_loss_config",
        "GeneralizedRCNN": "det_plugin_maskrcnn.generalized_rcnn",
        "GeneralizedRCNNConfig": "det_plugin_maskrcnn.generalized_rcnn_config",
        "KeypointHead": "det_plugin_maskrcnn.components",
        "KeypointHeadConfig": "det_plugin_maskrcnn.interfaces",
        "MaskHead": "det_plugin_maskrcnn.components",
        "MaskHeadConfig": "det_plugin_maskrcnn.interfaces",
        "PointRendMaskHead": "det_plugin_maskrcnn.point_rend_mask_head",
        "PointRendMaskHeadConfig": "det_plugin_maskrcnn.point_rend_mask_head_config",
        "PointSamplingConfig": "det_plugin_maskrcnn.point_rend_mask_head_config",
        "ProposalNetwork": "det_plugin_maskrcnn.proposal_network",
        "ProposalNetworkConfig": "det_plugin_maskrcnn.proposal_network_config",
        "ProposalSamplingConfig": "det_plugin_maskrcnn.proposal_sampling_config",
        "ProposalSelectionConfig": "det_plugin_maskrcnn.rpn_config",
        "RPN": "det_plugin_maskrcnn.rpn",
        "RPNConfig": "det_plugin_maskrcnn.rpn_config",
        "Regions": "det_plugin_maskrcnn.components",
        "Res5ROIHeads": "det_plugin_maskrcnn.res5_roi_heads",
        "RegionModel": "det_plugin_maskrcnn.region_model",
        "Res5ROIHeadsConfig": "det_plugin_maskrcnn.res5_roi_heads_config",
        "Res5StageConfig": "det_plugin_maskrcnn.res5_roi_heads_config",
        "SampledProposals": "det_plugin_maskrcnn.components",
        "StandardROIHeads": "det_plugin_maskrcnn.standard_roi_heads",
        "StandardROIHeadsConfig": "det_plugin_maskrcnn.standard_roi_heads_config",
        "TrainingPoints": "det_plugin_maskrcnn.training_points",
    },
)
