"""The embedded dataset: drawn shapes on textured ground, without end and without files."""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from detcore.data.shapes.config import ShapesConfig as ShapesConfig
    from detcore.data.shapes.dataset import ShapesDataset as ShapesDataset
    from detcore.data.shapes.scene import SceneRules as SceneRules

__getattr__, __dir__ = front_door(
    __name__,
    {
        "SceneRules": "detcore.data.shapes.scene",
        "ShapesConfig": "detcore.data.shapes.config",
        "ShapesDataset": "detcore.data.shapes.dataset",
    },
)
