"""Residual networks, vision transformers and feature pyramids, with the parameter names of the published models."""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from det_plugin_backbones.absolute_positioning import absolute_positions as absolute_positions
    from det_plugin_backbones.attention import Attention as Attention
    from det_plugin_backbones.blocks import BasicBlock as BasicBlock
    from det_plugin_backbones.blocks import BasicStem as BasicStem
    from det_plugin_backbones.blocks import BottleneckBlock as BottleneckBlock
    from det_plugin_backbones.channel_layer_norm import ChannelLayerNorm as ChannelLayerNorm
    from det_plugin_backbones.convolution import ConvNorm as ConvNorm
    from det_plugin_backbones.deformable_block import DeformableBottleneckBlock as DeformableBottleneckBlock
    from det_plugin_backbones.deformable_convolution import DeformableConvNorm as DeformableConvNorm
    from det_plugin_backbones.fpn import FPN as FPN
    from det_plugin_backbones.fpn_config import FPNConfig as FPNConfig
    from det_plugin_backbones.frozen_batch_norm import FrozenBatchNorm2d as FrozenBatchNorm2d
    from det_plugin_backbones.initialisation import msra_fill as msra_fill
    from det_plugin_backbones.initialisation import xavier_fill as xavier_fill
    from det_plugin_backbones.layer_decay_adamw_config import LayerDecayAdamWConfig as LayerDecayAdamWConfig
    from det_plugin_backbones.norm_config import Norm as Norm
    from det_plugin_backbones.norms import NormLayer as NormLayer
    from det_plugin_backbones.norms import frozen_norm_layer as frozen_norm_layer
    from det_plugin_backbones.norms import norm_layer as norm_layer
    from det_plugin_backbones.relative_positioning import position_bias as position_bias
    from det_plugin_backbones.relative_positioning import relative_positions as relative_positions
    from det_plugin_backbones.relative_positioning import relative_positions_between as relative_positions_between
    from det_plugin_backbones.resnet import ResNet as ResNet
    from det_plugin_backbones.resnet_config import ResNetConfig as ResNetConfig
    from det_plugin_backbones.simple_feature_pyramid import SimpleFeaturePyramid as SimpleFeaturePyramid
    from det_plugin_backbones.simple_feature_pyramid_config import (
        SimpleFeaturePyramidConfig as SimpleFeaturePyramidConfig,
    )
    from det_plugin_backbones.stage_plan import Deformation as Deformation
    from det_plugin_backbones.stage_plan import StagePlan as StagePlan
    from det_plugin_backbones.stages import residual_stage as residual_stage
    from det_plugin_backbones.top_block import MaxPoolTopBlock as MaxPoolTopBlock
    from det_plugin_backbones.top_block import NoTopBlock as NoTopBlock
    from det_plugin_backbones.top_block import P6P7TopBlock as P6P7TopBlock
    from det_plugin_backbones.top_block import TopBlock as TopBlock
    from det_plugin_backbones.top_block_config import MaxPoolTopBlockConfig as MaxPoolTopBlockConfig
    from det_plugin_backbones.top_block_config import NoTopBlockConfig as NoTopBlockConfig
    from det_plugin_backbones.top_block_config import P6P7TopBlockConfig as P6P7TopBlockConfig
    from det_plugin_backbones.top_block_config import TopBlockConfig as TopBlockConfig
    from det_plugin_backbones.transformer_block import TransformerBlock as TransformerBlock
    from det_plugin_backbones.vit import ViT as ViT
    from det_plugin_backbones.vit_config import ViTConfig as ViTConfig
    from det_plugin_backbones.windows import from_windows as from_windows
    from det_plugin_backbones.windows import into_windows as into_windows

__getattr__, __dir__ = front_door(
    __name__,
    {
        "Attention": "det_plugin_backbones.attention",
        "BasicBlock": "det_plugin_backbones.blocks",
        "BasicStem": "det_plugin_backbones.blocks",
        "BottleneckBlock": "det_plugin_backbones.blocks",
        "ChannelLayerNorm": "det_plugin_backbones.channel_layer_norm",
        "ConvNorm": "det_plugin_backbones.convolution",
        "DeformableBottleneckBlock": "det_plugin_backbones.deformable_block",
        "DeformableConvNorm": "det_plugin_backbones.deformable_convolution",
        "Deformation": "det_plugin_backbones.stage_plan",
        "FPN": "det_plugin_backbones.fpn",
        "FPNConfig": "det_plugin_backbones.fpn_config",
        "FrozenBatchNorm2d": "det_plugin_backbones.frozen_batch_norm",
        "LayerDecayAdamWConfig": "det_plugin_backbones.layer_decay_adamw_config",
        "MaxPoolTopBlock": "det_plugin_backbones.top_block",
        "MaxPoolTopBlockConfig": "det_plugin_backbones.top_block_config",
        "NoTopBlock": "det_plugin_backbones.top_block",
        "NoTopBlockConfig": "det_plugin_backbones.top_block_config",
        "Norm": "det_plugin_backbones.norm_config",
        "NormLayer": "det_plugin_backbones.norms",
        "P6P7TopBlock": "det_plugin_backbones.top_block",
        "P6P7TopBlockConfig": "det_plugin_backbones.top_block_config",
        "ResNet": "det_plugin_backbones.resnet",
        "ResNetConfig": "det_plugin_backbones.resnet_config",
        "SimpleFeaturePyramid": "det_plugin_backbones.simple_feature_pyramid",
        "SimpleFeaturePyramidConfig": "det_plugin_backbones.simple_feature_pyramid_config",
        "StagePlan": "det_plugin_backbones.stage_plan",
        "TopBlock": "det_plugin_backbones.top_block",
        "TopBlockConfig": "det_plugin_backbones.top_block_config",
        "TransformerBlock": "det_plugin_backbones.transformer_block",
        "ViT": "det_plugin_backbones.vit",
        "ViTConfig": "det_plugin_backbones.vit_config",
        "absolute_positions": "det_plugin_backbones.absolute_positioning",
        "from_windows": "det_plugin_backbones.windows",
        "frozen_norm_layer": "det_plugin_backbones.norms",
        "into_windows": "det_plugin_backbones.windows",
        "msra_fill": "det_plugin_backbones.initialisation",
        "norm_layer": "det_plugin_backbones.norms",
        "position_bias": "det_plugin_backbones.relative_positioning",
        "relative_positions": "det_plugin_backbones.relative_positioning",
        "relative_positions_between": "det_plugin_backbones.relative_positioning",
        "residual_stage": "det_plugin_backbones.stages",
        "xavier_fill": "det_plugin_backbones.initialisation",
    },
)
