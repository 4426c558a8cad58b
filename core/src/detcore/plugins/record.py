"""Whether an installed distribution's files are still those that were installed.

https://packaging.python.org/en/latest/specifications/recording-installed-packages/
"""

import base64
import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path

__all__ = ["altered_files"]


def altered_files(location: str) -> list[str] | None:
    """Files that differ from the ``RECORD`` in a metadata folder or are gone, relative to the folder around it.

    ``None`` where there is no record of any: the distribution is developed in place, or was put there by hand. A record
    that cannot be read is itself such a file.
    """
    record = Path(location) / "RECORD"
    try:
        entries = list(_recorded(record))
    except csv.Error:
        return [f"{record.parent.name}/{record.name}"]
    is_recorded = any(not _is_information(name) for name, _, _ in entries)
    if not is_recorded:
        return None
    return [name for name, algorithm, digest in entries if _differs(Path(location).parent / name, algorithm, digest)]


def _recorded(record: Path) -> Iterator[tuple[str, str, str]]:
    """Name, algorithm and digest of every file of which a digest was taken."""
    try:
        # Names of files are bytes to most systems: what is no UTF-8 is found under them all the same.
        lines = record.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return
    for row in csv.reader(lines):
        algorithm, equals, digest = row[1].partition("=") if len(row) > 1 else ("", "", "")
        if equals:
            yield row[0], algorithm, digest


def _is_information(name: str) -> bool:
    """Whether a file only serves the installation: metadata, or what leads to a folder that is developed in place."""
    leads_elsewhere = name.startswith("_") and "editable" in name and "/" not in name  # each tool calls it otherwise
    return ".dist-info/" in name or name.endswith(".pth") or name.startswith("../") or leads_elsewhere


def _differs(file: Path, algorithm: str, digest: str) -> bool:
    try:
        found = hashlib.new(algorithm, file.read_bytes()).digest()
    except (OSError, ValueError, TypeError):  # no such file, or no such algorithm, or one whose digests have no length
        return True
    return base64.urlsafe_b64encode(found).rstrip(b"=").decode() != digest.rstrip("=")
