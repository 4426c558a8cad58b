"""What is asked of a writer."""

import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import numpy as np

from detcore.interfaces import Writer
from detcore.plugins.probing.shared_state import THREADS
from detcore.specs import WriterConfig
from detcore.testing.component import ComponentConformance

__all__ = ["WriterConformance"]


class WriterConformance(ComponentConformance[WriterConfig, Writer]):
    """Checks of a writer: it takes what a run has to say, and has written it once it is closed.

    A writer holds files, so it is not pickled: each process builds its own. What a check leaves open is closed.

    ::

        class TestMyWriter(WriterConformance):
            config = MyWriterConfig
    """

    interface = WriterConfig
    component = Writer

    exceptions = {"test_component_can_be_pickled": "a writer holds files"}  # noqa: RUF012  # replaced, never changed
    may_change = frozenset({THREADS})  # it may write in the background until it is closed

    def setup_method(self) -> None:
        """Nothing is open yet."""
        self._opened = ExitStack()

    def teardown_method(self) -> None:
        """Close what a check left open, and remove its folders."""
        self._opened.close()

    def build(self, config: WriterConfig) -> Writer:
        """Into a folder of its own."""
        writer = config.build(directory=Path(self._opened.enter_context(tempfile.TemporaryDirectory())))
        self._opened.callback(_close_quietly, writer)
        return writer

    def examples(self, config: WriterConfig) -> dict[str, float]:
        """Numbers of a step, one of them not a number."""
        return {"loss": 0.5, "lr": 1e-3, "AP": float("nan")}

    def behaviour(self, component: Writer, examples: Any) -> None:
        """Nothing that could be seen from here: a writer may write to another machine."""
        component.scalars(1, examples)

    def test_everything_can_be_written(self, config: WriterConfig) -> None:
        """Numbers, pictures and histograms, and nothing, before it is closed."""
        writer = self.built(config)
        try:
            self._write(writer)
        except Exception as error:
            raise AssertionError(f"{type(writer).__name__} fails to write: {type(error).__name__}: {error}") from error

    def test_files_are_in_the_run_directory(self, config: WriterConfig) -> None:
        """Nothing is left in the working directory."""
        before = set(Path.cwd().iterdir())
        self._write(self.built(config))
        strays = sorted(path.name for path in set(Path.cwd().iterdir()) - before)
        assert not strays, f"{type(config).__name__} leaves {strays} in the working directory: use the one it is given"

    def test_it_can_be_closed_twice(self, config: WriterConfig) -> None:
        """A run that ends by an error may close it again."""
        writer = self.built(config)
        self._write(writer)
        try:
            writer.close()
        except Exception as error:
            raise AssertionError(
                f"{type(writer).__name__} cannot be closed twice: {type(error).__name__}: {error}"
            ) from error

    def test_a_run_goes_on_in_the_same_directory(self, config: WriterConfig) -> None:
        """A resumed run adds to what is there."""
        with tempfile.TemporaryDirectory() as folder:
            sizes = []
            for _ in range(2):
                self._write(config.build(directory=Path(folder)))
                sizes.append(sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file()))
        assert sizes[1] > sizes[0] or not sizes[0], (
            f"{type(config).__name__} writes over what is in its directory: a resumed run must add to it"
        )

    def _write(self, writer: Writer) -> None:
        writer.scalars(1, {"loss": 0.5, "AP": float("nan")})
        writer.scalars(2, {})
        writer.image(2, "picture", np.zeros((4, 6, 3), dtype=np.uint8))
        writer.histogram(2, "weights", np.linspace(0, 1, 10))
        writer.close()


def _close_quietly(writer: Writer) -> None:
    with suppress(Exception):  # whether a writer can be closed, and twice, is a check of its own
        writer.close()
