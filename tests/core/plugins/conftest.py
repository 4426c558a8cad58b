"""Distributions written into temporary folders, as an installer would leave them."""

import sys

import pytest
from installed_distributions import Site


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Write a distribution's metadata, and modules beside it, into a folder on ``sys.path``; returns that folder."""
    monkeypatch.syspath_prepend(tmp_path)
    site = Site(tmp_path)

    def install(*arguments, **keywords):
        site.install(*arguments, **keywords)
        return tmp_path

    yield install
    for name in [name for name, module in sys.modules.items() if str(tmp_path) in str(getattr(module, "__file__", ""))]:
        del sys.modules[name]
    for name in [name for name in sys.modules if name.partition(".")[0] == "one_plugin"]:
        del sys.modules[name]  # the package around a module has no file of its own
