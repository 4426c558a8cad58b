"""What is asked of a backbone."""

from collections.abc import Iterable, Mapping
from math import ceil
from typing import Any

import torch
from torch import Tensor

from detcore.interfaces import Backbone
from detcore.specs import BackboneConfig, Problem, Shapes
from detcore.testing.comparing import difference
from detcore.testing.examples import pictures
from detcore.testing.module import ModuleConformance

__all__ = ["BackboneConformance"]


class BackboneConformance(ModuleConformance[BackboneConfig, Backbone]):
    """Checks of a backbone: its maps are what its config declares, for any picture, in any form a model is run in.

    ::

        class TestMyBackbone(BackboneConformance):
            configs = (MyBackboneConfig(width=8),)
    """

    interface = BackboneConfig
    component = Backbone

    picture_sizes = ((64, 96), (75, 101), (33, 130))
    """Heights and widths to try, made larger where the config asks for a multiple or a square; odd ones among them."""

    tolerance = 1e-4
    """Between two orders of the same additions, relative to the largest number."""

    likeness = 0.8
    """Least cosine between a map computed in bfloat16 and the same in float32: fresh weights amplify rounding."""

    def build(self, config: BackboneConfig) -> Backbone:
        """As a model does."""
        return config.build()

    def problems(self, config: BackboneConfig) -> Iterable[Problem]:
        """As a model asks."""
        return config.check()

    def examples(self, config: BackboneConfig) -> tuple[Tensor]:
        """Two pictures of the first size."""
        return (pictures(2, *padded(config, self.picture_sizes[0])),)

    def predict(self, module: Backbone, examples: Any) -> dict[str, Tensor]:
        """The feature maps."""
        return module(*examples)  # type: ignore[no-any-return]  # nn.Module's call says Any

    def test_feature_maps_have_the_declared_shapes(self, config: BackboneConfig) -> None:
        """Names, order, channels and strides are those of ``output_shapes()``, by which models are checked."""
        self._compare_shapes(config, self.picture_sizes[0])

    def test_feature_maps_of_odd_sizes_have_the_declared_shapes(self, config: BackboneConfig) -> None:
        """Pictures of any size are understood; a step that is begun counts."""
        for size in self.picture_sizes[1:]:
            self._compare_shapes(config, size)

    def test_it_computes_on_the_meta_device(self, config: BackboneConfig) -> None:
        """``plan`` measures memory without computing anything."""
        try:
            with torch.device("meta"):
                maps = self.predict(self.build(config).eval(), (pictures(2, *padded(config, self.picture_sizes[0])),))
        except Exception as error:
            raise AssertionError(
                f"{type(config).__name__} does not compute on the meta device: make tensors where the input is. {error}"
            ) from error
        here = [name for name, each in maps.items() if not each.is_meta]
        assert not here, f"maps {here} of a backbone on the meta device are elsewhere: make tensors where the input is"

    def test_one_picture_does_not_change_another(self, config: BackboneConfig) -> None:
        """In evaluation, a picture has the same maps alone as in a batch."""
        backbone, (batch,) = self.built(config), self.examples(config)
        together = self.behaviour(backbone, (batch,))
        alone = self.behaviour(backbone, (batch[:1],))
        differs = difference(alone, _first(together), tolerance=self.tolerance)
        assert not differs, (
            f"{type(config).__name__}: a picture's maps depend on its neighbours in the batch ({differs}): in"
            " evaluation mode, take no mean or maximum over the batch"
        )

    def test_maps_are_the_same_in_channels_last_order(self, config: BackboneConfig) -> None:
        """The order in memory is a matter of speed alone."""
        backbone, (batch,) = self.built(config), self.examples(config)
        expected = self.behaviour(backbone, (batch,))
        backbone.to(memory_format=torch.channels_last)
        found = self.behaviour(backbone, (batch.contiguous(memory_format=torch.channels_last),))
        differs = difference(found, expected, tolerance=self.tolerance)
        assert not differs, (
            f"{type(config).__name__} computes something else from pictures in channels-last order ({differs}): use"
            " reshape() where view() takes the order in memory for granted"
        )

    def test_it_computes_in_bfloat16(self, config: BackboneConfig) -> None:
        """As it does in float32, but for rounding."""
        backbone, (batch,) = self.built(config), self.examples(config)
        expected = self.behaviour(backbone, (batch,))
        try:
            found = self.behaviour(backbone.bfloat16(), (batch.bfloat16(),))
        except RuntimeError as error:
            raise AssertionError(
                f"{type(config).__name__} does not compute in bfloat16 ({error}): give tensors the dtype of the input"
            ) from error
        assert isinstance(found, Mapping)
        dtypes = {name: each.dtype for name, each in found.items() if each.dtype != torch.bfloat16}
        assert not dtypes, f"{type(config).__name__} in bfloat16 returns {dtypes}: give tensors the dtype of the input"
        assert isinstance(expected, Mapping)
        alike = {name: _cosine(each, expected[name]) for name, each in found.items()}
        assert min(alike.values()) >= self.likeness, (
            f"{type(config).__name__} computes something else in bfloat16 than in float32 (cosines {alike}): sum long"
            " rows in float32"
        )

    def test_it_can_be_exported(self, config: BackboneConfig) -> None:
        """``torch.export`` takes it whole: no branch depends on what is in a picture."""
        backbone, examples = self.built(config).eval(), self.examples(config)
        expected = self.behaviour(backbone, examples)
        try:
            exported = torch.export.export(backbone, examples).module()
        except Exception as error:
            raise AssertionError(
                f"{type(config).__name__} cannot be exported: let no Python branch or loop depend on the numbers of a"
                f" tensor. torch says: {error}"
            ) from error
        with torch.no_grad():
            differs = difference(dict(exported(*examples)), dict(expected), tolerance=self.tolerance)  # type: ignore[call-overload]  # a table, as its behaviour is
        assert not differs, f"{type(config).__name__} computes something else once it is exported ({differs})"

    def _compare_shapes(self, config: BackboneConfig, size: tuple[int, int]) -> None:
        size = padded(config, size)
        backbone = self.built(config)
        maps = self.behaviour(backbone, (pictures(1, *size),))
        assert isinstance(maps, Mapping), f"{type(backbone).__name__} returns no table of maps by name"
        declared = config.output_shapes() or backbone.measured_shapes()
        found = {name: tuple(each.shape[1:]) for name, each in maps.items()}
        expected = map_sizes(declared, size)
        assert list(found.items()) == list(expected.items()), (
            f"{type(backbone).__name__} makes of a picture of {size[0]}×{size[1]} px maps of {found} (channels,"
            f" height, width), but {type(config).__name__}.output_shapes() declares {expected}: let the two agree"
        )


def padded(config: BackboneConfig, size: tuple[int, int]) -> tuple[int, int]:
    """The size to which a model pads such a picture before the backbone gets it."""
    if config.square_side:
        return config.square_side, config.square_side
    multiple = config.size_divisibility or 1
    return multiple * ceil(size[0] / multiple), multiple * ceil(size[1] / multiple)


def map_sizes(shapes: Shapes, size: tuple[int, int]) -> dict[str, tuple[int, int, int]]:
    """Channels, height and width of each map of a picture; a step that is begun counts."""
    return {
        name: (shape.channels, ceil(size[0] / shape.stride), ceil(size[1] / shape.stride))
        for name, shape in shapes.items()
    }


def _first(maps: object) -> dict[str, Tensor]:
    assert isinstance(maps, Mapping)
    return {name: each[:1] for name, each in maps.items()}


def _cosine(found: Tensor, expected: Tensor) -> float:
    return float(torch.nn.functional.cosine_similarity(found.float().flatten(), expected.float().flatten(), dim=0))
