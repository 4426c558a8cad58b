"""What the settings of models with a semantic head have in common."""

from typing import TYPE_CHECKING

from attrs import frozen

from det_plugin_panoptic.interfaces import SemanticHeadConfig
from det_plugin_parts import PictureModelConfig
from detcore.specs import DataSpec, Problem, Shapes, refuse, under

if TYPE_CHECKING:
    from detcore.interfaces import Backbone

__all__ = ["SemanticModelConfig"]


@frozen(kw_only=True)
class SemanticModelConfig(PictureModelConfig):
    """A backbone with a semantic head, and maybe more, on top."""

    sem_seg_head: SemanticHeadConfig
    """Feature maps to a class for every pixel."""

    def check(self, data: DataSpec) -> list[Problem]:
        inside = self.check_backbone()
        if any(problem.severity == "error" for problem in inside):
            # What does not depend on feature maps can be wrong all the same.
            return [*inside, *(problem for problem in self._misfits(None, data) if problem.severity == "error")]
        return [*inside, *self._misfits(self.backbone.output_shapes(), data)]

    def check_further(self, shapes: Shapes | None, data: DataSpec) -> list[Problem]:
        """What is wrong with the model's further parts over a backbone of these feature maps."""
        return []

    def _misfits(self, shapes: Shapes | None, data: DataSpec) -> list[Problem]:
        """What is wrong with the parts over a backbone of these feature maps."""
        return [*under(self.sem_seg_head.check(shapes, data), "sem_seg_head"), *self.check_further(shapes, data)]

    def build_backbone(self) -> "tuple[Backbone, Shapes]":
        """The backbone and its feature maps; one that cannot tell them is measured.

        Raises:
            ConfigError: the parts do not fit the feature maps, which only building could tell.
        """
        from det_plugin_backbones import measured_shapes

        backbone, shapes = self.backbone.build(), self.backbone.output_shapes()
        if shapes is None:
            shapes = measured_shapes(backbone)
            refuse(self._misfits(shapes, DataSpec()))
        return backbone, shapes
