"""Many records in one block of bytes.

A list of dicts is copied page by page into every forked worker as reference counts are touched; a numpy buffer is
shared by all of them, and is a fraction of the size.
"""

from collections.abc import Iterable
from pathlib import PurePath
from typing import Any, cast

import msgspec
import numpy as np
from numpy.typing import NDArray

from detcore.structures import Record

__all__ = ["PackedRecords"]

_ARRAY = 1
"""MessagePack extension type of a numpy array: its dtype, shape and bytes."""


class PackedRecords:
    """A read-only sequence of records; each access decodes a fresh copy.

    >>> packed = PackedRecords([{"height": 3, "width": 4, "image_id": 7, "annotations": []}])
    >>> packed[0]["width"], len(packed)
    (4, 1)
    """

    def __init__(self, records: Iterable[Record]) -> None:
        encoder = msgspec.msgpack.Encoder(enc_hook=_encode_other)
        encoded = [encoder.encode(record) for record in records]
        self._ends: NDArray[np.int64] = np.cumsum([len(item) for item in encoded], dtype=np.int64)
        self._bytes: NDArray[np.uint8] = np.frombuffer(b"".join(encoded), dtype=np.uint8)

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, index: int) -> Record:
        index = range(len(self))[index]  # negative indices, and IndexError past the end
        start = int(self._ends[index - 1]) if index else 0
        encoded = self._bytes[start : int(self._ends[index])].data
        return cast("Record", msgspec.msgpack.decode(encoded, ext_hook=_decode_extension))

    @property
    def nbytes(self) -> int:
        """Size of all records together."""
        return self._bytes.nbytes


def _encode_other(value: object) -> object:
    if isinstance(value, np.ndarray):
        array = (value.dtype.str, value.shape, np.ascontiguousarray(value).tobytes())
        return msgspec.msgpack.Ext(_ARRAY, msgspec.msgpack.encode(array))
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, PurePath):
        return str(value)
    raise NotImplementedError(f"a record may hold plain values and numpy arrays, not {type(value).__name__}")


def _decode_extension(code: int, data: memoryview) -> NDArray[Any]:
    assert code == _ARRAY, f"extension type {code} is not written by PackedRecords"
    dtype, shape, content = msgspec.msgpack.decode(data)
    return np.frombuffer(content, dtype=dtype).reshape(shape).copy()
