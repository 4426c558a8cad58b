"""Objects drawn onto pictures: predictions, annotations, both side by side."""

from typing import TYPE_CHECKING

from detcore.lazy import front_door

if TYPE_CHECKING:
    from detcore.drawing.colours import class_colour as class_colour
    from detcore.drawing.files import write_label_map as write_label_map
    from detcore.drawing.files import write_picture as write_picture
    from detcore.drawing.instances import draw_instances as draw_instances
    from detcore.drawing.panoptic_maps import draw_panoptic_map as draw_panoptic_map
    from detcore.drawing.semantic_maps import draw_semantic_map as draw_semantic_map
    from detcore.drawing.sheets import contact_sheet as contact_sheet
    from detcore.drawing.sheets import side_by_side as side_by_side

__getattr__, __dir__ = front_door(
    __name__,
    {
        "class_colour": "detcore.drawing.colours",
        "contact_sheet": "detcore.drawing.sheets",
        "draw_instances": "detcore.drawing.instances",
        "draw_panoptic_map": "detcore.drawing.panoptic_maps",
        "draw_semantic_map": "detcore.drawing.semantic_maps",
        "side_by_side": "detcore.drawing.sheets",
        "write_label_map": "detcore.drawing.files",
        "write_picture": "detcore.drawing.files",
    },
)
