"""Detectron2's configs, as experiments."""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from det_plugin_detectron2.translating import translate as translate

__getattr__, __dir__ = front_door(__name__, {"translate": "det_plugin_detectron2.translating"})
