"""Are the pictures there? Asked of each folder once, not of each file."""

from pathlib import Path

from detcore.errors import DatasetError

__all__ = ["PictureFiles", "refuse_missing_folder"]


def refuse_missing_folder(folder: Path) -> None:
    """Make sure that there is such a folder.

    Raises:
        DatasetError: there is none.
    """
    if not folder.is_dir():
        raise DatasetError(f"{folder}: there is no such folder of pictures; correct 'images' of the dataset")


class PictureFiles:
    """The folder that a dataset's file names are relative to.

    Raises:
        DatasetError: there is no such folder.
    """

    def __init__(self, folder: Path) -> None:
        refuse_missing_folder(folder)
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
