"""The text of an annotation file; apart from its decoding, so that what is missing is told without a decoder."""

import codecs
from collections.abc import Mapping
from pathlib import Path

from det_plugin_coco.picture_files import missing_folder
from detcore.errors import DatasetError

__all__ = ["read_annotation_text"]


def read_annotation_text(
    path: Path, *, folders: Mapping[str, Path] | None = None, files: Mapping[str, Path] | None = None
) -> bytes:
    """What the file holds, without a byte order mark.

    ``folders`` and ``files`` are those beside it, by the setting that names them.

    Raises:
        DatasetError: the file is missing or cannot be read, or something beside it is missing; tells all that is.
    """
    missing = [missing_folder(folder, setting=setting) for setting, folder in (folders or {}).items()]
    missing += [_missing_file(file, setting) for setting, file in (files or {}).items()]
    text = b""
    try:
        text = path.read_bytes().removeprefix(codecs.BOM_UTF8)
    except FileNotFoundError:
        missing.insert(0, f"{path}: there is no such annotation file; correct 'annotations' of the dataset")
    except OSError as error:
        missing.insert(0, f"{path}: the annotation file cannot be read: {error.strerror}")
    if any(missing):
        raise DatasetError("; ".join(sentence for sentence in missing if sentence))
    return text


def _missing_file(file: Path, setting: str) -> str:
    return "" if file.is_file() else f"{file}: there is no such file; correct '{setting}' of the dataset"
