"""Config base class of the part that other plugins may offer; what it builds is in ``det_plugin_dense.components``."""

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from attrs import frozen

from detcore.specs import ComponentConfig

if TYPE_CHECKING:
    from det_plugin_dense.components import DenseAssigner

__all__ = ["DenseAssignerConfig"]


@frozen(kw_only=True)
class DenseAssignerConfig(ComponentConfig):
    """Which ground-truth box, if any, the prediction at each anchor shall learn."""

    group: ClassVar[str] = "det_plugin_dense.dense_assigners"

    @abstractmethod
    def build(self) -> "DenseAssigner":
        """The assigner."""
