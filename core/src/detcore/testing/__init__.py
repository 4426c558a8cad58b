"""Is my component what its interface promises? Classes of checks for a plugin's own pytest suite.

Derive from the kit of your component's kind and say which configs to try::

    class TestMyBackbone(BackboneConformance):
        configs = (MyBackboneConfig(width=8),)
"""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from detcore.testing.augmentation import AugmentationConformance as AugmentationConformance
    from detcore.testing.backbone import BackboneConformance as BackboneConformance
    from detcore.testing.component import ComponentConformance as ComponentConformance
    from detcore.testing.module import ModuleConformance as ModuleConformance

__getattr__, __dir__ = front_door(
    __name__,
    {
        "AugmentationConformance": "detcore.testing.augmentation",
        "BackboneConformance": "detcore.testing.backbone",
        "ComponentConformance": "detcore.testing.component",
        "ModuleConformance": "detcore.testing.module",
    },
)
