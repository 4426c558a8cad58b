"""Where the coarser levels on top of a pyramid start from, told without a tensor."""

from collections.abc import Iterator, Mapping

from det_plugin_backbones.pyramid_level import level_of
from det_plugin_backbones.top_block_config import TopBlockConfig
from detcore.specs import FeatureShape, Problem, Shapes, under

__all__ = ["misplaced_top", "start_of_top", "with_top"]


def start_of_top(top_block: TopBlockConfig, *, trunk: Shapes, pyramid: Shapes) -> tuple[str, FeatureShape]:
    """Name and shape of the map: the pyramid's coarsest, if nothing else is asked for."""
    name = top_block.in_feature or list(pyramid)[-1]
    return name, _maps(trunk, pyramid)[name]


def misplaced_top(top_block: TopBlockConfig, *, trunk: Shapes, pyramid: Shapes) -> Iterator[Problem]:
    """Everything wrong with the map that is asked for."""
    maps, wanted = _maps(trunk, pyramid), top_block.in_feature
    if wanted is not None and wanted not in maps:
        message = f"there is no map {wanted!r} to start from; there are {', '.join(maps)}"
        yield Problem(message, ("top_block", "in_feature"))
        return
    name, shape = start_of_top(top_block, trunk=trunk, pyramid=pyramid)
    coarsest = list(pyramid.values())[-1]
    if top_block.num_levels and shape.stride != coarsest.stride:
        message = f"{name!r} has stride {shape.stride}, but what comes on top starts from the coarsest"
        yield Problem(f"{message}, {coarsest.stride}", ("top_block", "in_feature"))
    yield from under(top_block.check(in_channels=shape.channels, out_channels=coarsest.channels), "top_block")


def with_top(pyramid: Shapes, top_block: TopBlockConfig) -> Shapes:
    """The pyramid and the levels that the block adds, each of twice the stride of the one before."""
    coarsest = list(pyramid.values())[-1]
    first = level_of(coarsest) + 1
    levels = range(first, first + top_block.num_levels)
    return {**pyramid, **{f"p{n}": FeatureShape(channels=coarsest.channels, stride=2**n) for n in levels}}


def _maps(trunk: Shapes, pyramid: Shapes) -> Mapping[str, FeatureShape]:
    return {**trunk, **pyramid}
