"""The text of an annotation file; apart from its decoding, so that a missing file is told without a decoder."""

import codecs
from pathlib import Path

from detcore.errors import DatasetError

__all__ = ["read_annotation_text"]


def read_annotation_text(path: Path) -> bytes:
    """What the file holds, without a byte order mark.

    Raises:
        DatasetError: the file is missing or cannot be read.
    """
    try:
        return path.read_bytes().removeprefix(codecs.BOM_UTF8)
    except FileNotFoundError:
        raise DatasetError(f"{path}: there is no such annotation file; correct 'annotations' of the dataset") from None
    except OSError as error:
        raise DatasetError(f"{path}: the annotation file cannot be read: {error.strerror}") from None
