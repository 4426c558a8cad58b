"""What is asked of an augmentation, and of the transforms that it decides on."""

import copy
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detcore.data import apply
from detcore.interfaces import Augmentation, Sample, Transform
from detcore.specs import AugmentationConfig
from detcore.structures import UNLABELLED, rle
from detcore.testing.comparing import difference
from detcore.testing.component import ComponentConformance
from detcore.testing.examples import METADATA, sample

__all__ = ["AugmentationConformance"]


class AugmentationConformance(ComponentConformance[AugmentationConfig, Augmentation]):
    """Checks of an augmentation: boxes, masks and keypoints go where the picture goes, and chance is what it is given.

    ::

        class TestMyRotation(AugmentationConformance):
            configs = (MyRotationConfig(degrees=15),)
    """

    interface = AugmentationConfig
    component = Augmentation

    seeds = range(8)
    """Of the generators that decide."""

    smallest_visible = 400
    """An object of which fewer pixels are left is not looked at."""

    overlap = 0.9
    """How much of what is bright, what has the label and what is inside the moved outline must be common to all."""

    def build(self, config: AugmentationConfig) -> Augmentation:
        """As a stream does."""
        return config.build()

    def examples(self, config: AugmentationConfig) -> Sample:
        """A dark picture with one bright rectangle."""
        return sample()

    def behaviour(self, component: Augmentation, examples: Any) -> object:
        """The changed samples, a seed each."""
        return [_changed(component, examples, seed) for seed in self.seeds]

    def test_output_size_is_the_pictures(self, config: AugmentationConfig) -> None:
        """What is said of the new picture, and its labels, is what is made; of a picture of one pixel, too."""
        for transform, before in self._transforms(config, sample(), sample((1, 1), box=None)):
            size = transform.output_size(*before.image.shape[:2])
            made = {"image": transform.image(before.image), "label_map": transform.label_map(_labels(before))}
            for name, each in made.items():
                assert each.shape[:2] == size, (
                    f"{type(transform).__name__}.output_size() says {size}, but {name}() makes {each.shape[:2]}"
                )

    def test_masks_follow_the_picture(self, config: AugmentationConfig) -> None:
        """What was bright has the label afterwards, and nothing else has."""
        for transform, before in self._transforms(config, sample()):
            after = _applied(transform, before)
            label, bright = after.label_maps["sem_seg"] == 1, _bright(after)
            if bright is not None and label.sum() >= self.smallest_visible:
                self._compare(transform, label, bright, "label_map() moves labels elsewhere than image() moves pixels")

    def test_points_follow_the_picture(self, config: AugmentationConfig) -> None:
        """The moved outline of the object, which polygons, boxes and keypoints go by, surrounds its moved pixels."""
        for transform, before in self._transforms(config, sample()):
            after = _applied(transform, before)
            label = after.label_maps["sem_seg"] == 1
            if label.sum() >= self.smallest_visible:
                outline = transform.points(_outline(before.boxes[0]))
                inside = rle.decode(rle.from_polygons([outline], *after.image.shape[:2]))
                self._compare(transform, inside, label, "points() moves points elsewhere than label_map() moves labels")

    def test_boxes_surround_what_is_left_of_objects(self, config: AugmentationConfig) -> None:
        """Every pixel of the object is inside its box."""
        for transform, before in self._transforms(config, sample()):
            after = _applied(transform, before)
            rows, columns = np.nonzero(after.label_maps["sem_seg"] == 1)
            if len(rows) >= self.smallest_visible:
                x1, y1, x2, y2 = after.boxes[0] + [-1, -1, 1, 1]  # a pixel for rounding
                is_inside = (columns >= x1) & (columns < x2) & (rows >= y1) & (rows < y2)
                assert is_inside.all(), f"{type(transform).__name__} moves an object out of its box: see points()"

    def test_a_mirror_says_so(self, config: AugmentationConfig) -> None:
        """Where left and right change places, left and right keypoints must too."""
        for transform, before in self._transforms(config, sample()):
            height, width = before.image.shape[:2]
            left, right, low = transform.points(np.array([[0.0, 0.0], [width, 0.0], [0.0, height]]))
            is_mirror = bool(right[0] < left[0] and low[1] > left[1])
            is_plain = bool(right[0] > left[0] and low[1] > left[1])
            said = f"{type(transform).__name__}.mirrors is {transform.mirrors}"
            assert transform.mirrors or not is_mirror, f"{said}, but left and right change places: let it be True"
            assert not (transform.mirrors and is_plain), f"{said}, but left stays left: let it be False"

    def test_labels_are_kept(self, config: AugmentationConfig) -> None:
        """Labels are names, not amounts: none is blended, and what is new is unlabelled."""
        for transform, before in self._transforms(config, sample()):
            labels = _labels(before) * 7
            new = set(np.unique(transform.label_map(labels)).tolist()) - {0, 7, UNLABELLED}
            assert not new, (
                f"{type(transform).__name__}.label_map() makes labels {new} that were not there: do not blend"
            )

    def test_pictures_stay_bytes(self, config: AugmentationConfig) -> None:
        """A picture of bytes becomes one, with its three channels."""
        for transform, before in self._transforms(config, sample()):
            image = transform.image(before.image)
            is_picture = image.dtype == np.uint8 and image.ndim == image.shape[-1] == 3
            assert is_picture, (
                f"{type(transform).__name__}.image() makes a picture of {image.dtype} {image.shape}, not of bytes H×W×3"
            )

    def test_the_inverse_leads_back(self, config: AugmentationConfig) -> None:
        """Points and sizes come back; a transform that loses what it would need says ``NotImplementedError``."""
        for transform, before in self._transforms(config, sample()):
            try:
                inverse = transform.inverse()
            except NotImplementedError:
                continue
            points = _outline(before.boxes[0])
            size = before.image.shape[:2]
            back = inverse.points(transform.points(points))
            assert np.allclose(back, points, atol=1e-6 * max(size)), (
                f"{type(transform).__name__}.inverse() leads points elsewhere, up to {abs(back - points).max():.3g} px"
            )
            found = inverse.output_size(*transform.output_size(*size))
            assert found == size, f"{type(transform).__name__}.inverse() makes pictures of {found}, not {size}"

    def test_arrays_are_left_as_they_were(self, config: AugmentationConfig) -> None:
        """A transform makes new arrays: the same picture may be wanted again."""
        for transform, before in self._transforms(config, sample()):
            kept = copy.deepcopy(before)
            _applied(transform, before)
            differs = difference(before, kept)
            assert not differs, f"{type(transform).__name__} changes what it is given ({differs}): copy it first"

    def test_the_generator_decides(self, config: AugmentationConfig) -> None:
        """One state of the generator that is handed in is one transform: samples can be made again."""
        augmentation, before = self.built(config), sample()
        for seed in self.seeds:
            found, expected = (_changed(augmentation, before, seed) for _ in range(2))
            differs = difference(found, expected)
            assert not differs, (
                f"{type(augmentation).__name__} makes two things of one sample and one generator ({differs}): draw from"
                " the generator that it is given"
            )

    def test_pictures_without_objects_are_ordinary(self, config: AugmentationConfig) -> None:
        """No object, and a picture of one pixel: neither is an error."""
        for before in (sample(box=None), sample((1, 1), box=None), sample((1, 200), box=None)):
            try:
                after = _changed(self.built(config), before, 0)
            except Exception as error:
                raise AssertionError(
                    f"{type(config).__name__} fails on a picture of {before.image.shape[:2]} without objects:"
                    f" {type(error).__name__}: {error}"
                ) from error
            assert len(after.boxes) == 0, f"{type(config).__name__} finds objects where there were none"

    def _transforms(self, config: AugmentationConfig, *samples: Sample) -> Iterator[tuple[Transform, Sample]]:
        augmentation = self.built(config)
        for before in samples:
            for seed in self.seeds:
                yield augmentation(before, np.random.default_rng(seed)), before

    def _compare(self, transform: Transform, found: NDArray[Any], expected: NDArray[Any], mistake: str) -> None:
        common = (found & expected).sum() / max((found | expected).sum(), 1)
        assert common >= self.overlap, f"{type(transform).__name__}.{mistake}: only {common:.0%} is common to both"


def _changed(augmentation: Augmentation, before: Sample, seed: int) -> Sample:
    return _applied(augmentation(before, np.random.default_rng(seed)), before)


def _applied(transform: Transform, before: Sample) -> Sample:
    return apply(transform, before, keypoint_flip=METADATA.keypoint_flip)


def _labels(before: Sample) -> NDArray[np.int32]:
    return before.label_maps["sem_seg"]


def _bright(after: Sample) -> NDArray[np.bool_] | None:
    """What is brighter than halfway between the darkest and the brightest; ``None`` where there is no contrast."""
    grey = after.image.mean(axis=2)
    known = grey[after.label_maps["sem_seg"] != UNLABELLED]
    low, high = known.min(), known.max()
    bright: NDArray[np.bool_] = (grey > (low + high) / 2) & (after.label_maps["sem_seg"] != UNLABELLED)
    return bright if high - low >= 20 else None


def _outline(box: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points all around a box, close enough to each other that a warp may bend its sides."""
    x1, y1, x2, y2 = box
    corners = np.array([[x1, y1], [x2, y1], [x2, y2], [x1, y2]])
    share = np.linspace(0, 1, 16, endpoint=False)[:, None]
    return np.concatenate([a + share * (b - a) for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True)])
