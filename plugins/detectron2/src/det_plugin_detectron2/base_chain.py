"""A config and the configs it builds on, as one."""

import os
from pathlib import Path

from det_plugin_detectron2.settings import Source
from det_plugin_detectron2.yaml_document import BASE_KEY, read_document
from detcore.errors import ConfigError

__all__ = ["read_chain"]


def read_chain(path: Path) -> dict[str, Source]:
    """The leaves of a file and of what its ``_BASE_`` names; later files win, and the file itself wins over all.

    Raises:
        ConfigError: a file cannot be read, builds on itself, or makes a table of another file's value.
    """
    return _Chain().leaves(path, ())


class _Chain:
    """The files read so far; one that several build on is read once."""

    def __init__(self) -> None:
        self.known: dict[Path, dict[str, Source]] = {}

    def leaves(self, path: Path, above: tuple[Path, ...]) -> dict[str, Source]:
        own = path.resolve()
        if own in above:
            raise ConfigError(f"{above[-1]}: {BASE_KEY} leads back to {path}: configs build on each other in a circle")
        if own not in self.known:
            self.known[own] = self.merged(path, (*above, own))
        return self.known[own]

    def merged(self, path: Path, above: tuple[Path, ...]) -> dict[str, Source]:
        document = read_document(path)
        merged: dict[str, Source] = {}
        for base in _bases(document.bases, path.parent):
            merged |= self.leaves(base, above)
        merged |= document.sources
        _refuse_values_as_tables(merged)
        return merged


def _bases(source: Source | None, folder: Path) -> list[Path]:
    if source is None:
        return []
    names = source.value if isinstance(source.value, list) else [source.value]
    return [_base(name, source, folder) for name in names]


def _base(name: object, source: Source, folder: Path) -> Path:
    if not isinstance(name, str) or not name:
        raise source.refusal(f"names a file or several, not {name!r}")
    if "://" in name:
        raise source.refusal(f"{name} is not fetched; save it beside this file and name it here")
    return _shortest(folder / Path(name).expanduser())


def _shortest(path: Path) -> Path:
    """The same file without ``..`` on the way, as far as links let it be."""
    short = Path(os.path.normpath(path))
    return short if short.exists() and path.exists() and short.samefile(path) else path


def _refuse_values_as_tables(sources: dict[str, Source]) -> None:
    for source in sources.values():
        parts = source.key.split(".")
        for length in range(1, len(parts)):
            if (value := sources.get(".".join(parts[:length]))) is not None:
                raise source.refusal(f"{value.key} is a value in {value.file}:{value.line}, not a table")
