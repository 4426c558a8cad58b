"""A user's own Python file as a plugin: executed once, from bytes that are kept, so that a run can keep them too."""

import keyword
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

from detcore.errors import ConfigError
from detcore.plugins.component import LOCAL, REGISTERED, Component
from detcore.plugins.guard import guarded

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

__all__ = ["LocalFile", "executed", "read_local_file", "refuse_name_of_missing", "same_as_earlier"]


class LocalFile(NamedTuple):
    """A file as it was when it was read."""

    path: Path
    content: bytes

    @property
    def module(self) -> str:
        """Under which it is imported: the file's name."""
        return self.path.stem

    @property
    def digest(self) -> str:
        """Of the content: SHA-256, in hexadecimal digits."""
        return sha256(self.content).hexdigest()

    @property
    def version(self) -> str:
        """What stands for a version in locks and checkpoints: the digest, cut short."""
        return f"sha256:{self.digest[:16]}"


def same_as_earlier(file: LocalFile, earlier: LocalFile | None) -> LocalFile:
    """The file, which may be read again; a copy, such as the one that a run keeps, stands for what it is one of.

    Raises:
        ConfigError: another file of that name is in use.
    """
    if earlier is None or earlier.path.resolve() == file.path.resolve():
        return file
    if earlier.content == file.content:
        return earlier
    raise ConfigError(f"{file.path}: {earlier.path} is in use under the same name; give one of them another name")


def refuse_name_of_missing(file: LocalFile, components: Iterable[Component]) -> None:
    """Let a file have no name of a module that a plugin lacks: it would be imported, and blamed for what it lacks.

    Raises:
        ConfigError: one of the components imports a module of that name, which is not installed.
    """
    from detcore.plugins.missing_modules import who_imports

    if importer := who_imports(file.module, components):
        raise ConfigError(
            f"{file.path}: has the name of a module that {importer} imports and that is not installed; "
            "give the file another name"
        )


def read_local_file(path: Path) -> LocalFile:
    """A file that can be executed under its name.

    Raises:
        ConfigError: it cannot be read, or its name is no module's or another module's.
    """
    try:
        file = LocalFile(path, path.read_bytes())
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}") from error
    if path.suffix != ".py" or not file.module.isidentifier() or keyword.iskeyword(file.module):
        raise ConfigError(f"{path}: must be named as a Python module is, such as my_parts.py")
    if _is_taken(file):
        raise ConfigError(f"{path}: there is a module {file.module!r} already; give the file another name")
    return file


@contextmanager
def executed(file: LocalFile) -> Iterator[ModuleType]:
    """The file's module, from now on among the imported ones, unless the block fails.

    Here and in every process that this one starts: those that are not forked import it by name, from a copy, because
    the file itself may have been edited by then, and its neighbours are no part of the run.

    Raises:
        PluginError: it fails; names the line.
    """
    module = ModuleType(file.module)
    module.__file__ = str(file.path)
    sys.modules[file.module] = module
    component = Component("", file.module, LOCAL, file.version, file.module, location=REGISTERED)
    # Not in a copy of the process first, as a plugin is: what a user's own file does, it is to do once, and whoever
    # has named it on the command line knows what crashes.
    try:
        with guarded(component, f"executing {file.path}"):
            exec(compile(file.content, str(file.path), "exec"), vars(module))  # noqa: S102  # a user named this file
        yield module
    except BaseException:
        del sys.modules[file.module]
        raise
    (_folder_of_copies() / file.path.name).write_bytes(file.content)


def _is_taken(file: LocalFile) -> bool:
    """Whether another module has the name: an installed one, that is, and no file that lies about here."""
    if file.module in sys.modules:
        return getattr(sys.modules[file.module], "__spec__", None) is not None
    found = find_spec(file.module)
    here = (file.path.resolve().parent, Path.cwd(), _folder_of_copies())
    return found is not None and Path(found.origin or "").resolve().parent not in here


def _folder_of_copies() -> Path:
    """First among the places of modules; it hides none, because no file in it is called as another module is."""
    folder = Path(_temporary_folder().name).resolve()
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    return folder


@cache
def _temporary_folder() -> "TemporaryDirectory[str]":
    """Removed when the process ends."""
    from tempfile import TemporaryDirectory  # slow to import, and seldom needed

    return TemporaryDirectory(prefix="detcore-local-")
