"""Facts of a recording that remember which of them were asked for, so that none goes unnoticed."""

from collections.abc import Iterator
from typing import Any

__all__ = ["Facts", "unread", "whole"]


class Facts(dict[str, Any]):
    """A table of ``config.json``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.asked.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.asked.add(name)
        return super().get(name, default)

    def items(self) -> Any:
        self.asked.update(self)
        return super().items()


def whole(value: Any) -> Any:
    """A fact with all below it, every one asked for."""
    if isinstance(value, Facts):
        return {name: whole(inner) for name, inner in value.items()}
    return [whole(item) for item in value] if isinstance(value, list) else value


def unread(facts: Facts, prefix: str = "") -> Iterator[str]:
    """Dotted names of the facts that nobody asked for."""
    for name, value in super(Facts, facts).items():
        if name not in facts.asked:
            yield f"{prefix}{name}"
        elif isinstance(value, Facts):
            yield from unread(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, Facts):
                    yield from unread(item, f"{prefix}{name}.{index}.")
