"""A stage of a residual network from its plan."""

from torch import nn

from det_plugin_backbones.blocks import BasicBlock, BottleneckBlock
from det_plugin_backbones.deformable_block import DeformableBottleneckBlock
from det_plugin_backbones.norms import NormLayer
from det_plugin_backbones.stage_plan import StagePlan

__all__ = ["residual_stage"]


def residual_stage(plan: StagePlan, *, norm: NormLayer | None) -> nn.Sequential:
    """The plan's blocks in a row; only the first changes the size and the number of channels."""
    stage = nn.Sequential()
    for index in range(plan.num_blocks):
        in_channels, stride = (plan.in_channels, plan.stride) if index == 0 else (plan.out_channels, 1)
        stage.append(_block(plan, in_channels=in_channels, stride=stride, norm=norm))
    return stage


def _block(plan: StagePlan, *, in_channels: int, stride: int, norm: NormLayer | None) -> nn.Module:
    if plan.bottleneck_channels is None:
        return BasicBlock(in_channels=in_channels, out_channels=plan.out_channels, stride=stride, norm=norm)
    sizes = {
        "in_channels": in_channels,
        "bottleneck_channels": plan.bottleneck_channels,
        "out_channels": plan.out_channels,
        "stride": stride,
        "groups": plan.groups,
        "dilation": plan.dilation,
    }
    if plan.deformation is None:
        return BottleneckBlock(**sizes, stride_in_1x1=plan.stride_in_1x1, norm=norm)
    return DeformableBottleneckBlock(
        **sizes,
        stride_in_1x1=plan.stride_in_1x1,
        deformable_groups=plan.deformation.groups,
        is_modulated=plan.deformation.is_modulated,
        norm=norm,
    )
