"""Settings of the backbone ``acme-patches``."""

from typing import TYPE_CHECKING

from attrs import field, frozen
from attrs.validators import ge

from detcore.specs import BackboneConfig, FeatureShape, Shapes

if TYPE_CHECKING:
    from acme_detection.patches import Patches


@frozen(kw_only=True)
class PatchesConfig(BackboneConfig):
    """Linear layers on patches of 4, 8, 16 and 32 pixels, each by itself."""

    channels: int = field(default=8, validator=ge(1))
    """Of every map."""

    def output_shapes(self) -> Shapes:
        return {
            f"res{level}": FeatureShape(channels=self.channels, stride=stride)
            for level, stride in enumerate((4, 8, 16, 32), start=2)
        }

    def build(self) -> "Patches":
        from acme_detection.patches import Patches

        return Patches(
            channels=self.channels, strides={name: each.stride for name, each in self.output_shapes().items()}
        )
