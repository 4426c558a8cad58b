"""Checks of assigners of dense detectors, for the suites of plugin authors."""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from det_plugin_dense.testing.dense_assigner import DenseAssignerConformance as DenseAssignerConformance

__getattr__, __dir__ = front_door(
    __name__,
    {
        "DenseAssignerConformance": "det_plugin_dense.testing.dense_assigner",
    },
)
