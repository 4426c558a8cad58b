"""What the settings of models with a semantic head have in common."""

from attrs import frozen

from det_plugin_panoptic.interfaces import SemanticHeadConfig
from det_plugin_parts import PictureModelConfig
from detcore.specs import DataSpec, Problem, Shapes, under

__all__ = ["SemanticModelConfig"]


@frozen(kw_only=True)
class SemanticModelConfig(PictureModelConfig):
    """A backbone with a semantic head, and maybe more, on top."""

    sem_seg_head: SemanticHeadConfig
    """Feature maps to a class for every pixel."""

    def check_further(self, shapes: Shapes | None, data: DataSpec) -> list[Problem]:
        """What is wrong with the model's further parts over a backbone of these feature maps."""
        return []

    def check_parts(self, shapes: Shapes | None, data: DataSpec) -> list[Problem]:
        return [*under(self.sem_seg_head.check(shapes, data), "sem_seg_head"), *self.check_further(shapes, data)]
