"""A process in which nothing heavy can be imported."""

import os
from pathlib import Path

__all__ = ["HEAVY", "without_heavy_imports"]

HEAVY = ("torch", "torchvision", "cv2", "pycocotools", "numpy", "safetensors")

_REFUSE = f"""
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {HEAVY!r}:
            raise ImportError(f"{{name}} may not be imported here")

sys.meta_path.insert(0, Refuse())
"""


def without_heavy_imports(folder: Path) -> dict[str, str]:
    """The environment of such a process; ``folder`` is a place for what Python reads when it starts."""
    (folder / "sitecustomize.py").write_text(_REFUSE)
    return os.environ | {"PYTHONPATH": str(folder)}
