"""Distributions that ``plugins new`` has made, put where Python finds them, without an installer."""

import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from zipfile import ZipFile

__all__ = ["environment_with", "installed_without_installer"]


def installed_without_installer(distributions: Sequence[Path], site: Path) -> None:
    """Put their metadata into ``site``, as an editable install does."""
    site.mkdir(exist_ok=True)
    backend = import_module("hatchling.build")  # only tests of the whole workspace have it
    back = Path.cwd()
    for distribution in distributions:
        os.chdir(distribution)  # a build backend works in the folder that it builds
        try:
            wheel = site / backend.build_editable(str(site))
        finally:
            os.chdir(back)
        with ZipFile(wheel) as packed:
            packed.extractall(site)
        wheel.unlink()


def environment_with(distributions: Sequence[Path], site: Path) -> Mapping[str, str]:
    """The variables of a process that finds the packages and the metadata."""
    paths = [site, *(distribution / "src" for distribution in distributions)]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    }
