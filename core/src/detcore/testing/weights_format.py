"""What is asked of a weights format."""

import os
import pickle
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import Tensor

from detcore.errors import WeightsError
from detcore.interfaces import WeightsFormat
from detcore.specs import WeightsFormatConfig
from detcore.testing.comparing import difference
from detcore.testing.component import ComponentConformance
from detcore.testing.examples import noise

__all__ = ["WeightsFormatConformance"]


class WeightsFormatConformance(ComponentConformance[WeightsFormatConfig, WeightsFormat]):
    """Checks of a weights format: it reads what was written, refuses what is damaged, and never executes a file.

    The author says how such a file is written::

        class TestMyFormat(WeightsFormatConformance):
            config = MyFormatConfig

            def write(self, path, tensors):
                my_package.save(path, tensors)
    """

    interface = WeightsFormatConfig
    component = WeightsFormat

    def build(self, config: WeightsFormatConfig) -> WeightsFormat:
        """As loading weights does."""
        return config.build()

    def write(self, path: Path, tensors: Mapping[str, Tensor]) -> None:
        """Write a file of this format."""
        raise NotImplementedError

    def tensors(self) -> dict[str, Tensor]:
        """What to write: several shapes, an empty tensor among them, and names with dots."""
        return {"backbone.stem.weight": noise(4, 3, 2, 2), "head.bias": noise(5, seed=1), "head.none": noise(0, 3)}

    def examples(self, config: WeightsFormatConfig) -> dict[str, Tensor]:
        """What is written."""
        return self.tensors()

    def behaviour(self, component: WeightsFormat, examples: Any) -> dict[str, Tensor]:
        """What is read."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "weights"
            self.write(path, examples)
            # NumPy adds an ending of its own.
            (written,) = Path(folder).iterdir()
            return component.read(written).tensors

    def test_suffixes_begin_with_a_dot(self, config: WeightsFormatConfig) -> None:
        """The ending of a file decides which format reads it."""
        wrong = [suffix for suffix in config.suffixes if not suffix.startswith(".") or suffix != suffix.lower()]
        assert config.suffixes, f"{type(config).__name__}.suffixes is empty, so no file is ever read by it"
        assert not wrong, f"{type(config).__name__}.suffixes holds {wrong}: write endings small, with their dot"

    def test_tensors_are_read_as_they_were_written(self, config: WeightsFormatConfig) -> None:
        """Names, shapes, types and numbers."""
        differs = difference(self.behaviour(self.built(config), self.tensors()), self.tensors())
        assert not differs, f"{type(config).__name__} reads other tensors than were written ({differs})"

    def test_what_is_damaged_is_refused(self, config: WeightsFormatConfig) -> None:
        """A file that is missing, empty, cut short or of another kind is a ``WeightsError`` with its name."""
        reader = self.built(config)
        with tempfile.TemporaryDirectory() as folder:
            self.write(Path(folder) / "whole", self.tensors())
            (whole,) = Path(folder).iterdir()
            contents = {"empty": b"", "cut": whole.read_bytes()[:40], "other": b"not weights at all\n" * 9}
            for name, content in contents.items():
                path = Path(folder) / f"{name}{config.suffixes[0]}"
                path.write_bytes(content)
                self._expect_refusal(reader, path)
            self._expect_refusal(reader, Path(folder) / f"missing{config.suffixes[0]}")

    def test_no_file_is_executed(self, config: WeightsFormatConfig) -> None:
        """Weights come from strangers: a pickle is refused before it can do anything."""
        with tempfile.TemporaryDirectory() as folder:
            path, canary = Path(folder) / f"pickled{config.suffixes[0]}", Path(folder) / "executed"
            path.write_bytes(pickle.dumps(_Pickled(str(canary))))
            self._expect_refusal(self.built(config), path, canary)

    def _expect_refusal(self, reader: WeightsFormat, path: Path, canary: Path | None = None) -> None:
        name = type(reader).__name__
        try:
            reader.read(path)
        except WeightsError as error:
            told = str(error)
        except Exception as error:
            raise AssertionError(
                f"{name} answers the file {path.name!r} with {type(error).__name__} ({error}): raise WeightsError"
            ) from error
        else:
            raise AssertionError(f"{name} reads the file {path.name!r} as if it were whole: raise WeightsError")
        finally:
            assert canary is None or not canary.exists(), f"{name} executes code that is in a file: never unpickle"
        assert path.name in told, f"{name} refuses {path.name} without saying which file: {told}"


class _Pickled:
    """Makes a folder when it is unpickled."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (self.path,)
