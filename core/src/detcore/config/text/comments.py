"""What the comments of a config file are about: each belongs to the key or item that it stands above or beside."""

from collections.abc import Iterator
from itertools import pairwise

from attrs import field, frozen

from detcore.config.text.comment_marks import Mark, marks_in
from detcore.config.text.nodes import Node, Path

__all__ = ["Comments", "comments_of"]


@frozen(kw_only=True)
class Comments:
    """The comments of a file, with their ``#``; an empty text is a blank line."""

    head: list[str] = field(factory=list)
    """Above everything: they speak about the file."""

    above: dict[Path, list[str]] = field(factory=dict)
    beside: dict[Path, str] = field(factory=dict)
    """At the end of the line on which a key, a header or an item stands."""

    below: list[str] = field(factory=list)
    """Below everything."""

    def __len__(self) -> int:
        """How many comments there are, blank lines not counted."""
        lines = [*self.head, *self.below, *(line for lines in self.above.values() for line in lines)]
        return len([line for line in lines if line]) + len(self.beside)

    def inside(self, path: Path) -> bool:
        """Whether something within the value at ``path`` has a comment."""
        commented = [*self.beside, *(place for place, lines in self.above.items() if any(lines))]
        return any(len(place) > len(path) and place[: len(path)] == path for place in commented)


def comments_of(text: str, suffix: str, root: Node) -> Comments:
    """The comments of a file that has been read as ``root``."""
    places = sorted(_places(root, ()), key=lambda place: place[0])
    comments = Comments()
    for mark in marks_in(text, suffix):
        here = [path for line, path in places if line == mark.line]
        if here and not mark.is_alone:
            _put_beside(comments, _on_its_line(here, text.split("\n")[mark.line - 1]), mark)
        else:
            _lines_for(comments, places, mark).append(mark.text)
    return comments


def _places(node: Node, path: Path) -> Iterator[tuple[int, Path]]:
    """The line of every key and item, outer ones first."""
    entries = node.value.items() if isinstance(node.value, dict) else ()
    items = enumerate(node.value) if isinstance(node.value, list) else ()
    for step, child in (*entries, *items):
        yield child.origin.line, (*path, step)
        yield from _places(child, (*path, step))


def _on_its_line(here: list[Path], line: str) -> Path:
    """The first thing on a line, or the table whose header it is, although the header names outer ones too."""
    is_chain = all(inner[:-1] == outer for outer, inner in pairwise(here))
    return here[-1] if line.lstrip().startswith("[") and is_chain else here[0]


def _put_beside(comments: Comments, path: Path, mark: Mark) -> None:
    comments.beside[path] = f"{comments.beside[path]} {mark.text}" if path in comments.beside else mark.text


def _lines_for(comments: Comments, places: list[tuple[int, Path]], mark: Mark) -> list[str]:
    """Where a comment on a line of its own is kept: with what comes next."""
    if not places or mark.line < places[0][0]:
        return comments.head
    following = next((path for line, path in places if line > mark.line), None)
    return comments.below if following is None else comments.above.setdefault(following, [])
