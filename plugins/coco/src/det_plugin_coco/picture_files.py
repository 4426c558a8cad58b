"""Are the pictures there? Asked of each folder once, not of each file."""

from pathlib import Path

from detcore.errors import DatasetError

__all__ = ["PictureFiles", "missing_folder"]


def missing_folder(folder: Path, *, setting: str) -> str:
    """What is to be said of a folder that a dataset's ``setting`` names and that is not there; empty: it is."""
    if folder.is_dir():
        return ""
    held = "pictures" if setting == "images" else setting
    return f"{folder}: there is no such folder of {held}; correct '{setting}' of the dataset"


class PictureFiles:
    """The folder that a dataset's file names are relative to, which ``setting`` of the dataset names.

    Raises:
        DatasetError: there is no such folder.
    """

    def __init__(self, folder: Path, *, setting: str = "images") -> None:
        if missing := missing_folder(folder, setting=setting):
            raise DatasetError(missing)
        self.folder = folder
        self._listings: dict[Path, frozenset[str]] = {}

    def path(self, file_name: str) -> str:
        """Where the picture lies."""
        return str(self.folder / file_name)

    def has(self, file_name: str) -> bool:
        """Whether the file exists."""
        path = self.folder / file_name
        # The listing may spell a name differently (case, Unicode form) where the file system accepts both.
        return path.name in self._listing(path.parent) or path.is_file()

    def _listing(self, folder: Path) -> frozenset[str]:
        if folder not in self._listings:
            paths = folder.iterdir() if folder.is_dir() else ()
            self._listings[folder] = frozenset(path.name for path in paths)
        return self._listings[folder]
