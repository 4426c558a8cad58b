"""Fenced code blocks of a Markdown page, and the commands in them."""

import re
from pathlib import Path

from attrs import frozen

__all__ = ["Block", "commands", "fenced_blocks"]


@frozen
class Block:
    """One fenced block."""

    language: str
    """The word after the opening fence; may be empty."""

    text: str
    line: int
    """Line of the opening fence, from 1."""

    @property
    def file_name(self) -> str | None:
        """The file that the block's first line, a comment, says it is; ``None`` without such a line."""
        match = re.match(r"# ([\w./-]+\.(?:toml|py))\b", self.text)
        return match and match[1]


def fenced_blocks(page: Path) -> list[Block]:
    """Every fenced block of a page, in order."""
    text = page.read_text(encoding="utf-8")
    found = re.finditer(r"^```([\w-]*)[^\n]*\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    return [Block(match[1], match[2], text.count("\n", 0, match.start()) + 1) for match in found]


def commands(block: Block) -> list[str]:
    """The lines of a shell block, without comments; a line that ends in a backslash goes on in the next."""
    joined = block.text.replace("\\\n", " ")
    bare = [re.sub(r"(^|\s)#.*", "", line).strip() for line in joined.splitlines()]
    return [line for line in bare if line]
