"""The tables that lie beside the code as JSON."""

import json
from importlib.resources import files
from typing import Any

__all__ = ["stored"]


def stored(name: str) -> Any:
    """What a file of this package holds."""
    return json.loads(files("det_plugin_detectron2").joinpath(name).read_text(encoding="utf-8"))
