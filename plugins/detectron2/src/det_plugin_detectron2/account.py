"""From tables of settings to plain values, with an account of every key."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from det_plugin_detectron2.settings import Missing, Setting, Source, Tree
from detcore.specs import MissingPart, TranslatedKey, Translation

__all__ = ["Reason", "accounted"]

Path = tuple[str | int, ...]

Reason = Callable[[Source, str], str]
"""Why a key went nowhere, told from the key and from the missing thing that it waits for, if any."""

Matters = Callable[[Source, str], bool]
"""Whether it makes a difference that a key went nowhere, told from the same."""


def accounted(
    tree: Mapping[str, Tree],
    sources: list[Source],
    reason: Reason,
    *,
    matters: Matters = lambda _source, _awaited: True,
    is_partial: bool = False,
) -> Translation:
    """The experiment of a tree, and what became of each of ``sources``; missing parts explain the keys they own."""
    book = _Book()
    values = book.plain(tree, ()) or {}
    return Translation(
        values=values,
        keys=tuple(book.account(source, reason, matters) for source in sorted(sources, key=_place)),
        missing=tuple(_part(path, missing) for path, missing in book.missing),
        is_partial=is_partial,
    )


class _Book:
    """What has been met while a tree was made plain."""

    def __init__(self) -> None:
        self.went: dict[str, list[Path]] = {}
        self.notes: dict[str, str] = {}
        self.missing: list[tuple[Path, Missing]] = []

    def plain(self, tree: Tree, path: Path) -> Any:
        match tree:
            case Setting():
                return self.settled(tree, path)
            case Missing():
                self.missing.append((path, tree))
                return None
            case Mapping():
                entries = {key: self.plain(value, (*path, key)) for key, value in tree.items()}
                return {key: value for key, value in entries.items() if value is not None} or None
            case list():
                return list(self.items(tree, path))
        return tree

    def items(self, trees: list[Any], path: Path) -> Iterator[Any]:
        index = 0
        for tree in trees:
            value = self.plain(tree, (*path, index))
            if value is not None:
                yield value
                index += 1

    def settled(self, setting: Setting, path: Path) -> Any:
        for source in setting.sources:
            self.went.setdefault(source.key, []).append(path)
        if setting.note:
            self.notes[setting.sources[0].key] = setting.note
        return setting.value

    def account(self, source: Source, reason: Reason, matters: Matters) -> TranslatedKey:
        paths, awaited = tuple(self.went.get(source.key, ())), self.awaited(source)
        return TranslatedKey(
            key=source.key,
            value=repr(source.value),
            file=source.file,
            line=source.line,
            paths=paths,
            reason=self.notes.get(source.key, "") if paths else reason(source, awaited),
            matters=bool(paths) or matters(source, awaited),
        )

    def awaited(self, source: Source) -> str:
        """The missing thing that a key asks for or describes; empty: none."""
        for _, missing in self.missing:
            asks = any(own.key == source.key for own in missing.because.sources)
            if asks or any(source.key.startswith(beginning) for beginning in missing.owns):
                return missing.what
        return ""


def _part(path: Path, missing: Missing) -> MissingPart:
    first = missing.because.sources[0]
    return MissingPart(path=path, what=missing.what, file=first.file, line=first.line)


def _place(source: Source) -> tuple[bool, str, int]:
    return not source.file, source.file, source.line
