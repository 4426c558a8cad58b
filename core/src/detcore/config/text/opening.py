"""The text of a config file, or one sentence about why there is none."""

import codecs
import errno
import stat
from pathlib import Path as FilePath

from detcore.config.text.limits import MAX_BYTES
from detcore.errors import ConfigError

__all__ = ["UnopenableError", "text_of"]

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

_REASONS = {
    errno.ENOENT: "there is no such file",
    errno.ENOTDIR: "there is no such file",
    errno.EACCES: "may not be read: permission denied",
    errno.EPERM: "may not be read: permission denied",
    errno.ELOOP: "is a symbolic link that leads round in a circle",
    errno.ENAMETOOLONG: "is too long for the name of a file",
}


class UnopenableError(ConfigError):
    """There is no config file of that name, so whoever named it has to be told as well."""


def text_of(path: FilePath) -> str:
    """What the file says, Windows' line ends made Unix's.

    Nothing but a regular file of a bounded size is ever opened, because a pipe would block and a device never ends.

    Raises:
        UnopenableError: there is no such file, it may not be read, is no regular file, or is too large.
        ConfigError: it is not UTF-8 text.
    """
    return _decoded(_content(path), path).replace("\r\n", "\n")


def _content(path: FilePath) -> bytes:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise UnopenableError(f"{path}: is a folder, not a config file")
        if not stat.S_ISREG(mode):
            raise UnopenableError(f"{path}: is a pipe, socket or device, not a config file")
        _refuse_size(path, path.stat().st_size)
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, f"cannot be read: {error.strerror}")
        raise UnopenableError(f"{path}: {reason}") from error
    _refuse_size(path, len(content))  # some files do not tell their size before they are read
    return content


def _refuse_size(path: FilePath, size: int) -> None:
    if size > MAX_BYTES:
        raise UnopenableError(f"{path}: has {size:,} bytes, but a config file may have at most {MAX_BYTES:,}")


def _decoded(content: bytes, path: FilePath) -> str:
    if content.startswith(_UTF_16):
        raise ConfigError(f"{path}:1: is UTF-16 text; a config file is UTF-8, so save it as that")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            f"{path}:{line}: is not UTF-8 text: byte {error.start} of the file is 0x{error.object[error.start]:02x}"
        ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ConfigError(f"{path}:{line}: holds a NUL character, so it is not a text file")
    return text
