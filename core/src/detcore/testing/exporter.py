"""What is asked of an exporter."""

import copy
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from detcore.interfaces import Architecture, Exporter
from detcore.specs import ArchitectureConfig, ExporterConfig, Problem
from detcore.structures import ImageBatch
from detcore.testing.comparing import difference
from detcore.testing.component import ComponentConformance
from detcore.testing.examples import noise
from detcore.testing.seeding import seeded

__all__ = ["ExporterConformance"]


class ExporterConformance(ComponentConformance[ExporterConfig, Exporter]):
    """Checks of an exporter: the written file computes what the model does.

    The author says which model to export, a small one::

        class TestMyFormat(ExporterConformance):
            config = MyFormatConfig
            architecture = MyModelConfig(backbone=MyBackboneConfig(width=8))
    """

    interface = ExporterConfig
    component = Exporter

    architecture: ArchitectureConfig
    """The model to export; its ``infer`` takes a batch of pictures and their sizes."""

    tolerance = 1e-4
    """Between the model and the file, relative to the largest number."""

    def build(self, config: ExporterConfig) -> Exporter:
        """As an export does."""
        return config.build()

    def problems(self, config: ExporterConfig) -> Iterable[Problem]:
        """As an export asks."""
        return config.check(self.architecture)

    def examples(self, config: ExporterConfig) -> ImageBatch:
        """Two pictures."""
        return ImageBatch(noise(2, 3, 64, 96), torch.tensor([[64, 96], [60, 80]]))

    def behaviour(self, component: Exporter, examples: Any) -> object:
        """What the written file computes."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model"
            component.export(self.model(), examples, path)
            return [each.clone() for each in component.load(path)(*examples)]

    def model(self) -> Architecture:
        """The model to export, in evaluation mode."""
        with seeded(0):
            return self.architecture.build().eval()

    def test_the_suffix_begins_with_a_dot(self, config: ExporterConfig) -> None:
        """Files are named by it."""
        assert config.suffix.startswith("."), (
            f"{type(config).__name__}.suffix is {config.suffix!r}: begin it with a dot"
        )

    def test_the_file_computes_what_the_model_does(self, config: ExporterConfig) -> None:
        """Of the pictures it was traced with, and of others."""
        exporter, batch, model = self.built(config), self.examples(config), self.model()
        other = ImageBatch(noise(2, 3, 64, 96, seed=7), batch.sizes)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"model{config.suffix}"
            exporter.export(model, batch, path)
            assert path.exists(), f"{type(exporter).__name__}.export() does not write to the path that it is given"
            written = exporter.load(path)
            for each in (batch, other):
                with torch.no_grad():
                    expected, found = _tensors(model.infer(*each)), list(written(*each))
                differs = difference(found, expected, tolerance=self.tolerance)
                assert not differs, (
                    f"{type(exporter).__name__} writes a file that computes something else than the model ({differs})"
                )

    def test_the_model_is_left_as_it_was(self, config: ExporterConfig) -> None:
        """A run may export in the middle: weights and mode stay."""
        model = self.model().train()
        before = copy.deepcopy(dict(model.state_dict()))
        with tempfile.TemporaryDirectory() as folder:
            self.built(config).export(model, self.examples(config), Path(folder) / f"model{config.suffix}")
        differs = difference(dict(model.state_dict()), before)
        assert not differs, f"{type(config).__name__}: exporting changes the model's weights ({differs})"
        assert model.training, f"{type(config).__name__}: exporting leaves the model in evaluation mode: put it back"


def _tensors(result: object) -> list[Tensor]:
    assert isinstance(result, tuple), "infer() returns a named tuple of tensors"
    return [each for each in result if isinstance(each, Tensor)]
