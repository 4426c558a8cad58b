"""Distributions written into temporary folders, as an installer would leave them."""

import sys

import pytest


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Write a distribution's metadata, and modules beside it, into a folder on ``sys.path``; returns that folder."""
    monkeypatch.syspath_prepend(tmp_path)

    def install(name, entry_points, *, version="1.0", requires="det-core", modules=None, suffix="dist-info"):
        folder = tmp_path / f"{name.replace('-', '_')}-{version}.{suffix}"
        folder.mkdir()
        header = f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\nSummary: About {name}\n"
        requirement = f"Requires-Dist: {requires}\n" if requires else ""
        licence = "License-Expression: MIT\n"
        (folder / "METADATA").write_text(f"{header}{licence}{requirement}\nSummary: not this one\n")
        (folder / "entry_points.txt").write_text(entry_points)
        for path, text in (modules or {}).items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        return tmp_path

    yield install
    for name in [name for name, module in sys.modules.items() if str(tmp_path) in str(getattr(module, "__file__", ""))]:
        del sys.modules[name]
    for name in [name for name in sys.modules if name.partition(".")[0] == "one_plugin"]:
        del sys.modules[name]  # the package around a module has no file of its own
