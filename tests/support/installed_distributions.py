"""Distributions as an installer leaves them, written into a folder that is, or will be, on ``sys.path``."""

import base64
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

__all__ = ["SAMPLER_MODULE", "Site", "entry_points", "run_detcore"]

SAMPLER_MODULE = '''\
"""A sampler that works."""

from attrs import field, frozen
from attrs.validators import ge

from detcore.data.sampler_config import ShuffleSamplerConfig


@frozen(kw_only=True)
class SpiralConfig(ShuffleSamplerConfig):
    """Shuffled, for tests."""

    turns: int = field(default=3, validator=ge(1))
    """How often around; has no effect."""
'''
"""Of ``module:SpiralConfig``."""


def entry_points(groups: Mapping[str, Mapping[str, str]]) -> str:
    """The text of ``entry_points.txt``.

    >>> entry_points({"a.b": {"x": "m:C"}})
    '[a.b]\\nx = m:C\\n'
    """
    return "\n".join(
        f"[{group}]\n" + "".join(f"{name} = {target}\n" for name, target in entries.items())
        for group, entries in groups.items()
    )


class Site:
    """A folder of installed distributions."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder

    def install(
        self,
        name: str,
        entries: str | Mapping[str, Mapping[str, str]],
        *,
        version: str = "1.0",
        requires: str = "det-core",
        licence: str = "License-Expression: MIT\n",
        modules: Mapping[str, str] | None = None,
        suffix: str = "dist-info",
        origin: Mapping[str, object] | None = None,
    ) -> Path:
        """Write metadata and modules; the metadata folder.

        Without ``modules``, an empty one is written for every target. ``requires`` is one ``Requires-Dist``, or
        nothing; ``licence`` the lines before it; ``origin`` is what ``direct_url.json`` says.
        """
        text = entries if isinstance(entries, str) else entry_points(entries)
        written = _modules_for(text) if modules is None else dict(modules)
        for path, code in written.items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_text(code, encoding="utf-8")
        information = self.folder / f"{name.replace('-', '_')}-{version}.{suffix}"
        information.mkdir()
        header = f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\nSummary: About {name}\n"
        requirement = f"Requires-Dist: {requires}\n" if requires else ""
        body = f"{header}{licence}{requirement}\nSummary: not this one\n"
        (information / ("METADATA" if suffix == "dist-info" else "PKG-INFO")).write_text(body, encoding="utf-8")
        (information / "entry_points.txt").write_text(text, encoding="utf-8")
        (information / "RECORD").write_text("".join(map(self._recorded, written)), encoding="utf-8")
        if origin is not None:
            (information / "direct_url.json").write_text(json.dumps(origin), encoding="utf-8")
        return information

    def _recorded(self, path: str) -> str:
        digest = base64.urlsafe_b64encode(hashlib.sha256((self.folder / path).read_bytes()).digest())
        return f"{path},sha256={digest.rstrip(b'=').decode()},{(self.folder / path).stat().st_size}\n"


def run_detcore(
    *words: str, sites: "list[Site]", cwd: Path, environment: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    """The command, in a process of its own where the sites are installed."""
    path = os.pathsep.join(str(site.folder) for site in sites)
    script = "import sys; from detcore.cli.main import main; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", script, *words],
        cwd=cwd, env=os.environ | {"PYTHONPATH": path} | dict(environment or {}),
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def _modules_for(text: str) -> dict[str, str]:
    targets = [line.partition("=")[2].partition("[")[0] for line in text.splitlines() if "=" in line]
    modules = [target.partition(":")[0].replace(" ", "") for target in targets]
    return {f"{module.replace('.', '/')}.py": "" for module in modules if module}
