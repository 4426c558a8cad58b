"""What is wrong with a file's records, gathered so that all of it can be told at once."""

import warnings
from pathlib import Path
from typing import Final

from detcore.errors import DatasetError, DetcoreWarning

__all__ = ["Findings"]

SHOWN: Final = 20
"""Mistakes told in full; of the others, only how many."""


class Findings:
    """Sentences about records of one file, the first twenty kept."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.total = 0
        self._shown: list[str] = []

    def add(self, record: str, sentence: str) -> None:
        """Say of ``record`` (``"annotation 8812 (image 000000139.jpg)"``) what is wrong with it."""
        self.total += 1
        if len(self._shown) < SHOWN:
            self._shown.append(f"{self.path}, {record}: {sentence}")

    def refuse(self) -> None:
        """Raise what was found, if anything was.

        Raises:
            DatasetError: the first twenty mistakes, and how many there are.
        """
        if self.total == 1:
            raise DatasetError(self._shown[0])
        if self.total:
            more = f"\n  … and {self.total - len(self._shown)} more" if self.total > len(self._shown) else ""
            raise DatasetError(f"{self.path}: {self.total} mistakes\n  " + "\n  ".join(self._shown) + more)

    def warn(self, consequence: str) -> None:
        """Tell the count and the first as one warning, if there was any; ``consequence`` says what happens to them."""
        if self.total:
            count = "1 record" if self.total == 1 else f"{self.total} records"
            message = f"{self.path}: {count} {consequence}; the first: {self._shown[0]}"
            warnings.warn(message, DetcoreWarning, stacklevel=2)
