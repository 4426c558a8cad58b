"""A virtual environment that knows nothing of this repository, and has what wheels bring."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

__all__ = ["Environment", "build_wheel"]


class Environment:
    """Where packages are installed from a folder of wheels, and from wherever uv finds the rest."""

    def __init__(self, folder: Path, wheels: Path) -> None:
        self.folder = folder
        self.wheels = wheels
        self._uv("venv", "--quiet", "--python", sys.executable, str(folder))

    def install(self, *requirements: str) -> None:
        python = self.folder / "bin/python"
        self._uv("pip", "install", "--quiet", "--python", str(python), "--find-links", str(self.wheels), *requirements)

    def install_editable(self, distribution: Path) -> None:
        """Without asking anything of a package index: what it needs must be there."""
        python = self.folder / "bin/python"
        options = ["--offline", "--no-deps", "--no-build-isolation", "--editable", str(distribution)]
        self._uv("pip", "install", "--quiet", "--python", str(python), *options)

    def add_packages_of_this_process(self) -> None:
        """Let it find everything that the tests themselves run with, editable installs too."""
        (site,) = self.folder.glob("lib/python*/site-packages")
        (site / "parent.pth").write_text(f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n")

    def run(self, *command: str, cwd: Path, status: int = 0) -> subprocess.CompletedProcess[str]:
        outside = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
        words = [str(self.folder / "bin" / command[0]), *command[1:]]
        done = subprocess.run(words, cwd=cwd, env=outside, capture_output=True, text=True, check=False)
        assert done.returncode == status, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
        return done

    def _uv(self, *words: str) -> None:
        subprocess.run([sys.executable, "-m", "uv", *words], cwd=self.folder.parent, check=True)


def build_wheel(distribution: Path, folder: Path) -> None:
    """Build the wheel of one distribution into a folder."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=distribution, check=True, capture_output=True)
