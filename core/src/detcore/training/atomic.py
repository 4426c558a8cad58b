"""Files and folders that are either there whole or not at all."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from detcore.files import new_folder, whole_file
from detcore.training.json_value import JSONValue

__all__ = ["remove_leftovers", "replaced_folder", "write_json", "write_text"]


def write_text(path: Path, text: str) -> None:
    """Write a whole file, replacing one that is there in a single step."""
    with whole_file(path) as file:
        file.write(text.encode())


def write_json(path: Path, value: JSONValue) -> None:
    """Write a value as indented JSON, replacing the file in a single step."""
    write_text(path, json.dumps(value, indent=2, allow_nan=True) + "\n")


@contextmanager
def replaced_folder(path: Path) -> Iterator[Path]:
    """As :func:`detcore.files.new_folder`, but a folder that is there makes way once the new one is complete."""
    made = path.with_name(f".{path.name}.new")
    shutil.rmtree(made, ignore_errors=True)
    with new_folder(made) as folder:
        yield folder
    old = path.with_name(f".{path.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if path.exists():
        path.rename(old)
    made.rename(path)
    shutil.rmtree(old, ignore_errors=True)


def remove_leftovers(folder: Path) -> None:
    """Delete what a kill has left of files and folders that were being written."""
    for ending in ("tmp", "new", "old"):
        for leftover in folder.glob(f".*.{ending}"):
            if leftover.is_dir():
                shutil.rmtree(leftover, ignore_errors=True)
            else:
                leftover.unlink(missing_ok=True)
