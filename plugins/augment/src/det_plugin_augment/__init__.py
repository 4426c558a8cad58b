"""Augmentations for detcore: resizing, flipping, cropping, padding and colour."""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from det_plugin_augment.colour import BlendTransform as BlendTransform
    from det_plugin_augment.colour import RandomBrightness as RandomBrightness
    from det_plugin_augment.colour import RandomContrast as RandomContrast
    from det_plugin_augment.colour import RandomSaturation as RandomSaturation
    from det_plugin_augment.colour_config import RandomBrightnessConfig as RandomBrightnessConfig
    from det_plugin_augment.colour_config import RandomContrastConfig as RandomContrastConfig
    from det_plugin_augment.colour_config import RandomSaturationConfig as RandomSaturationConfig
    from det_plugin_augment.crop import CropTransform as CropTransform
    from det_plugin_augment.crop import PadTransform as PadTransform
    from det_plugin_augment.crop import RandomCrop as RandomCrop
    from det_plugin_augment.crop_config import RandomCropConfig as RandomCropConfig
    from det_plugin_augment.flip import FlipTransform as FlipTransform
    from det_plugin_augment.flip import RandomFlip as RandomFlip
    from det_plugin_augment.flip_config import RandomFlipConfig as RandomFlipConfig
    from det_plugin_augment.identity import IdentityTransform as IdentityTransform
    from det_plugin_augment.pad import Pad as Pad
    from det_plugin_augment.pad_config import PadConfig as PadConfig
    from det_plugin_augment.resize import ResizeShortestEdge as ResizeShortestEdge
    from det_plugin_augment.resize import ResizeTransform as ResizeTransform
    from det_plugin_augment.resize_config import ResizeShortestEdgeConfig as ResizeShortestEdgeConfig
    from det_plugin_augment.resize_scale import ResizeScale as ResizeScale
    from det_plugin_augment.resize_scale_config import ResizeScaleConfig as ResizeScaleConfig

__getattr__, __dir__ = front_door(
    __name__,
    {
        "BlendTransform": "det_plugin_augment.colour",
        "CropTransform": "det_plugin_augment.crop",
        "FlipTransform": "det_plugin_augment.flip",
        "IdentityTransform": "det_plugin_augment.identity",
        "Pad": "det_plugin_augment.pad",
        "PadConfig": "det_plugin_augment.pad_config",
        "PadTransform": "det_plugin_augment.crop",
        "RandomBrightness": "det_plugin_augment.colour",
        "RandomBrightnessConfig": "det_plugin_augment.colour_config",
        "RandomContrast": "det_plugin_augment.colour",
        "RandomContrastConfig": "det_plugin_augment.colour_config",
        "RandomCrop": "det_plugin_augment.crop",
        "RandomCropConfig": "det_plugin_augment.crop_config",
        "RandomFlip": "det_plugin_augment.flip",
        "RandomFlipConfig": "det_plugin_augment.flip_config",
        "RandomSaturation": "det_plugin_augment.colour",
        "RandomSaturationConfig": "det_plugin_augment.colour_config",
        "ResizeScale": "det_plugin_augment.resize_scale",
        "ResizeScaleConfig": "det_plugin_augment.resize_scale_config",
        "ResizeShortestEdge": "det_plugin_augment.resize",
        "ResizeShortestEdgeConfig": "det_plugin_augment.resize_config",
        "ResizeTransform": "det_plugin_augment.resize",
    },
)
