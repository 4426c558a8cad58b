"""What a JSON file can hold."""

from collections.abc import Mapping, Sequence
from typing import Union

__all__ = ["JSONValue"]

JSONValue = Union[bool, int, float, str, Sequence["JSONValue"], Mapping[str, "JSONValue"], None]  # noqa: UP007 - recursive
"""A value that survives being written as JSON and read again."""
