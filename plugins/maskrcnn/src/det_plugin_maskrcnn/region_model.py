"""What architectures with heads that look at regions have in common: those heads may be asked about any boxes."""

from collections.abc import Sequence
from typing import NamedTuple, cast

from torch import Tensor

from det_plugin_maskrcnn.given_boxes import completed_outputs, given_detections
from det_plugin_parts import PictureModel, convolving_boxes, split_by_picture
from detcore.interfaces import ROIHeads
from detcore.structures import Detections, Instances, ModelInput, ModelOutput, Proposals

__all__ = ["RegionModel"]


class RegionModel(PictureModel):
    """Pictures to detections by heads that look at each of some regions."""

    roi_heads: ROIHeads

    def postprocess(self, result: NamedTuple, inputs: Sequence[ModelInput]) -> list[ModelOutput]:
        return split_by_picture(cast(Detections, result), inputs)

    def detections(self, features: dict[str, Tensor], proposals: Proposals, sizes: Tensor) -> Detections:
        """What the heads find where objects may be."""
        with convolving_boxes(sizes.device):
            return cast(Detections, self.roi_heads(features, proposals, sizes))

    def predict(self, inputs: Sequence[ModelInput], detections: Detections) -> Detections:
        """The given boxes and classes, completed by what the heads predict of them, such as masks."""
        return self.roi_heads.predict(self.backbone(self.batching(inputs).pixels), detections)

    def complete(self, inputs: Sequence[ModelInput], given: Sequence[Instances]) -> list[ModelOutput]:
        """Masks and keypoints of objects whose boxes and classes somebody else knows.

        ``given`` has ``pred_boxes`` and ``pred_classes`` for each input, in pixels of the wanted output, as this model
        itself returns them. They come back row by row, none dropped, with ``pred_masks`` and ``pred_keypoints`` where
        the model has heads for them; all other fields stay.

        Raises:
            ValueError: there are not as many as inputs, or some are of a picture of another size, lack a field, have a
                box that is nowhere or a class that is none of the model's.
        """
        num_classes = getattr(self.roi_heads, "num_classes", None)  # heads of third parties need not tell
        detections = given_detections(inputs, given, self.batching.device, num_classes=num_classes)
        return completed_outputs(self.predict(inputs, detections), inputs, given)
