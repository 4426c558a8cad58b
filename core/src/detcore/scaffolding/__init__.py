"""New distributions for plugin authors, made from templates; nothing of what is installed is imported for it."""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from detcore.scaffolding.distribution import new_distribution as new_distribution
    from detcore.scaffolding.kinds import Kind as Kind
    from detcore.scaffolding.kinds import find_kind as find_kind
    from detcore.scaffolding.kinds import kinds_to_make as kinds_to_make

__getattr__, __dir__ = front_door(
    __name__,
    {
        "Kind": "detcore.scaffolding.kinds",
        "find_kind": "detcore.scaffolding.kinds",
        "kinds_to_make": "detcore.scaffolding.kinds",
        "new_distribution": "detcore.scaffolding.distribution",
    },
)
