"""The objects of one picture: any number of fields with one row per object."""

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from detcore.structures.indexing import RowIndex, row_index

__all__ = ["Instances"]


class Instances:
    """Fields of equal length, read and written as attributes.

    Ground truth has ``gt_boxes``, ``gt_classes``, ``gt_masks``, ``gt_keypoints``; predictions have ``pred_boxes``,
    ``scores``, ``pred_classes``, ``pred_masks``, ``pred_keypoints``. A field is a tensor, one of the structures of this
    package, or a list.

    >>> objects = Instances((480, 640), scores=torch.tensor([0.9, 0.2]))
    >>> len(objects[objects.scores > 0.5])
    1
    """

    image_size: tuple[int, int]
    """Height and width of the picture that the coordinates speak of."""

    _fields: dict[str, Any]

    def __init__(self, image_size: tuple[int, int], **fields: Any) -> None:
        object.__setattr__(self, "image_size", image_size)
        object.__setattr__(self, "_fields", {})
        for name, value in fields.items():
            self.set(name, value)

    def __getattr__(self, name: str) -> Any:
        # Names with an underscore are never fields: unpickling asks for some before there are any.
        if name.startswith("_") or name not in self._fields:
            raise AttributeError(f"instances have no field {name!r}")
        return self._fields[name]

    def __setattr__(self, name: str, value: Any) -> None:
        self.set(name, value)

    def __getstate__(self) -> tuple[tuple[int, int], dict[str, Any]]:
        return self.image_size, self._fields

    def __setstate__(self, state: tuple[tuple[int, int], dict[str, Any]]) -> None:
        object.__setattr__(self, "image_size", state[0])
        object.__setattr__(self, "_fields", state[1])

    def __len__(self) -> int:
        """Number of objects; 0 where there is no field yet."""
        return next((len(value) for value in self._fields.values()), 0)

    def __getitem__(self, index: RowIndex) -> "Instances":
        rows = row_index(index, len(self))
        return self._mapped(lambda value: _select(value, rows))

    def __iter__(self) -> Iterator["Instances"]:
        return (self[position] for position in range(len(self)))

    def __repr__(self) -> str:
        height, width = self.image_size
        return f"Instances({len(self)} in {height}×{width}: {', '.join(self._fields)})"

    def has(self, name: str) -> bool:
        return name in self._fields

    def get(self, name: str) -> Any:
        """The field.

        Raises:
            AttributeError: there is none of this name.
        """
        return getattr(self, name)

    def set(self, name: str, value: Any) -> None:
        """Add a field, or replace it.

        Raises:
            ValueError: its length differs from that of the other fields.
        """
        others = [len(other) for key, other in self._fields.items() if key != name]
        if others and len(value) != others[0]:
            raise ValueError(f"field {name!r} has {len(value)} rows, but there are {others[0]} objects")
        self._fields[name] = value

    def remove(self, name: str) -> None:
        del self._fields[name]

    def fields(self) -> dict[str, Any]:
        """All fields by name, in the order in which they were added."""
        return dict(self._fields)

    def to(self, device: torch.device | str) -> "Instances":
        return self._mapped(lambda value: value if isinstance(value, list) else value.to(device))

    @staticmethod
    def cat(parts: Sequence["Instances"]) -> "Instances":
        """The objects of all parts, which are of one picture and have the same fields.

        Raises:
            ValueError: there is no part, or the parts' fields differ.
        """
        names = [sorted(part.fields()) for part in parts]
        if not parts or any(other != names[0] for other in names):
            raise ValueError(f"instances to join must have the same fields, not {names}")
        joined = {name: _join([part.get(name) for part in parts]) for name in parts[0].fields()}
        return Instances(parts[0].image_size, **joined)

    def _mapped(self, change: Any) -> "Instances":
        return Instances(self.image_size, **{name: change(value) for name, value in self._fields.items()})


def _select(value: Any, rows: Any) -> Any:
    if not isinstance(value, list):
        return value[rows]
    positions = torch.arange(len(value))[rows]
    return [value[position] for position in positions.tolist()]


def _join(values: list[Any]) -> Any:
    first = values[0]
    if isinstance(first, Tensor):
        return torch.cat(values)
    if isinstance(first, list):
        return [item for value in values for item in value]
    return type(first).cat(values)
