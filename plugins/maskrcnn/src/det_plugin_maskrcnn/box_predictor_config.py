"""Settings of the box predictor."""

from typing import TYPE_CHECKING, Literal

from attrs import field, frozen
from attrs.validators import and_, ge, in_, le, lt

from det_plugin_maskrcnn.federated_loss_config import FederatedLossConfig
from det_plugin_parts import BoxCoderConfig, BoxLossConfig, DeltaBoxCoderConfig
from detcore.specs import finite

if TYPE_CHECKING:
    from det_plugin_maskrcnn.box_predictor import BoxPredictor

__all__ = ["BoxPredictorConfig"]


@frozen(kw_only=True)
class BoxPredictorConfig:
    """Settings of :class:`BoxPredictor`; the defaults are the published ones."""

    class_agnostic: bool = False
    """Whether one box per proposal serves all classes."""

    classification: Literal["softmax", "sigmoid"] = field(default="softmax", validator=in_(("softmax", "sigmoid")))
    """Classes and background exclude each other, or every class is decided on its own."""

    classification_weight: float = field(default=1.0, validator=and_(finite, ge(0)))
    """Factor of the classification loss."""

    federated: FederatedLossConfig | None = None
    """Learn some classes in each step only; left out: all. Needs ``classification = "sigmoid"``."""

    box_coder: BoxCoderConfig = field(factory=lambda: DeltaBoxCoderConfig(weights=(10.0, 10.0, 5.0, 5.0)))
    """How a box is told relative to its proposal."""

    box_loss: BoxLossConfig = field(factory=BoxLossConfig)
    """The loss of box regression."""

    score_threshold: float = field(default=0.05, validator=and_(ge(0), lt(1)))
    """Detections that score no higher than this are dropped."""

    nms_threshold: float = field(default=0.5, validator=and_(ge(0), le(1)))
    """A detection that overlaps a better one of its class by more than this is dropped."""

    detections_per_image: int = field(default=100, validator=ge(1))
    """At most this many detections of a picture are kept."""

    def __attrs_post_init__(self) -> None:
        if self.federated is not None and self.classification != "sigmoid":
            raise ValueError(
                "'federated' needs classes that are decided on their own: write classification = 'sigmoid'"
            )

    def build(self, *, in_features: int, num_classes: int) -> "BoxPredictor":
        from det_plugin_maskrcnn.box_predictor import BoxPredictor
        from det_plugin_parts import BoxLoss, DetectionSelector

        coder = self.box_coder.build()
        loss = self.box_loss
        selector = DetectionSelector(
            score_threshold=self.score_threshold,
            nms_threshold=self.nms_threshold,
            detections_per_image=self.detections_per_image,
        )
        return BoxPredictor(
            in_features=in_features,
            num_classes=num_classes,
            class_agnostic=self.class_agnostic,
            classification=self.classification,
            classification_weight=self.classification_weight,
            federated=self.federated,
            box_coder=coder,
            box_loss=BoxLoss(kind=loss.kind, beta=loss.beta, weight=loss.weight, coder=coder),
            selector=selector,
        )
