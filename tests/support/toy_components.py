"""Components of the kinds that nothing first-party is of."""

import io
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import torch
from torch import Tensor, nn

from detcore.interfaces import Architecture, Exporter, Losses, Writer
from detcore.structures import ImageBatch, ModelInput, ModelOutput

__all__ = ["ToyArchitecture", "ToyExporter", "ToyWriter"]


class ToyWriter(Writer):
    """Adds to a file."""

    def __init__(self, *, path: Path, digits: int) -> None:
        self.file: Any = path.open("a", encoding="utf-8")
        self.digits = digits

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        """One line."""
        self.file.write(json.dumps([step, {name: f"{value:.{self.digits}g}" for name, value in values.items()}]) + "\n")

    def close(self) -> None:
        """Close the file."""
        self.file.close()


class Brightness(NamedTuple):
    """What the toy says of pictures."""

    means: Tensor


class ToyArchitecture(Architecture):
    """One convolution and its mean."""

    channel_order: Literal["RGB", "BGR"] = "RGB"

    def __init__(self) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(3, 2, kernel_size=3)

    def preprocess(self, inputs: Sequence[ModelInput]) -> ImageBatch:
        """Only ever given batches."""
        raise NotImplementedError

    def infer(self, images: Tensor, sizes: Tensor) -> Brightness:
        """The means, less the larger the picture is."""
        return Brightness(self.convolution(images).mean(dim=(1, 2, 3)) / sizes.sum(dim=1))

    def postprocess(self, result: NamedTuple, inputs: Sequence[ModelInput]) -> list[ModelOutput]:
        """As for ``preprocess``."""
        raise NotImplementedError

    def losses(self, inputs: Sequence[ModelInput]) -> Losses:
        """As for ``preprocess``."""
        raise NotImplementedError


class ToyExporter(Exporter):
    """Writes what ``torch.export`` makes."""

    def __init__(self, *, strict: bool) -> None:
        self.strict = strict

    def export(self, architecture: Architecture, sample: ImageBatch, path: Path) -> None:
        """In evaluation mode, and back."""
        was_training = architecture.training
        program = torch.export.export(_Inference(architecture.eval()), tuple(sample), strict=self.strict)
        architecture.train(was_training)
        with io.BytesIO() as written:
            torch.export.save(program, written)
            path.write_bytes(written.getvalue())

    def load(self, path: Path) -> Callable[[Tensor, Tensor], tuple[Tensor, ...]]:
        """The program as a function."""
        with io.BytesIO(path.read_bytes()) as written:
            program: Callable[[Tensor, Tensor], tuple[Tensor, ...]] = torch.export.load(written).module()
        return program


class _Inference(nn.Module):
    """``infer`` as ``forward``."""

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        self.architecture = architecture

    def forward(self, images: Tensor, sizes: Tensor) -> tuple[Tensor, ...]:
        return tuple(self.architecture.infer(images, sizes))
