"""What is asked of ROI heads."""

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor

from detcore.interfaces import ROIHeads
from detcore.specs import DataSpec, Problem, ROIHeadsConfig, Shapes
from detcore.structures import Detections, Instances, Proposals
from detcore.testing.comparing import difference, scalar_losses
from detcore.testing.examples import DATA, PICTURE_SIZES, SHAPES, feature_maps, no_objects, objects, sizes
from detcore.testing.module import ModuleConformance
from detcore.testing.rows import expect_boxes_inside, expect_order
from detcore.testing.seeding import seeded

__all__ = ["ROIHeadsConformance"]


class ROIHeadsConformance(ModuleConformance[ROIHeadsConfig, ROIHeads]):
    """Checks of ROI heads: no objects and no proposals are ordinary, boxes are inside, classes exist.

    The data has three classes, masks and three keypoints::

        class TestMyHeads(ROIHeadsConformance):
            configs = (MyHeadsConfig(num_classes=3, in_features=("p2", "p3")),)
    """

    interface = ROIHeadsConfig
    component = ROIHeads

    shapes: Shapes = SHAPES
    """Of the feature maps to look at."""

    data: DataSpec = DATA
    """What is known of the data."""

    def build(self, config: ROIHeadsConfig) -> ROIHeads:
        """As a model does."""
        return config.build(shapes=self.shapes, num_classes=config.num_classes)

    def problems(self, config: ROIHeadsConfig) -> Iterable[Problem]:
        """As a model asks, which may know neither maps nor data yet."""
        return [*config.check(self.shapes, self.data), *config.check(None, DataSpec())]

    def examples(self, config: ROIHeadsConfig) -> tuple[dict[str, Tensor], Proposals, Tensor, list[Instances]]:
        """Maps of two pictures, where to look in them, their sizes and their objects."""
        targets = [objects(size) for size in PICTURE_SIZES]
        return feature_maps(self.shapes), _around(targets), sizes(), targets

    def predict(self, module: ROIHeads, examples: Any) -> Detections:
        """The detections."""
        return module(*examples[:3])  # type: ignore[no-any-return]  # nn.Module's call says Any

    def losses(self, module: ROIHeads, examples: Any) -> Mapping[str, Tensor]:
        """As a training step does."""
        features, proposals, _, targets = examples
        return module.losses(features, proposals, targets)

    def test_detections_are_inside_their_picture(self, config: ROIHeadsConfig) -> None:
        """Ordered by picture, then by falling probability; classes exist."""
        detections, name = self._detections(config), type(config).__name__
        assert isinstance(detections, Detections), f"{name} returns {type(detections).__name__}, not Detections"
        expect_boxes_inside(name, detections.boxes, detections.image_index, sizes())
        expect_order(name, detections.scores, detections.image_index)
        is_share = bool(((detections.scores >= 0) & (detections.scores <= 1)).all())
        assert is_share, f"{name} gives scores outside [0, 1]: return probabilities, not logits"
        classes = set(detections.classes.tolist())
        assert classes <= set(range(config.num_classes)), (
            f"{name} detects the classes {sorted(classes)}, but there are {config.num_classes}: background is none"
        )

    def test_what_is_predicted_is_declared(self, config: ROIHeadsConfig) -> None:
        """``outputs()`` names masks and keypoints where there are some."""
        declared, detections = config.outputs(), self._detections(config)
        found = {
            "instances.pred_masks": detections.mask_probs,
            "instances.pred_keypoints": detections.keypoint_heatmaps,
        }
        for output, values in found.items():
            assert declared is None or (output in declared) == (values is not None), (
                f"{type(config).__name__}.outputs() {'names' if output in declared else 'does not name'} {output!r},"
                f" but the heads predict {'none' if values is None else 'some'}"
            )

    def test_no_proposals_give_no_detections(self, config: ROIHeadsConfig) -> None:
        """Nowhere to look: nothing is found, and it is said in the same form."""
        heads = self.built(config).eval()
        features, proposals, picture_sizes, _ = self.examples(config)
        nowhere = Proposals(*(column[:0] for column in proposals))
        try:
            with torch.no_grad():
                found = heads(features, nowhere, picture_sizes)
        except Exception as error:
            raise AssertionError(
                f"{type(config).__name__} fails where there is no proposal: {type(error).__name__}: {error}"
            ) from error
        assert len(found.boxes) == 0, f"{type(config).__name__} detects {len(found.boxes)} objects without any proposal"
        usual = self._detections(config)
        differs = difference(_forms(found), _forms(usual))
        assert not differs, f"{type(config).__name__} answers in another form where there is no proposal ({differs})"

    def test_empty_pictures_and_no_proposals_have_finite_losses(self, config: ROIHeadsConfig) -> None:
        """No objects, no proposals, neither: losses are finite and can be stepped on."""
        features, proposals, picture_sizes, targets = self.examples(config)
        nothing = [no_objects(size) for size in PICTURE_SIZES]
        nowhere = Proposals(*(column[:0] for column in proposals))
        for where, what in ((proposals, nothing), (nowhere, targets), (nowhere, nothing)):
            heads = self.built(config).train()
            with seeded(0):
                losses = self.losses(heads, (features, where, picture_sizes, what))
            wrong = scalar_losses(losses)
            assert not wrong, (
                f"{type(config).__name__}, of {len(where.boxes)} proposals and {sum(map(len, what))} objects: {wrong}"
            )
            torch.autograd.backward(sum(losses.values(), torch.zeros((), requires_grad=True)))

    def test_given_boxes_are_kept(self, config: ROIHeadsConfig) -> None:
        """``predict`` adds masks and the like to boxes and classes, and changes none; there may be none."""
        heads = self.built(config).eval()
        features = self.examples(config)[0]
        detections = self._detections(config)
        bare = detections._replace(mask_probs=None, keypoint_heatmaps=None)
        nothing = Detections(*(column[:0] for column in bare[:4]))
        for given in (bare, nothing):
            with torch.no_grad():
                completed = heads.predict(features, given)
            differs = difference(completed[:4], given[:4])
            assert not differs, f"{type(config).__name__}.predict() changes what it is to complete ({differs})"

    def _detections(self, config: ROIHeadsConfig) -> Detections:
        with torch.no_grad():
            return self.predict(self.built(config).eval(), self.examples(config))


def _around(targets: list[Instances]) -> Proposals:
    """Each object's box, the same shifted, and boxes of background."""
    shifts = torch.tensor([[0.0, 0.0, 0.0, 0.0], [1.0, -1.0, 2.0, 1.0]])
    elsewhere = torch.tensor([[0.0, 40.0, 20.0, 60.0], [54.0, 2.0, 75.0, 20.0]])
    each = [
        torch.cat([*(target.gt_boxes.tensor + shift for shift in shifts), elsewhere]).clamp(min=0) for target in targets
    ]
    boxes = [_clipped(rows, target.image_size) for rows, target in zip(each, targets, strict=True)]
    logits = torch.cat([torch.linspace(2, -2, len(rows)) for rows in boxes])
    image_index = torch.cat([torch.full((len(rows),), index) for index, rows in enumerate(boxes)])
    return Proposals(torch.cat(boxes), logits, image_index)


def _clipped(boxes: Tensor, size: tuple[int, int]) -> Tensor:
    height, width = size
    return torch.minimum(boxes, torch.tensor([width, height, width, height], dtype=boxes.dtype))


def _forms(detections: Detections) -> dict[str, object]:
    """Of every column, its type and the sizes of one row."""
    columns = detections._asdict().items()
    return {name: None if each is None else (str(each.dtype), tuple(each.shape[1:])) for name, each in columns}
