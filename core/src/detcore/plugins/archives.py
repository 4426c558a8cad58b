"""Metadata in zip files, which an import takes like folders."""

from collections.abc import Iterable
from zipfile import ZipFile

from detcore.plugins.metadata import decoded

__all__ = ["Archive"]


class Archive:
    """An entry of ``sys.path`` that is a file; one that is no zip file has nothing in it."""

    def __init__(self, path: str) -> None:
        self.path = path
        try:
            self._file: ZipFile | None = ZipFile(path)
        except Exception:  # noqa: BLE001  # it may be anything, and damaged in many ways
            self._file = None

    def names(self) -> Iterable[str]:
        """Of all that lies in it directly."""
        files = self._file.namelist() if self._file else ()
        return dict.fromkeys(file.partition("/")[0] for file in files)

    def text(self, information: str, name: str) -> str:
        """Of a file in one of its metadata folders; empty where there is none."""
        try:
            return decoded(self._file.read(f"{information}/{name}")) if self._file else ""
        except Exception:  # noqa: BLE001  # most often a KeyError; a damaged file is as good as none
            return ""
