"""What a run that fails leaves behind, and how the user hears of it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from detcore.errors import RunError
from detcore.jobs.run_folder import RunFolder
from detcore.training import RunLog

__all__ = ["disk_errors_told", "ending_noted"]


@contextmanager
def ending_noted(folder: RunFolder, log: RunLog, *, created: bool) -> Iterator[None]:
    """Write the error that ends a run into its log.

    A folder that was ``created`` for it just now goes again where it holds no checkpoint yet: there is nothing to
    continue from, and the same command should work once the mistake is mended.
    """
    try:
        yield
    except Exception as error:
        if created and folder.newest_checkpoint() is None:
            shutil.rmtree(folder.path, ignore_errors=True)
        else:
            log.note(f"ended by {type(error).__name__}: {error}")
        raise


@contextmanager
def disk_errors_told(folder: Path) -> Iterator[None]:
    """Tell what the system refuses, such as a place to write or room on a disk, in one sentence.

    Raises:
        RunError: the system refused something.
    """
    try:
        yield
    except BrokenPipeError:  # about the terminal, not the disk
        raise
    except OSError as error:
        raise RunError(
            f"{error.filename or folder}: {error.strerror or error}; make sure that {folder} can be written and that "
            "its disk has room"
        ) from error
