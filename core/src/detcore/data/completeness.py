"""Is a picture file all there? Told from its structure, without decoding it."""

import re
import zlib

__all__ = ["why_incomplete"]

_JPEG_START = b"\xff\xd8\xff"
_PNG_START = b"\x89PNG\r\n\x1a\n"
_START_OF_SCAN, _END_OF_IMAGE = 0xDA, 0xD9
_STANDALONE_MARKERS = frozenset({0x01, *range(0xD0, 0xD8)})
"""JPEG markers without a length after them."""

_MARKER_AFTER_SCAN = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]", re.DOTALL)
"""What ends the compressed data of a scan: a marker that is neither a stuffed 0xFF nor a restart."""


def why_incomplete(content: bytes) -> str | None:
    """What is wrong with a JPEG or PNG file, in words; ``None``: nothing, or it is a file of another kind."""
    if not content:
        return "the file is empty"
    if content.startswith(_JPEG_START):
        return _why_jpeg_incomplete(content)
    if content.startswith(_PNG_START):
        return _why_png_incomplete(content)
    return None


def _why_jpeg_incomplete(content: bytes) -> str | None:
    """Walk the segments: the end marker of a thumbnail inside one must not be taken for the picture's own."""
    cut_off = f"truncated JPEG: its {len(content)} bytes end before the end-of-image marker"
    position = 2
    while position + 2 <= len(content):
        if content[position] != 0xFF:
            return f"damaged JPEG: no marker at byte {position}"
        marker = content[position + 1]
        if marker == _END_OF_IMAGE:
            return None
        if marker == 0xFF or marker in _STANDALONE_MARKERS:
            position += 1 if marker == 0xFF else 2
            continue
        position += 2 + int.from_bytes(content[position + 2 : position + 4], "big")
        if marker == _START_OF_SCAN:
            end = _MARKER_AFTER_SCAN.search(content, position)
            if end is None:
                return cut_off
            position = end.end() - 2
    return cut_off


def _why_png_incomplete(content: bytes) -> str | None:
    position = len(_PNG_START)
    while position + 12 <= len(content):
        length = int.from_bytes(content[position : position + 4], "big")
        kind = content[position + 4 : position + 8]
        end = position + 12 + length
        if end > len(content):
            break
        if zlib.crc32(content[position + 4 : end - 4]) != int.from_bytes(content[end - 4 : end], "big"):
            return f"damaged PNG: the {kind.decode('latin-1')} chunk at byte {position} does not match its checksum"
        if kind == b"IEND":
            return None
        position = end
    return f"truncated PNG: its {len(content)} bytes end before the end chunk"
