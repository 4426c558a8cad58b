"""A model run without being computed, to learn what memory and how many multiply-adds it takes."""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from detcore.rehearsal.counting import count_multiply_adds as count_multiply_adds
    from detcore.rehearsal.hollow import Hollow as Hollow
    from detcore.rehearsal.live_memory import LiveMemory as LiveMemory

__getattr__, __dir__ = front_door(
    __name__,
    {
        "Hollow": "detcore.rehearsal.hollow",
        "LiveMemory": "detcore.rehearsal.live_memory",
        "count_multiply_adds": "detcore.rehearsal.counting",
    },
)
