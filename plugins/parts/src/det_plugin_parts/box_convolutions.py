"""Convolutions over boxes, in a form that compiles although nobody knows how many boxes there will be.

On a CPU, inductor computes every two-dimensional convolution channels last. Where it knows how many maps go in, it
expects a result that is channels last, too; where a mask or NMS decides on their number, it expects one row by row, and
the compiled model refuses what its own convolution returns (torch 2.15). It leaves three-dimensional ones row by row,
and one of depth 1 computes the same numbers in the same time.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.overrides import TorchFunctionMode

__all__ = ["convolving_boxes"]


def convolving_boxes(device: torch.device) -> AbstractContextManager[object]:
    """Within it, whatever heads convolve is taken for boxes: in a graph that is compiled for a CPU, at depth 1.

    It is a mode rather than a layer, so that any head may use any layer. Elsewhere, in exported graphs too, it does
    nothing.
    """
    is_compiled = torch.compiler.is_compiling() and not torch.compiler.is_exporting()
    return _AtDepthOne() if is_compiled and device.type == "cpu" else nullcontext()


Function = Callable[..., Any]


class _AtDepthOne(TorchFunctionMode):
    def __torch_function__(self, func: Function, types: object, args: Any = (), kwargs: Any = None) -> Any:
        return _IN_PLACE_OF.get(func, func)(*args, **(kwargs or {}))


Numbers = int | Sequence[int]


def _conv2d(
    input: Tensor,  # noqa: A002  # its name in torch, by which a layer may give it
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Numbers = 1,
    padding: Numbers | str = 0,
    dilation: Numbers = 1,
    groups: int = 1,
) -> Tensor:
    padding = padding if isinstance(padding, str) else _deep(padding, 0)
    convolved = F.conv3d(
        _at_depth(input), _at_depth(weight), bias, _deep(stride, 1), padding, _deep(dilation, 1), groups
    )
    return convolved.squeeze(-3)


def _conv_transpose2d(
    input: Tensor,  # noqa: A002  # its name in torch, by which a layer may give it
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Numbers = 1,
    padding: Numbers = 0,
    output_padding: Numbers = 0,
    groups: int = 1,
    dilation: Numbers = 1,
) -> Tensor:
    convolved = F.conv_transpose3d(
        _at_depth(input),
        _at_depth(weight),
        bias,
        _deep(stride, 1),
        _deep(padding, 0),
        _deep(output_padding, 0),
        groups,
        _deep(dilation, 1),
    )
    return convolved.squeeze(-3)


_IN_PLACE_OF: Final[Mapping[Function, Function]] = {
    F.conv2d: _conv2d,
    F.conv_transpose2d: _conv_transpose2d,
}


def _at_depth(maps: Tensor) -> Tensor:
    """Row by row, which is the layout that the result is expected in."""
    return maps.contiguous().unsqueeze(-3)


def _deep(numbers: Numbers, first: int) -> tuple[int, int, int]:
    down, right = (numbers, numbers) if isinstance(numbers, int) else numbers
    return first, down, right
