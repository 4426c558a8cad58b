"""Trying out and measuring runs of detcore: a whole run in a few steps, a profiler, a dataset's first pictures."""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from det_plugin_debug.fast_dev_run import FastDevRun as FastDevRun
    from det_plugin_debug.first_pictures import FirstPictures as FirstPictures
    from det_plugin_debug.first_pictures_config import FirstPicturesConfig as FirstPicturesConfig
    from det_plugin_debug.profiler import Profiler as Profiler

__getattr__, __dir__ = front_door(
    __name__,
    {
        "FastDevRun": "det_plugin_debug.fast_dev_run",
        "FirstPictures": "det_plugin_debug.first_pictures",
        "FirstPicturesConfig": "det_plugin_debug.first_pictures_config",
        "Profiler": "det_plugin_debug.profiler",
    },
)
