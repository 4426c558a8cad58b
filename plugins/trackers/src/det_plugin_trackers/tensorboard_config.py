"""Settings of the TensorBoard writer."""

from pathlib import Path
from typing import TYPE_CHECKING

from attrs import field, frozen

from detcore.specs import WriterConfig, not_empty

if TYPE_CHECKING:
    from det_plugin_trackers.tensorboard_writer import TensorBoardWriter

__all__ = ["TensorBoardConfig"]


@frozen(kw_only=True)
class TensorBoardConfig(WriterConfig):
    """Settings of :class:`TensorBoardWriter`."""

    folder: str = field(default="tensorboard", validator=not_empty)
    """Where the event files go, inside the run's folder."""

    def build(self, *, directory: Path) -> "TensorBoardWriter":
        """A writer into ``folder``; it is made with the first number."""
        from det_plugin_trackers.tensorboard_writer import TensorBoardWriter

        return TensorBoardWriter(directory / self.folder)
