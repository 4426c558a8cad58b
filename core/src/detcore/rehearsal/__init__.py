"""A model run without being computed, to learn how much memory a step takes."""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from detcore.rehearsal.hollow import Hollow as Hollow
    from detcore.rehearsal.live_memory import LiveMemory as LiveMemory

__getattr__, __dir__ = front_door(
    __name__,
    {
        "Hollow": "detcore.rehearsal.hollow",
        "LiveMemory": "detcore.rehearsal.live_memory",
    },
)
